package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clones of a source with subvolumes in it, as an image has after systemd was booted from it. */
class RecursiveCloneLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    private static final EntryName BASE = EntryName.of("base");

    /** What systemd-tmpfiles makes, and one that lies in another. */
    private static final List<String> NESTED =
            List.of("var/lib/machines", "var/lib/machines/image", "var/lib/portables", "var/tmp");

    private static List<EntryName> names(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> EntryName.of(".#clone" + i))
                .toList();
    }

    private static Path prepare() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("base"));
        Files.createDirectories(path.resolve("base/var/lib"));
        Files.writeString(path.resolve("base/file"), "base");
        for (String nested : NESTED) {
            Subvolumes.create(path.resolve("base").resolve(nested));
            Files.writeString(path.resolve("base").resolve(nested).resolve("file"), nested);
        }
        return path;
    }

    private static List<String> entries(Path path) throws IOException {
        try (Stream<Path> all = Files.list(path)) {
            return all.map(p -> p.getFileName().toString()).toList();
        }
    }

    private static List<String> nestedIn(Path subvolume) {
        try (Subvolume opened = Subvolume.open(subvolume)) {
            return opened.descendants().stream()
                    .map(listed -> listed.path().toString())
                    .sorted()
                    .toList();
        }
    }

    private static int subvolumesBelow(Path path) {
        String below = path.getFileName() + "/";
        try (Filesystem filesystem = Filesystem.open(path)) {
            return (int) filesystem.subvolumes().stream()
                    .filter(listed -> listed.path().toString().startsWith(below))
                    .count();
        }
    }

    /** Without the times of directories: one in which something nested was put has changed. */
    private static Map<String, String> image(Path tree) throws IOException {
        Map<String, String> image = TreeImage.of(tree);
        image.replaceAll((name, line) -> line.startsWith("mode=4") ? line.replaceAll("modified=\\S+ ", "") : line);
        return image;
    }

    private static void isWhole(Path clone, Path base) throws IOException {
        assertThat(image(clone)).isEqualTo(image(base));
        assertThat(nestedIn(clone)).isEqualTo(NESTED);
        for (String nested : NESTED) {
            SubvolumeInfo info = Subvolumes.info(clone.resolve(nested));
            assertThat(info.parentUuid())
                    .isEqualTo(Subvolumes.info(base.resolve(nested)).uuid());
            assertThat(info.readOnly()).isFalse();
        }
    }

    private static void onlyTheBaseIsThere(Path path) throws IOException {
        assertThat(entries(path)).containsExactly("base");
        assertThat(subvolumesBelow(path)).isEqualTo(1 + NESTED.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 32})
    void everyCloneIsWhole(int count) throws IOException {
        Path path = prepare();
        Subvolumes.setReadOnly(path.resolve("base/var/tmp"), true);
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            directory.cloneAll(base, names(count), CloneOption.RECURSIVE);
        }
        for (EntryName name : names(count)) {
            isWhole(path.resolve(name.toString()), path.resolve("base"));
        }
        assertThat(entries(path)).hasSize(count + 1);
        assertThat(subvolumesBelow(path)).isEqualTo((count + 1) * (1 + NESTED.size()));
    }

    @Test
    void withoutTheOptionEmptyDirectoriesAreInTheirPlaces() throws IOException {
        Path path = prepare();
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            directory.cloneAll(base, names(4));
        }
        assertThat(path.resolve(".#clone3/var/lib/machines")).isEmptyDirectory();
        assertThat(nestedIn(path.resolve(".#clone3"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 23, 59})
    void aSnapshotThatFailsMidwayLeavesNothing(int passing) throws IOException {
        Path path = prepare();
        FaultyKernel kernel = new FaultyKernel(Ioctl.SNAP_CREATE_V2, passing, Errno.ENOSPC.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume base = directory.openSubvolume(BASE)) {
            assertThatThrownBy(() -> directory.cloneAll(base, names(12), CloneOption.RECURSIVE))
                    .isInstanceOfSatisfying(
                            BtrfsException.NoSpace.class,
                            e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
        }
        assertThat(kernel.struck()).isTrue();
        onlyTheBaseIsThere(path);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11})
    void aRenameThatFailsMidwayLeavesNothing(int passing) throws IOException {
        Path path = prepare();
        FaultyKernel kernel = FaultyKernel.refusingRename(passing, Errno.EEXIST.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume base = directory.openSubvolume(BASE)) {
            assertThatThrownBy(() -> directory.cloneAll(base, names(12), CloneOption.RECURSIVE))
                    .isInstanceOf(BtrfsException.AlreadyExists.class);
        }
        assertThat(kernel.struck()).isTrue();
        onlyTheBaseIsThere(path);
    }

    @Test
    void anInterruptLeavesNothing() throws IOException {
        Path path = prepare();
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> directory.cloneAll(base, names(8), CloneOption.RECURSIVE))
                    .isInstanceOf(BtrfsException.Interrupted.class);
            assertThat(Thread.interrupted()).isTrue();
        }
        onlyTheBaseIsThere(path);
    }

    @Test
    void withoutCapSysAdminNothingIsBegun() throws IOException {
        Path path = prepare();
        FaultyKernel kernel = FaultyKernel.refusing(Ioctl.TREE_SEARCH_V2, Errno.EPERM.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume base = directory.openSubvolume(BASE)) {
            assertThatThrownBy(() -> directory.cloneAll(base, names(8), CloneOption.RECURSIVE))
                    .isInstanceOf(BtrfsException.PermissionDenied.class);
        }
        onlyTheBaseIsThere(path);
    }

    @Test
    void aProcessKilledInTheMiddleOfACloneIsCleanedUpAfter() throws IOException {
        Path path = prepare();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        Shell.Result killed = Shell.attempt(java, "-cp", classes, "io.nspawn.btrfs.CrashMain", path, 50, "RECURSIVE");
        assertThat(killed.exit()).as(killed.output()).isEqualTo(CrashMain.EXIT);
        assertThat(entries(path)).hasSize(2).anyMatch(name -> name.startsWith(StagingArea.PREFIX));
        assertThat(subvolumesBelow(path)).isGreaterThan(2 * NESTED.size());
        try (Directory directory = Directory.open(path)) {
            assertThat(directory.removeStaleStaging()).isEqualTo(1);
        }
        onlyTheBaseIsThere(path);
    }

    @Test
    void clonesMadeBelowTheirSourceAreNotClonedThemselves() throws IOException {
        Path path = prepare();
        Path clones = Files.createDirectory(path.resolve("base/clones"));
        try (Directory directory = Directory.open(clones);
                Subvolume base = Subvolume.open(path.resolve("base"))) {
            directory.cloneAll(base, names(20), CloneOption.RECURSIVE);
        }
        assertThat(entries(clones)).hasSize(20);
        assertThat(subvolumesBelow(path)).isEqualTo(21 * (1 + NESTED.size()));
    }

    @Test
    void whatIsMadeAndDeletedInTheSourceMeanwhileIsInACloneOrNot() throws Exception {
        Path path = prepare();
        AtomicBoolean stop = new AtomicBoolean();
        Thread other = new Thread(() -> {
            try (Directory var = Directory.open(path.resolve("base/var"))) {
                for (int i = 0; !stop.get(); i++) {
                    EntryName name = EntryName.of("changing" + i % 3);
                    var.createSubvolume(name);
                    var.deleteSubvolume(name);
                }
            }
        });
        other.start();
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            for (int i = 0; i < 5; i++) {
                directory.cloneAll(base, names(8), CloneOption.RECURSIVE);
                for (EntryName name : names(8)) {
                    assertThat(nestedIn(path.resolve(name.toString()))).containsAll(NESTED);
                    directory.deleteSubvolume(name, DeleteOption.RECURSIVE);
                }
            }
        } finally {
            stop.set(true);
            other.join();
        }
        onlyTheBaseIsThere(path);
    }
}
