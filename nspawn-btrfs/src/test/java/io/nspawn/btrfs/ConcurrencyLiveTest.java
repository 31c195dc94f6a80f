package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many threads on one filesystem, and many operations. */
class ConcurrencyLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    private static final int THREADS = 10;
    private static final EntryName BASE = EntryName.of("base");

    /** Runs an action over and over on ten threads, and another a number of times on this one. */
    private static void beside(IntConsumer action, int times, Runnable here) throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch began = new CountDownLatch(THREADS);
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            threads.add(new Thread(() -> {
                try {
                    action.accept(number);
                    began.countDown();
                    while (!stop.get()) {
                        action.accept(number);
                    }
                } catch (RuntimeException | Error e) {
                    failures.add(e);
                    began.countDown();
                }
            }));
        }
        threads.forEach(Thread::start);
        try {
            began.await();
            for (int i = 0; i < times; i++) {
                here.run();
            }
        } finally {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void listsWithoutErrorAndDuplicateWhileTenThreadsCreateAndDelete() throws Exception {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("steady"));
        try (Filesystem filesystem = Filesystem.open(path)) {
            SubvolumeId parent = filesystem.directory().subvolumeId();
            beside(number -> createAndDelete(filesystem.directory(), number), 12, () -> {
                check(path, filesystem.subvolumes());
                check(path, filesystem.subvolumes(parent));
                assertThat(filesystem.children(parent))
                        .extracting(SubvolumeInfo::id)
                        .doesNotHaveDuplicates();
                filesystem.deletedNotCleaned();
            });
        }
    }

    private static void createAndDelete(Directory directory, int number) {
        EntryName name = EntryName.of("s" + number);
        directory.createSubvolume(name);
        try (Subvolume subvolume = directory.openSubvolume(name)) {
            subvolume.directory().createSubvolume(name);
        }
        directory.deleteSubvolume(name, DeleteOption.RECURSIVE);
    }

    private static void check(Path path, List<ListedSubvolume> listed) {
        assertThat(listed).extracting(one -> one.info().id()).doesNotHaveDuplicates();
        assertThat(listed).extracting(one -> one.path().toString()).contains(path.getFileName() + "/steady");
    }

    @Test
    void listsWithoutPrivilegesToo() throws Exception {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("top"));
        FaultyKernel kernel = FaultyKernel.refusing(Ioctl.TREE_SEARCH_V2, Errno.EPERM.intValue());
        try (Subvolume top = Directory.open(kernel, path.resolve("top")).asSubvolume();
                Directory directory = Directory.open(path.resolve("top"))) {
            directory.createSubvolume(EntryName.of("steady"));
            beside(
                    number -> createAndDelete(directory, number),
                    20,
                    () -> assertThat(top.descendants())
                            .extracting(one -> one.path().toString())
                            .doesNotHaveDuplicates()
                            .contains("steady"));
        }
    }

    @Test
    void snapshotsOfOneSourceFromTenThreadsAreAllThere() throws Exception {
        Path path = BTRFS.directory();
        try (Directory directory = Directory.open(path)) {
            directory.createSubvolume(BASE);
            try (Subvolume base = directory.openSubvolume(BASE)) {
                beside(
                        number -> {
                            EntryName name = EntryName.of("c" + number);
                            directory.snapshot(base, name);
                            assertThat(directory.info(name).parentUuid())
                                    .isEqualTo(base.info().uuid());
                            directory.deleteSubvolume(name);
                        },
                        5,
                        base::info);
            }
            assertThat(directory.subvolumes()).hasSize(1);
        }
    }

    @Test
    void aHandleClosedByAnotherThreadIsRefusedAndNothingElseHappens() throws Exception {
        Path path = BTRFS.directory();
        Directory directory = Directory.open(path);
        CountDownLatch began = new CountDownLatch(1);
        Queue<Throwable> seen = new ConcurrentLinkedQueue<>();
        Thread user = new Thread(() -> {
            try {
                while (true) {
                    createAndDelete(directory, 1);
                    began.countDown();
                }
            } catch (RuntimeException e) {
                seen.add(e);
                began.countDown();
            }
        });
        user.start();
        began.await();
        directory.close();
        user.join();
        assertThat(seen).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void tenThousandOperationsLeaveNoDescriptor() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("base"));
        round(path, 0);
        long before = descriptors();
        for (int i = 1; i <= 1000; i++) {
            round(path, i);
        }
        assertThat(descriptors()).isEqualTo(before);
    }

    /** Ten operations, some of which fail, and one of which fails midway. */
    private static void round(Path path, int i) {
        Path copy = path.resolve("c" + i);
        FaultyKernel kernel = new FaultyKernel(Ioctl.SUBVOL_GETFLAGS, 0, Errno.EIO.intValue());
        Subvolumes.create(copy);
        Subvolumes.info(copy);
        Subvolumes.isSubvolume(path.resolve("none"));
        assertThatThrownBy(() -> Subvolumes.create(copy)).isInstanceOf(BtrfsException.AlreadyExists.class);
        assertThatThrownBy(() -> Subvolume.open(path)).isInstanceOf(BtrfsException.NotSubvolume.class);
        assertThatThrownBy(() -> Directory.open(Path.of("/proc"))).isInstanceOf(BtrfsException.NotBtrfs.class);
        try (Filesystem filesystem = Filesystem.open(path)) {
            filesystem.info();
            filesystem.children(filesystem.directory().subvolumeId());
        }
        assertThatThrownBy(() -> {
                    try (Subvolume subvolume = Directory.open(kernel, copy).asSubvolume()) {
                        subvolume.isReadOnly();
                    }
                })
                .isInstanceOf(BtrfsException.Other.class);
        Subvolumes.delete(copy, DeleteOption.RECURSIVE);
    }

    /** Something that is made beside the base. */
    @FunctionalInterface
    private interface Making {
        void in(Directory directory, Subvolume base) throws IOException;
    }

    private static final List<Making> MAKINGS = List.of(
            (directory, base) ->
                    directory.snapshot(base, EntryName.of("copy"), SnapshotOption.RECURSIVE, SnapshotOption.READ_ONLY),
            (directory, base) -> directory.cloneAll(
                    base, Stream.of("c1", "c2", "c3", "c4").map(EntryName::of).toList(), CloneOption.RECURSIVE),
            (directory, base) -> directory.receive(new StreamWriter(1)
                    .subvolume("sub")
                    .onPath(StreamCommandType.MKFILE, "f")
                    .write("f", 0, new byte[10])
                    .end()
                    .channel()));

    /** The first call of the kernel fails, then the second one and so on, until there are no more. */
    @Test
    void whatFailsAtAnyCallLeavesNoDescriptorAndNoSubvolume() throws IOException {
        Path path = BTRFS.directory();
        for (String name : List.of("base", "base/a", "base/a/b")) {
            Subvolumes.create(path.resolve(name));
        }
        failsAt(path, MAKINGS.get(0), 0);
        long before = descriptors();
        for (Making making : MAKINGS) {
            int passing = 0;
            while (failsAt(path, making, passing)) {
                passing++;
            }
            assertThat(passing).isGreaterThan(20);
        }
        assertThat(descriptors()).isEqualTo(before);
    }

    private static boolean failsAt(Path path, Making making, int passing) throws IOException {
        FaultyKernel kernel = FaultyKernel.refusingAny(passing, Errno.ENOSPC.intValue());
        try (Directory good = Directory.open(path)) {
            boolean failed = false;
            try (Directory directory = Directory.open(kernel, path);
                    Subvolume base = directory.openSubvolume(BASE)) {
                making.in(directory, base);
            } catch (BtrfsException e) {
                assertThat(e.errnoName()).isEqualTo("ENOSPC");
                failed = e.outcome() == Outcome.NOT_APPLIED;
                // Nothing but what was received whole before may stay.
                assertThat(failed || good.info(EntryName.of("sub")).readOnly()).isTrue();
            }
            // What only could not be tidied up is no failure, and is removed the next time.
            assertThat(good.removeStaleStaging()).isLessThanOrEqualTo(failed ? 0 : 1);
            List<EntryName> made = good.subvolumes().stream()
                    .map(info -> info.name().orElseThrow())
                    .filter(name -> !name.equals(BASE))
                    .toList();
            if (failed) {
                assertThat(made).as("left after %d calls", passing).isEmpty();
            }
            made.forEach(name -> good.deleteSubvolume(name, DeleteOption.RECURSIVE));
        }
        return kernel.struck();
    }

    /** Those on the filesystem alone: the JVM opens and closes archives of classes as it likes. */
    private static long descriptors() throws IOException {
        String here = BTRFS.directory().toRealPath().toString();
        long count = 0;
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : all.toList()) {
                count += target(descriptor).startsWith(here) ? 1 : 0;
            }
        }
        return count;
    }

    private static String target(Path descriptor) throws IOException {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            // The one by which they are listed, or one of the JVM's.
            return "";
        }
    }
}
