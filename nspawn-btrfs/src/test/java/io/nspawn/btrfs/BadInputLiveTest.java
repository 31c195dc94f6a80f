package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import jnr.constants.platform.OpenFlags;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind of bad input has an exception of its own and leaves the filesystem as it was. */
class BadInputLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs(512L << 20);

    private static final EntryName BASE = EntryName.of("base");
    private static final EntryName NEW = EntryName.of("new");

    private static Path prepare() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("base"));
        Files.createDirectory(path.resolve("plain"));
        Files.createFile(path.resolve("file"));
        return path;
    }

    private static List<String> entries(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    /** Fails so, and leaves nothing. */
    private static void refused(Path path, Class<? extends Exception> type, ThrowingCallable call) throws IOException {
        List<String> before = entries(path);
        assertThatThrownBy(call).isInstanceOf(type);
        assertThat(entries(path)).isEqualTo(before);
    }

    @Test
    void namesThatCannotNameAnEntryAreRefused() throws IOException {
        Path path = prepare();
        try (Directory directory = Directory.open(path)) {
            for (String name : List.of("", ".", "..", "a/b", "/", "a\0b", "x".repeat(256), "ö".repeat(128))) {
                refused(path, BtrfsException.BadName.class, () -> directory.createSubvolume(EntryName.of(name)));
            }
            directory.createSubvolume(EntryName.of("x".repeat(255)));
        }
    }

    @Test
    void theWrongKindOfObjectIsRefused() throws IOException {
        Path path = prepare();
        refused(path, BtrfsException.NotBtrfs.class, () -> Subvolumes.create(Path.of("/proc/new")));
        refused(path, BtrfsException.NotBtrfs.class, () -> Filesystem.open(Path.of("/proc")));
        refused(
                path,
                BtrfsException.NotSubvolume.class,
                () -> Subvolumes.snapshot(path.resolve("plain"), path.resolve("new")));
        refused(
                path,
                BtrfsException.NotDirectory.class,
                () -> Subvolumes.snapshot(path.resolve("file"), path.resolve("new")));
        refused(path, BtrfsException.NotDirectory.class, () -> Subvolumes.create(path.resolve("file/new")));
        refused(path, BtrfsException.NotFound.class, () -> Subvolumes.create(path.resolve("none/new")));
        refused(
                path,
                BtrfsException.AlreadyExists.class,
                () -> Subvolumes.snapshot(path.resolve("base"), path.resolve("file")));
    }

    @Test
    void aSymlinkInPlaceOfTheEntryIsNotFollowed() throws IOException {
        Path path = prepare();
        Files.createSymbolicLink(path.resolve("link"), path.resolve("base"));
        EntryName link = EntryName.of("link");
        try (Directory directory = Directory.open(path)) {
            refused(path, BtrfsException.NotDirectory.class, () -> directory.openSubvolume(link));
            refused(path, BtrfsException.NotDirectory.class, () -> directory.deleteSubvolume(link));
            refused(path, BtrfsException.AlreadyExists.class, () -> directory.createSubvolume(link));
        }
    }

    @Test
    void aClosedHandleIsRefusedByEveryCall() throws IOException {
        Path path = prepare();
        Filesystem filesystem = Filesystem.open(path);
        Directory directory = filesystem.directory();
        Subvolume base = directory.openSubvolume(BASE);
        filesystem.close();
        List<ThrowingCallable> calls = List.of(
                filesystem::info,
                filesystem::space,
                filesystem::sync,
                filesystem::subvolumes,
                filesystem::startCommit,
                filesystem::features,
                () -> directory.createSubvolume(NEW),
                () -> directory.snapshot(base, NEW),
                () -> directory.deleteSubvolume(BASE),
                () -> directory.cloneAll(base, List.of(NEW)));
        for (ThrowingCallable call : calls) {
            refused(path, IllegalStateException.class, call);
        }
        base.close();
        try (Directory open = Directory.open(path)) {
            refused(path, IllegalStateException.class, () -> open.snapshot(base, NEW));
        }
    }

    @Test
    void aDescriptorIsOpenedAnewAndStaysTheCallers() throws IOException {
        Path path = prepare();
        Kernel kernel = Kernel.system();
        int pathOnly = OpenFlags.O_CLOEXEC.intValue() | 010000000;
        for (int flags : new int[] {Flags.DIRECTORY, pathOnly}) {
            int number = kernel.openat(
                    Flags.AT_FDCWD, HostPath.of(path.resolve("base")).terminated(), flags);
            assertThat(number).isNotNegative();
            try (Subvolume base = Subvolume.open(number);
                    Filesystem filesystem = Filesystem.open(number)) {
                assertThat(base.id())
                        .isEqualTo(Subvolumes.info(path.resolve("base")).id());
                assertThat(kernel.close(number)).isZero();
                assertThat(filesystem.subvolume(base.id())).isPresent();
                base.directory().createSubvolume(EntryName.of("in" + flags));
            }
            assertThatThrownBy(() -> Filesystem.open(number)).isInstanceOf(BtrfsException.NotFound.class);
        }
        assertThatThrownBy(() -> Directory.open(-100)).isInstanceOf(BtrfsException.NotFound.class);
        int file =
                kernel.openat(Flags.AT_FDCWD, HostPath.of(path.resolve("file")).terminated(), 0);
        assertThatThrownBy(() -> Directory.open(file)).isInstanceOf(BtrfsException.NotDirectory.class);
        assertThat(kernel.close(file)).isZero();
        int other = kernel.openat(Flags.AT_FDCWD, HostPath.of(Path.of("/proc")).terminated(), Flags.DIRECTORY);
        assertThatThrownBy(() -> Directory.open(other)).isInstanceOf(BtrfsException.NotBtrfs.class);
        assertThat(kernel.close(other)).isZero();
    }

    @Test
    void aReadOnlyMountIsToldAsSuch() throws IOException {
        Path path = prepare();
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE)) {
            Shell.run("mount", "-o", "remount,ro", BTRFS.root());
            try {
                refused(path, BtrfsException.ReadOnly.class, () -> directory.createSubvolume(NEW));
                refused(path, BtrfsException.ReadOnly.class, () -> directory.snapshot(base, NEW));
                refused(path, BtrfsException.ReadOnly.class, () -> directory.deleteSubvolume(BASE));
                refused(path, BtrfsException.ReadOnly.class, () -> base.setReadOnly(true));
                refused(path, BtrfsException.ReadOnly.class, () -> directory.cloneAll(base, names(8)));
            } finally {
                Shell.run("mount", "-o", "remount,rw", BTRFS.root());
            }
        }
    }

    private static List<EntryName> names(int count) {
        return Stream.iterate(0, i -> i + 1)
                .limit(count)
                .map(i -> EntryName.of("n" + i))
                .toList();
    }

    @Test
    void withoutThePrivilegeEachCallSaysSo() throws IOException {
        assumeTrue(Shell.has("setpriv"), "needs setpriv of util-linux");
        Path path = prepare();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String said = Shell.run(
                "setpriv",
                "--bounding-set=-sys_admin",
                "--inh-caps=-sys_admin",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                "io.nspawn.btrfs.UnprivilegedMain",
                path);
        assertThat(said.lines().filter(line -> line.startsWith("call ")))
                .containsExactly(
                        "call delete PermissionDenied EPERM",
                        "call deleteById PermissionDenied EPERM",
                        "call subvolumes PermissionDenied EPERM",
                        "call default PermissionDenied EPERM",
                        "call label PermissionDenied EPERM",
                        "call quota PermissionDenied EPERM",
                        "call resize PermissionDenied EPERM",
                        "call create done",
                        "call snapshot done",
                        "call readOnly done",
                        "call info done",
                        "call space done",
                        "call sync done");
        assertThat(entries(path)).contains("base", "created", "copy");
    }

    @Test
    void withoutAnyCapabilityWhatIsSomebodyElsesSaysSo() throws IOException {
        assumeTrue(Shell.has("setpriv"), "needs setpriv of util-linux");
        Path path = prepare();
        Files.setAttribute(path.resolve("base"), "unix:uid", 1234);
        Subvolumes.create(path.resolve("base/nested"));
        Subvolumes.setReadOnly(path.resolve("base"), true);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String said = Shell.run(
                "setpriv",
                "--bounding-set=-all",
                "--inh-caps=-all",
                java,
                "-cp",
                System.getProperty("java.class.path"),
                "io.nspawn.btrfs.UnprivilegedMain",
                path,
                "anothers");
        assertThat(said.lines().filter(line -> line.startsWith("call ")))
                .containsExactly(
                        "call snapshot PermissionDenied EPERM",
                        "call cloneAll PermissionDenied EPERM",
                        "call recursive PermissionDenied EPERM",
                        "call readOnly PermissionDenied EPERM",
                        "call createIn ReadOnly EROFS",
                        "call send PermissionDenied EPERM",
                        "call children PermissionDenied EPERM",
                        "call ownData PermissionDenied EPERM",
                        "call deletedNotCleaned PermissionDenied EPERM",
                        "call info done",
                        "call descendants done",
                        "call create done");
        assertThat(entries(path)).containsExactly("base", "file", "made", "plain");
    }

    /** What this kernel does not answer at will comes from one that does. */
    @ParameterizedTest
    @CsvSource({
        "SNAP_CREATE_V2, EPERM, PermissionDenied",
        "SNAP_CREATE_V2, EINVAL, NotSubvolume",
        "SNAP_CREATE_V2, ETXTBSY, Busy",
        "SNAP_CREATE_V2, ENOENT, NotFound",
        "SNAP_CREATE_V2, ENOSPC, NoSpace",
        "SNAP_CREATE_V2, EDQUOT, QuotaExceeded",
        "SNAP_CREATE_V2, ENOTSUP, Unsupported",
        "SNAP_CREATE_V2, ENOTTY, Unsupported",
        "SNAP_CREATE_V2, ENAMETOOLONG, BadName",
        "SNAP_CREATE_V2, EXDEV, DifferentFilesystem",
        "SNAP_CREATE_V2, EROFS, ReadOnly",
        "SNAP_CREATE_V2, EIO, Other",
        "SNAP_CREATE_V2, ENOMEM, Other"
    })
    void eachErrnoOfASnapshotHasItsException(Ioctl call, Errno errno, String type) throws IOException {
        Path path = prepare();
        FaultyKernel kernel = new FaultyKernel(call, 0, errno.intValue());
        try (Directory directory = Directory.open(kernel, path);
                Subvolume base = directory.openSubvolume(BASE)) {
            assertThatThrownBy(() -> directory.snapshot(base, NEW)).isInstanceOfSatisfying(BtrfsException.class, e -> {
                assertThat(e.getClass().getSimpleName()).isEqualTo(type);
                assertThat(e.errno()).isEqualTo(errno.intValue());
                assertThat(e.errnoName()).isEqualTo(errno.name());
                assertThat(e.object()).endsWith("/new");
            });
        }
        assertThat(path.resolve("new")).doesNotExist();
    }
}
