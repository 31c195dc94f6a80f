package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchCloneLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    private static final EntryName BASE = EntryName.of("base");

    private static List<EntryName> names(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> EntryName.of(".#clone" + i))
                .toList();
    }

    private static Path prepare() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("base"));
        Files.writeString(path.resolve("base/file"), "content");
        return path;
    }

    private static List<String> entries(Path path) throws IOException {
        try (var all = Files.list(path)) {
            return all.map(p -> p.getFileName().toString()).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 32})
    void clonesAllWithTheirContentAndNothingElse(int count) throws IOException {
        Path path = prepare();
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            directory.cloneAll(base, names(count));
            for (EntryName name : names(count)) {
                assertThat(path.resolve(name + "/file")).hasContent("content");
                assertThat(directory.info(name).parentUuid())
                        .isEqualTo(base.info().uuid());
                assertThat(directory.info(name).readOnly()).isFalse();
            }
        }
        assertThat(entries(path)).hasSize(count + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 20})
    void aSnapshotThatFailsMidwayLeavesNothing(int count) throws IOException {
        Path path = prepare();
        FaultyKernel kernel = new FaultyKernel(Ioctl.SNAP_CREATE_V2, count / 2, Errno.ENOSPC.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume base = directory.openSubvolume(BASE)) {
            BtrfsException.NoSpace e =
                    catchThrowableOfType(BtrfsException.NoSpace.class, () -> directory.cloneAll(base, names(count)));
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(e.errnoName()).isEqualTo("ENOSPC");
        }
        assertThat(kernel.struck()).isTrue();
        assertThat(entries(path)).containsExactly("base");
    }

    @Test
    void aRenameThatFailsMidwayLeavesNothing() throws IOException {
        Path path = prepare();
        FaultyKernel kernel = FaultyKernel.refusingRename(5, Errno.EEXIST.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume base = directory.openSubvolume(BASE)) {
            assertThatThrownBy(() -> directory.cloneAll(base, names(12)))
                    .isInstanceOf(BtrfsException.AlreadyExists.class);
        }
        assertThat(kernel.struck()).isTrue();
        assertThat(entries(path)).containsExactly("base");
    }

    @Test
    void anUndoingThatFailsIsTold() throws IOException {
        Path path = prepare();
        FaultyKernel kernel = FaultyKernel.refusing(Ioctl.SNAP_DESTROY_V2, Errno.EPERM.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume base = directory.openSubvolume(BASE)) {
            BatchClone clone = new BatchClone(base.descriptor(), directory.descriptor(), false);
            clone.run(names(1));
            BtrfsException.NoSpace failed = new BtrfsException.NoSpace(Failure.of("clone", "x", ""));
            clone.undo(failed);
            assertThat(failed.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(failed.getSuppressed()).singleElement().isInstanceOf(BtrfsException.PermissionDenied.class);
        }
        assertThat(entries(path)).containsExactlyInAnyOrder("base", ".#clone0");
    }

    @Test
    void aFailureAfterASnapshotWasTakenLeavesNothing() throws IOException {
        Path path = prepare();
        FaultyKernel kernel = new FaultyKernel(Ioctl.INO_LOOKUP, 7, Errno.EIO.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume base = directory.openSubvolume(BASE)) {
            assertThatThrownBy(() -> directory.cloneAll(base, names(12))).isInstanceOf(BtrfsException.Other.class);
        }
        assertThat(kernel.struck()).isTrue();
        assertThat(entries(path)).containsExactly("base");
    }

    @Test
    void whatAKilledProcessLeftIsSweptByTheNextRun() throws IOException {
        Path path = prepare();
        try (Directory good = Directory.open(path)) {
            Descriptor target = good.descriptor();
            StagingArea left = StagingArea.create(target, 2);
            try (Subvolume base = good.openSubvolume(BASE)) {
                Snapshots.take(base.descriptor(), left.room(1), EntryName.of("x"), false);
                assertThat(good.removeStaleStaging()).as("one in use").isZero();
                left.close();
                assertThat(entries(path)).hasSize(2);
                good.cloneAll(base, names(4));
            }
        }
        assertThat(entries(path)).hasSize(5).noneMatch(name -> name.startsWith(StagingArea.PREFIX));
    }

    @Test
    void aProcessKilledWhileCloningShowsNothingAndIsCleanedUpAfter() throws IOException {
        Path path = prepare();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        Shell.Result killed = Shell.attempt(java, "-cp", classes, "io.nspawn.btrfs.CrashMain", path, 10);
        assertThat(killed.exit()).as(killed.output()).isEqualTo(CrashMain.EXIT);
        assertThat(entries(path)).hasSize(2).anyMatch(name -> name.startsWith(StagingArea.PREFIX));
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            directory.cloneAll(base, names(20));
        }
        assertThat(entries(path)).hasSize(21).noneMatch(name -> name.startsWith(StagingArea.PREFIX));
    }

    @Test
    void anExistingTargetIsNeverReplaced() throws IOException {
        Path path = prepare();
        Files.writeString(path.resolve(".#clone2"), "mine");
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            assertThatThrownBy(() -> directory.cloneAll(base, names(8)))
                    .isInstanceOf(BtrfsException.AlreadyExists.class);
        }
        assertThat(path.resolve(".#clone2")).hasContent("mine");
        assertThat(entries(path)).hasSize(2);
    }

    @Test
    void aNameTwiceIsRefusedBeforeAnything() throws IOException {
        Path path = prepare();
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            assertThatThrownBy(() -> directory.cloneAll(base, List.of(EntryName.of("a"), EntryName.of("a"))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(entries(path)).containsExactly("base");
    }

    @Test
    void anInterruptLeavesNothing() throws IOException {
        Path path = prepare();
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> directory.cloneAll(base, names(32)))
                    .isInstanceOf(BtrfsException.Interrupted.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(entries(path)).containsExactly("base");
    }

    @Test
    void renamesAClonedNameButNeverOverAnother() throws IOException {
        Path path = prepare();
        EntryName hidden = EntryName.of(".#clone0");
        EntryName shown = EntryName.of("web1");
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            directory.cloneAll(base, names(2));
            directory.rename(hidden, shown);
            assertThat(directory.isSubvolume(shown)).isTrue();
            assertThat(directory.exists(hidden)).isFalse();
            assertThatThrownBy(() -> directory.rename(EntryName.of(".#clone1"), shown))
                    .isInstanceOf(BtrfsException.AlreadyExists.class);
            assertThatThrownBy(() -> directory.rename(hidden, shown)).isInstanceOf(BtrfsException.NotFound.class);
        }
    }
}
