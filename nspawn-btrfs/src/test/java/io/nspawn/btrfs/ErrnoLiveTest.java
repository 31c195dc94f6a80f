package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the kernel refuses, and what the refusal becomes. */
class ErrnoLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs();

    @RegisterExtension
    static final LoopBtrfs OTHER = new LoopBtrfs(256L << 20);

    private static final EntryName BASE = EntryName.of("base");
    private static final EntryName PLAIN = EntryName.of("plain");
    private static final EntryName FILE = EntryName.of("file");
    private static final EntryName NONE = EntryName.of("none");

    private static Path prepare() throws IOException {
        Path path = BTRFS.directory();
        Subvolumes.create(path.resolve("base"));
        Files.createDirectory(path.resolve("plain"));
        Files.createFile(path.resolve("file"));
        return path;
    }

    private static void fails(Class<? extends BtrfsException> type, String errno, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(type, e -> {
            assertThat(e.errnoName()).isEqualTo(errno);
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
            assertThat(e).hasMessageContaining(e.operation()).hasMessageContaining(e.object());
        });
    }

    @Test
    void creating() throws IOException {
        try (Directory directory = Directory.open(prepare())) {
            for (EntryName taken : List.of(BASE, PLAIN, FILE)) {
                fails(BtrfsException.AlreadyExists.class, "EEXIST", () -> directory.createSubvolume(taken));
            }
            try (Subvolume base = directory.openSubvolume(BASE)) {
                base.setReadOnly(true);
                fails(
                        BtrfsException.ReadOnly.class,
                        "EROFS",
                        () -> base.directory().createSubvolume(PLAIN));
            }
        }
    }

    @Test
    void opening() throws IOException {
        Path path = prepare();
        fails(BtrfsException.NotBtrfs.class, "", () -> Directory.open(Path.of("/proc")));
        fails(BtrfsException.NotFound.class, "ENOENT", () -> Directory.open(path.resolve("none")));
        fails(BtrfsException.NotDirectory.class, "ENOTDIR", () -> Directory.open(path.resolve("file")));
        fails(BtrfsException.NotSubvolume.class, "", () -> Subvolume.open(path.resolve("plain")));
        assertThat(Subvolumes.isSubvolume(path.resolve("base"))).isTrue();
        for (String other : List.of("plain", "file", "none")) {
            assertThat(Subvolumes.isSubvolume(path.resolve(other))).isFalse();
        }
        assertThat(Subvolumes.isSubvolume(Path.of("/proc"))).isFalse();
    }

    @Test
    void snapshots() throws IOException {
        Path path = prepare();
        try (Directory directory = Directory.open(path);
                Directory other = Directory.open(OTHER.root());
                Subvolume base = directory.openSubvolume(BASE)) {
            fails(BtrfsException.AlreadyExists.class, "EEXIST", () -> directory.snapshot(base, FILE));
            fails(BtrfsException.DifferentFilesystem.class, "EXDEV", () -> other.snapshot(base, NONE));
            assertThat(other.exists(NONE)).isFalse();
        }
    }

    @Test
    void aSourceThatIsDeletedMeanwhile() throws IOException {
        try (Directory directory = Directory.open(prepare());
                Subvolume base = directory.openSubvolume(BASE)) {
            directory.deleteSubvolume(BASE);
            fails(BtrfsException.NotFound.class, "ENOENT", () -> directory.snapshot(base, NONE));
            fails(BtrfsException.NotFound.class, "ENOENT", () -> directory.cloneAll(base, List.of(NONE)));
            assertThat(directory.exists(NONE)).isFalse();
        }
    }

    @Test
    void theTopLevelIsNotDeleted() throws IOException {
        try (Filesystem filesystem = Filesystem.open(prepare())) {
            assertThatThrownBy(() -> filesystem.delete(SubvolumeId.TOP_LEVEL)).isInstanceOf(BtrfsException.class);
            assertThat(filesystem.directory().isSubvolume(BASE)).isTrue();
        }
    }

    @Test
    void aSubvolumeThatIsBeingSent() throws IOException {
        Path path = prepare();
        Files.write(path.resolve("base/data"), new byte[1 << 20]);
        Subvolumes.setReadOnly(path.resolve("base"), true);
        try (Directory directory = Directory.open(path);
                Subvolume base = directory.openSubvolume(BASE);
                SendChannel channel = base.send(SendOptions.whole())) {
            assertThat(channel.read(ByteBuffer.allocate(10))).isPositive();
            fails(BtrfsException.PermissionDenied.class, "EPERM", () -> directory.deleteSubvolume(BASE));
            fails(BtrfsException.PermissionDenied.class, "EPERM", () -> base.setReadOnly(false));
        }
        Subvolumes.delete(path.resolve("base"));
    }

    @Test
    void aSubvolumeOfWhichADirectoryIsOpenIsDeletedAndCleanedLater() throws IOException {
        Path path = prepare();
        try (Filesystem filesystem = Filesystem.open(path)) {
            List<SubvolumeId> id = List.of(Subvolumes.info(path.resolve("base")).id());
            try (Subvolume open = Subvolume.open(path.resolve("base"))) {
                filesystem.directory().deleteSubvolume(BASE);
                filesystem.sync();
                assertThat(filesystem.deletedNotCleaned()).containsAll(id);
                assertThatThrownBy(() -> filesystem.awaitCleaned(id, Duration.ofMillis(20)))
                        .isInstanceOf(BtrfsException.TimedOut.class);
            }
            filesystem.awaitCleaned(id, Duration.ofMinutes(1));
            assertThat(filesystem.deletedNotCleaned()).doesNotContainAnyElementsOf(id);
        }
    }

    @Test
    void deleting() throws IOException {
        try (Filesystem filesystem = Filesystem.open(prepare())) {
            Directory directory = filesystem.directory();
            fails(BtrfsException.NotFound.class, "ENOENT", () -> directory.deleteSubvolume(NONE));
            fails(BtrfsException.NotSubvolume.class, "EINVAL", () -> directory.deleteSubvolume(PLAIN));
            fails(BtrfsException.NotDirectory.class, "ENOTDIR", () -> directory.deleteSubvolume(FILE));
            SubvolumeId id = directory.info(BASE).id();
            filesystem.delete(id);
            fails(BtrfsException.NotFound.class, "ENOENT", () -> filesystem.delete(id));
            assertThat(directory.exists(BASE)).isFalse();
        }
    }

    @Test
    void theDefaultSubvolumeIsSetReadAndKept() throws IOException {
        try (Filesystem filesystem = Filesystem.open(prepare())) {
            Directory directory = filesystem.directory();
            SubvolumeId id = directory.info(BASE).id();
            assertThat(filesystem.defaultSubvolume()).isEqualTo(SubvolumeId.TOP_LEVEL);
            filesystem.setDefaultSubvolume(id);
            try {
                assertThat(filesystem.defaultSubvolume()).isEqualTo(id);
                fails(BtrfsException.PermissionDenied.class, "EPERM", () -> directory.deleteSubvolume(BASE));
            } finally {
                filesystem.setDefaultSubvolume(SubvolumeId.TOP_LEVEL);
            }
            fails(
                    BtrfsException.NotFound.class,
                    "ENOENT",
                    () -> filesystem.setDefaultSubvolume(new SubvolumeId(99_999)));
        }
    }

    @Test
    void waitingForALiveSubvolumeEndsInTime() throws IOException {
        try (Filesystem filesystem = Filesystem.open(prepare())) {
            SubvolumeId id = filesystem.directory().info(BASE).id();
            assertThatThrownBy(() -> filesystem.awaitCleaned(List.of(id), Duration.ofMillis(20)))
                    .isInstanceOf(BtrfsException.TimedOut.class);
        }
    }

    @Test
    void aClosedHandleIsRefused() throws IOException {
        Directory directory = Directory.open(prepare());
        Subvolume base = directory.openSubvolume(BASE);
        base.close();
        base.close();
        directory.close();
        assertThatThrownBy(base::info).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> directory.exists(BASE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFullFilesystemIsToldAsSuch() throws IOException {
        Path path = Files.createDirectory(OTHER.root().resolve("full"));
        Subvolumes.create(path.resolve("base"));
        assertThatThrownBy(() -> Files.write(path.resolve("base/big"), new byte[400 << 20]))
                .hasMessageContaining("No space");
        try (Filesystem filesystem = Filesystem.open(path)) {
            Space space = filesystem.space();
            assertThat(space.available()).isLessThan(space.total() / 8);
        }
        Subvolumes.delete(path.resolve("base"));
    }
}
