package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
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

    /** Each call of a kind fails once, the first, the second and so on, until there are no more. */
    @Test
    void whatFailsAtAnyCallLeavesNoDescriptorAndNoSubvolume() throws IOException {
        Path path = BTRFS.directory();
        for (String name : List.of("base", "base/a", "base/a/b", "base/c")) {
            Subvolumes.create(path.resolve(name));
        }
        failAtEach(path, Ioctl.SNAP_CREATE_V2);
        long before = descriptors();
        int struck = 0;
        for (Ioctl ioctl : List.of(
                Ioctl.SNAP_CREATE_V2, Ioctl.TREE_SEARCH_V2, Ioctl.INO_LOOKUP, Ioctl.SUBVOL_SETFLAGS, Ioctl.SYNC)) {
            struck += failAtEach(path, ioctl);
        }
        assertThat(struck).isGreaterThan(50);
        assertThat(descriptors()).isEqualTo(before);
        try (Directory directory = Directory.open(path)) {
            assertThat(directory.subvolumes()).hasSize(1);
        }
    }

    private static int failAtEach(Path path, Ioctl ioctl) throws IOException {
        int passing = 0;
        while (failsAt(path, new FaultyKernel(ioctl, passing, Errno.EIO.intValue()))) {
            passing++;
        }
        return passing;
    }

    private static boolean failsAt(Path path, FaultyKernel kernel) throws IOException {
        List<EntryName> clones =
                Stream.of("c1", "c2", "c3", "c4").map(EntryName::of).toList();
        EntryName copy = EntryName.of("copy");
        EntryName sub = EntryName.of("sub");
        try (Directory directory = Directory.open(kernel, path);
                Directory good = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            try {
                directory.snapshot(base, copy, SnapshotOption.RECURSIVE, SnapshotOption.READ_ONLY);
                directory.cloneAll(base, clones, CloneOption.RECURSIVE);
                directory.receive(new StreamWriter(1)
                        .subvolume("sub")
                        .onPath(StreamCommandType.MKFILE, "f")
                        .write("f", 0, new byte[10])
                        .end()
                        .channel());
            } catch (BtrfsException e) {
                assertThat(e.errnoName()).isEqualTo("EIO");
            }
            Stream.concat(clones.stream(), Stream.of(copy, sub))
                    .filter(good::exists)
                    .forEach(name -> good.deleteSubvolume(name, DeleteOption.RECURSIVE));
            assertThat(good.subvolumes()).hasSize(1);
            assertThat(good.removeStaleStaging()).isZero();
        }
        return kernel.struck();
    }

    private static long descriptors() throws IOException {
        try (var all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
