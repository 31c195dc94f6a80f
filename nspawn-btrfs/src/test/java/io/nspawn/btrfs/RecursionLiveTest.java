package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RecursionLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    private static final EntryName TOP = EntryName.of("top");
    private static final EntryName COPY = EntryName.of("copy");

    /** top/var/lib/a, top/var/lib/a/deep/b and top/c are subvolumes with a file each. */
    private static Path tree() throws IOException {
        Path path = BTRFS.directory();
        for (String subvolume : List.of("top", "top/var/lib/a", "top/var/lib/a/deep/b", "top/c")) {
            Files.createDirectories(path.resolve(subvolume).getParent());
            Subvolumes.create(path.resolve(subvolume));
            Files.writeString(path.resolve(subvolume + "/file"), subvolume);
        }
        return path;
    }

    private static List<String> subvolumes(Path path) {
        try (Filesystem filesystem = Filesystem.open(path)) {
            String below = path.getFileName() + "/";
            return filesystem.subvolumes().stream()
                    .map(listed -> listed.path().toString())
                    .filter(name -> name.startsWith(below))
                    .map(name -> name.substring(below.length()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aPlainSnapshotLeavesEmptyDirectoriesWhereTheNestedOnesWere() throws IOException {
        Path path = tree();
        Subvolumes.snapshot(path.resolve("top"), path.resolve("copy"));
        assertThat(path.resolve("copy/var/lib/a")).isEmptyDirectory();
        assertThat(Subvolumes.isSubvolume(path.resolve("copy/var/lib/a"))).isFalse();
    }

    @Test
    void aRecursiveSnapshotHasTheNestedOnesToo() throws IOException {
        Path path = tree();
        Subvolumes.snapshot(path.resolve("top"), path.resolve("copy"), SnapshotOption.RECURSIVE);
        assertThat(subvolumes(path))
                .containsExactly(
                        "copy",
                        "copy/c",
                        "copy/var/lib/a",
                        "copy/var/lib/a/deep/b",
                        "top",
                        "top/c",
                        "top/var/lib/a",
                        "top/var/lib/a/deep/b");
        assertThat(path.resolve("copy/var/lib/a/deep/b/file")).hasContent("top/var/lib/a/deep/b");
        assertThat(Subvolumes.info(path.resolve("copy/c")).parentUuid())
                .isEqualTo(Subvolumes.info(path.resolve("top/c")).uuid());
    }

    @Test
    void aReadOnlyRecursiveSnapshotIsReadOnlyAllOver() throws IOException {
        Path path = tree();
        Subvolumes.snapshot(
                path.resolve("top"), path.resolve("copy"), SnapshotOption.RECURSIVE, SnapshotOption.READ_ONLY);
        for (String name : List.of("copy", "copy/c", "copy/var/lib/a", "copy/var/lib/a/deep/b")) {
            assertThat(Subvolumes.isReadOnly(path.resolve(name))).as(name).isTrue();
        }
    }

    @Test
    void aRecursiveSnapshotThatFailsLeavesNothing() throws IOException {
        Path path = tree();
        FaultyKernel kernel = new FaultyKernel(Ioctl.SNAP_CREATE_V2, 2, Errno.ENOSPC.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume top = directory.openSubvolume(TOP)) {
            assertThatThrownBy(() -> directory.snapshot(top, COPY, SnapshotOption.RECURSIVE))
                    .isInstanceOf(BtrfsException.NoSpace.class);
        }
        assertThat(kernel.struck()).isTrue();
        assertThat(path.resolve("copy")).doesNotExist();
        assertThat(subvolumes(path)).hasSize(4);
    }

    @Test
    void aPlainDeletionRefusesNestedSubvolumes() throws IOException {
        Path path = tree();
        assertThatThrownBy(() -> Subvolumes.delete(path.resolve("top"))).isInstanceOf(BtrfsException.NotEmpty.class);
        assertThat(subvolumes(path)).hasSize(4);
    }

    @Test
    void aRecursiveDeletionTakesAllOfThem() throws IOException {
        Path path = tree();
        Subvolumes.delete(path.resolve("top"), DeleteOption.RECURSIVE);
        assertThat(path).isEmptyDirectory();
        assertThat(subvolumes(path)).isEmpty();
    }

    @Test
    void aRecursiveDeletionGoesThroughReadOnlyParents() throws IOException {
        Path path = tree();
        for (String name : List.of("top/var/lib/a/deep/b", "top/var/lib/a", "top")) {
            Subvolumes.setReadOnly(path.resolve(name), true);
        }
        try (Directory directory = Directory.open(path)) {
            directory.deleteSubvolumeAndWait(TOP, Duration.ofSeconds(20), DeleteOption.RECURSIVE);
        }
        assertThat(path).isEmptyDirectory();
    }

    @Test
    void aRecursiveDeletionThatFailsMidwaySaysThatItIsNotKnownWhatIsLeft() throws IOException {
        Path path = tree();
        FaultyKernel kernel = new FaultyKernel(Ioctl.SNAP_DESTROY_V2, 1, Errno.EPERM.intValue());
        try (Directory directory = Directory.open(kernel, path)) {
            assertThatThrownBy(() -> directory.deleteSubvolume(TOP, DeleteOption.RECURSIVE))
                    .isInstanceOfSatisfying(
                            BtrfsException.PermissionDenied.class,
                            e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
        }
        assertThat(Subvolumes.isSubvolume(path.resolve("top"))).isTrue();
    }

    @Test
    void listsTheSameBelowASubvolumeWithAndWithoutPrivileges() throws IOException {
        Path path = tree();
        List<ListedSubvolume> privileged;
        try (Filesystem filesystem = Filesystem.open(path);
                Subvolume top = filesystem.directory().openSubvolume(TOP)) {
            filesystem.sync();
            privileged = top.descendants();
        }
        assertThat(privileged)
                .extracting(listed -> listed.path().toString())
                .containsExactlyInAnyOrder("c", "var/lib/a", "var/lib/a/deep/b");
        FaultyKernel kernel = FaultyKernel.refusing(Ioctl.TREE_SEARCH_V2, Errno.EPERM.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume top = directory.openSubvolume(TOP)) {
            assertThat(top.descendants()).containsExactlyInAnyOrderElementsOf(privileged);
        }
    }

    @Test
    void aProcessWithoutCapSysAdminListsBelowASubvolumeButNotAll() throws IOException {
        assumeTrue(Shell.has("setpriv"), "needs setpriv of util-linux");
        Path path = tree();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String listed = Shell.run(
                "setpriv",
                "--bounding-set=-sys_admin",
                "--inh-caps=-sys_admin",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                "io.nspawn.btrfs.DescendantsMain",
                path.resolve("top"));
        assertThat(listed.lines())
                .contains("below c", "below var/lib/a", "below var/lib/a/deep/b", "refused EPERM")
                .doesNotContain("not refused");
    }

    @Test
    void aListLongerThanOneAnswerIsReadToItsEnd() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("top"));
        FaultyKernel kernel = FaultyKernel.refusing(Ioctl.TREE_SEARCH_V2, Errno.EPERM.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume top = directory.openSubvolume(TOP)) {
            for (int i = 0; i < 600; i++) {
                top.directory().createSubvolume(EntryName.of("s" + i));
            }
            assertThat(top.descendants())
                    .extracting(listed -> listed.path().toString())
                    .hasSize(600)
                    .contains("s0", "s254", "s255", "s599");
        }
        try (Filesystem filesystem = Filesystem.open(path)) {
            assertThat(filesystem.subvolumes()).hasSizeGreaterThan(600);
        }
        Subvolumes.delete(path.resolve("top"), DeleteOption.RECURSIVE);
    }

    @Test
    void aSymlinkInTheTreeLeadsNowhere() throws IOException {
        Path path = tree();
        Path outside = BTRFS.directory();
        Subvolumes.create(outside.resolve("kept"));
        Files.createSymbolicLink(path.resolve("top/link"), outside);
        Files.createSymbolicLink(path.resolve("linked"), path.resolve("top"));

        assertThatThrownBy(() -> Subvolumes.delete(path.resolve("linked"), DeleteOption.RECURSIVE))
                .isInstanceOf(BtrfsException.NotDirectory.class);
        try (Directory directory = Directory.open(path)) {
            assertThatThrownBy(() -> directory.openSubvolume(EntryName.of("linked")))
                    .isInstanceOf(BtrfsException.NotDirectory.class);
            assertThat(directory.isSubvolume(EntryName.of("linked"))).isFalse();
            directory.deleteSubvolume(TOP, DeleteOption.RECURSIVE);
        }
        assertThat(Subvolumes.isSubvolume(outside.resolve("kept"))).isTrue();
    }
}
