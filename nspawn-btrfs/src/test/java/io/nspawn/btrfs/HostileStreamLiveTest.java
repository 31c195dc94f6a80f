package io.nspawn.btrfs;

import static io.nspawn.btrfs.StreamAttribute.*;
import static io.nspawn.btrfs.StreamCommandType.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jnr.constants.platform.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that nobody's kernel sends. Whatever they try, they are refused and leave nothing behind. */
class HostileStreamLiveTest {
    @RegisterExtension
    static final LoopBtrfs BTRFS = new LoopBtrfs(512L << 20);

    private static StreamWriter stream() {
        return new StreamWriter(2).subvolume("sub");
    }

    private static List<SubvolumeInfo> receive(Path into, StreamWriter stream) throws IOException {
        try (Directory directory = Directory.open(into)) {
            return directory.receive(stream.channel());
        }
    }

    private static List<String> entries(Path path) throws IOException {
        try (Stream<Path> all = Files.list(path)) {
            return all.map(entry -> entry.getFileName().toString()).toList();
        }
    }

    private static <E extends BtrfsException> void refuses(StreamWriter stream, Class<E> type, String why)
            throws IOException {
        Path into = BTRFS.directory();
        assertThatThrownBy(() -> receive(into, stream))
                .isInstanceOfSatisfying(type, e -> {
                    assertThat(e.outcome()).as(e.getMessage()).isEqualTo(Outcome.NOT_APPLIED);
                    assertThat(e.getSuppressed()).isEmpty();
                })
                .hasMessageContaining(why);
        assertThat(entries(into)).isEmpty();
    }

    /** A directory outside, and a stream that has made a symlink to it under the name {@code way}. */
    private record Outside(Path path, Map<String, String> image, StreamWriter stream) {
        static Outside of() throws IOException {
            Path path = BTRFS.directory();
            Files.writeString(path.resolve("file"), "precious");
            Files.createDirectory(path.resolve("directory"));
            return new Outside(
                    path, TreeImage.of(path), HostileStreamLiveTest.stream().symlink("way", path.toString()));
        }

        void isUntouched() throws IOException {
            assertThat(TreeImage.of(path)).isEqualTo(image);
        }
    }

    @Test
    void noCommandGoesThroughASymlink() throws IOException {
        List<UnaryOperator<StreamWriter>> attacks = List.of(
                stream -> stream.onPath(MKFILE, "way/new"),
                stream -> stream.onPath(MKDIR, "way/new"),
                stream -> stream.onPath(MKFIFO, "way/new"),
                stream -> stream.onPath(MKSOCK, "way/new"),
                stream -> stream.command(
                        MKNOD, b -> b.path("way/new").u64(MODE, 020600).u64(RDEV, 0x103)),
                stream -> stream.symlink("way/new", "x"),
                stream -> stream.onPath(UNLINK, "way/file"),
                stream -> stream.onPath(RMDIR, "way/directory"),
                stream -> stream.command(RENAME, b -> b.path("way/file").text(PATH_TO, "stolen")),
                stream -> stream.onPath(MKFILE, "mine")
                        .command(RENAME, b -> b.path("mine").text(PATH_TO, "way/file")),
                stream -> stream.command(LINK, b -> b.path("stolen").text(PATH_LINK, "way/file")),
                stream -> stream.onPath(MKFILE, "mine")
                        .command(LINK, b -> b.path("way/new").text(PATH_LINK, "mine")),
                stream -> stream.write("way/file", 0, new byte[10]),
                stream -> stream.command(TRUNCATE, b -> b.path("way/file").u64(SIZE, 0)),
                stream -> stream.command(CHMOD, b -> b.path("way/file").u64(MODE, 0)),
                stream -> stream.command(
                        CHOWN, b -> b.path("way/file").u64(UID, 1).u64(GID, 1)),
                stream -> stream.command(
                        UTIMES,
                        b -> b.path("way/file")
                                .time(ATIME, 1, 1)
                                .time(MTIME, 1, 1)
                                .time(CTIME, 1, 1)),
                stream -> stream.command(
                        SET_XATTR,
                        b -> b.path("way/file").text(XATTR_NAME, "user.a").text(XATTR_DATA, "b")),
                stream -> stream.command(REMOVE_XATTR, b -> b.path("way/file").text(XATTR_NAME, "user.a")),
                stream -> stream.command(
                        StreamCommandType.FILEATTR, b -> b.path("way/file").u64(StreamAttribute.FILEATTR, 1 << 6)),
                stream -> stream.onPath(MKFILE, "mine").command(CLONE, b -> clone(b, "mine", "way/file")),
                stream -> stream.command(CLONE, b -> clone(b, "way/file", "way/file")));
        for (UnaryOperator<StreamWriter> attack : attacks) {
            Outside outside = Outside.of();
            refuses(attack.apply(outside.stream).end(), BtrfsException.NotDirectory.class, "ENOTDIR");
            outside.isUntouched();
        }
    }

    private static StreamWriter.Body clone(StreamWriter.Body body, String to, String from) {
        return body.path(to)
                .u64(FILE_OFFSET, 0)
                .u64(CLONE_LEN, 4096)
                .uuid(CLONE_UUID, StreamWriter.ID)
                .u64(CLONE_CTRANSID, 7)
                .text(CLONE_PATH, from)
                .u64(CLONE_OFFSET, 0);
    }

    @Test
    void aSymlinkItselfIsNotFollowedEither() throws IOException {
        Outside outside = Outside.of();
        String file = outside.path.resolve("file").toString();
        refuses(stream().symlink("way", file).write("way", 0, new byte[9]).end(), BtrfsException.Other.class, "");
        refuses(
                stream()
                        .symlink("way", file)
                        .command(TRUNCATE, b -> b.path("way").u64(SIZE, 0))
                        .end(),
                BtrfsException.Other.class,
                "no regular file");
        refuses(
                stream().symlink("way", file).onPath(MKFILE, "way").end(),
                BtrfsException.AlreadyExists.class,
                "EEXIST");
        Path into = BTRFS.directory();
        receive(
                into,
                stream()
                        .symlink("way", file)
                        .command(CHOWN, b -> b.path("way").u64(UID, 5).u64(GID, 6))
                        .command(
                                UTIMES,
                                b -> b.path("way")
                                        .time(ATIME, 1, 1)
                                        .time(MTIME, 1, 1)
                                        .time(CTIME, 1, 1))
                        .command(LINK, b -> b.path("hard").text(PATH_LINK, "way"))
                        .end());
        assertThat(Files.isSymbolicLink(into.resolve("sub/hard"))).isTrue();
        assertThat(Files.getAttribute(outside.path.resolve("file"), "unix:uid")).isEqualTo(0);
        outside.isUntouched();
    }

    @Test
    void aDeviceIsNotWrittenTo() throws IOException {
        StreamWriter device =
                stream().command(MKNOD, b -> b.path("zero").u64(MODE, 020666).u64(RDEV, 0x105));
        refuses(device.write("zero", 0, new byte[10]).end(), BtrfsException.Other.class, "no regular file");
        refuses(
                stream().onPath(MKFIFO, "fifo").write("fifo", 0, new byte[10]).end(),
                BtrfsException.Other.class,
                "no regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../escape", "/escape", "a/b", ".", ""})
    void aSubvolumeHasOneNameOnly(String name) throws IOException {
        refuses(new StreamWriter(1).subvolume(name).end(), BtrfsException.BadStream.class, "PATH");
    }

    @Test
    void anExistingNameIsNotTouched() throws IOException {
        Path into = BTRFS.directory();
        Files.writeString(into.resolve("sub"), "mine");
        assertThatThrownBy(() -> receive(into, stream().onPath(MKFILE, "f").end()))
                .isInstanceOf(BtrfsException.AlreadyExists.class);
        assertThat(entries(into)).containsExactly("sub");
        assertThat(into.resolve("sub")).hasContent("mine");
    }

    @Test
    void aNameTakenMeanwhileIsNotReplaced() throws IOException {
        Path into = BTRFS.directory();
        ByteBuffer bytes = ByteBuffer.wrap(stream().onPath(MKFILE, "f").end().bytes());
        ReadableByteChannel late = new Plain(bytes) {
            @Override
            public int read(ByteBuffer to) throws IOException {
                if (bytes.remaining() == 10) {
                    Files.writeString(into.resolve("sub"), "mine");
                }
                return super.read(to);
            }
        };
        try (Directory directory = Directory.open(into)) {
            assertThatThrownBy(() -> directory.receive(late)).isInstanceOf(BtrfsException.AlreadyExists.class);
        }
        assertThat(entries(into)).containsExactly("sub");
        assertThat(into.resolve("sub")).hasContent("mine");
    }

    @Test
    void aStreamCutAnywhereLeavesNothing() throws IOException {
        byte[] whole =
                stream().onPath(MKFILE, "f").write("f", 0, new byte[70]).end().bytes();
        Path into = BTRFS.directory();
        try (Directory directory = Directory.open(into)) {
            for (int cut = 0; cut < whole.length; cut++) {
                byte[] part = Arrays.copyOf(whole, cut);
                assertThatThrownBy(() -> directory.receive(StreamWriter.channel(part)))
                        .isInstanceOf(BtrfsException.BadStream.class);
            }
        }
        assertThat(entries(into)).isEmpty();
    }

    @Test
    void randomCommandsChangeNothingOutside() throws IOException {
        Outside outside = Outside.of();
        Path into = BTRFS.directory();
        Random random = new Random(7);
        String[] paths = {"a", "b", "a/b", "way", "way/file", "way/directory", "a/way", "b/file"};
        StreamCommandType[] types = {
            MKFILE, MKDIR, MKFIFO, UNLINK, RMDIR, RENAME, LINK, WRITE, TRUNCATE, CHMOD, CHOWN, SYMLINK, SET_XATTR
        };
        try (Directory directory = Directory.open(into)) {
            for (int round = 0; round < 150; round++) {
                StreamWriter stream = stream().symlink("way", outside.path.toString());
                for (int i = 0; i < 6; i++) {
                    String path = paths[random.nextInt(paths.length)];
                    String other = paths[random.nextInt(paths.length)];
                    StreamCommandType type = types[random.nextInt(types.length)];
                    String link = type == SYMLINK ? outside.path.toString() : other;
                    stream.command(
                            type,
                            b -> b.path(path)
                                    .text(PATH_TO, other)
                                    .text(PATH_LINK, link)
                                    .u64(MODE, 0)
                                    .u64(UID, 1)
                                    .u64(GID, 1)
                                    .u64(SIZE, 0)
                                    .u64(FILE_OFFSET, 0)
                                    .text(XATTR_NAME, "user.x")
                                    .text(XATTR_DATA, "y")
                                    .text(DATA, "overwritten"));
                }
                try {
                    directory.receive(stream.end().channel());
                    directory.deleteSubvolume(EntryName.of("sub"));
                } catch (BtrfsException e) {
                    assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
                }
                assertThat(entries(into)).isEmpty();
            }
        }
        outside.isUntouched();
    }

    @Test
    void commandsOutOfPlaceAreRefused() throws IOException {
        refuses(new StreamWriter(1).onPath(MKFILE, "f").end(), BtrfsException.BadStream.class, "before the subvolume");
        refuses(new StreamWriter(1).end(), BtrfsException.BadStream.class, "without a subvolume");
        refuses(
                stream()
                        .command(
                                UPDATE_EXTENT,
                                b -> b.path("f").u64(FILE_OFFSET, 0).u64(SIZE, 1))
                        .end(),
                BtrfsException.Unsupported.class,
                "without data");
        refuses(
                new StreamWriter(1)
                        .command(
                                SNAPSHOT,
                                b -> b.path("s")
                                        .uuid(UUID, StreamWriter.ID)
                                        .u64(CTRANSID, 1)
                                        .uuid(CLONE_UUID, StreamWriter.PARENT)
                                        .u64(CLONE_CTRANSID, 1))
                        .end(),
                BtrfsException.NotFound.class,
                "receive it first");
    }

    @Test
    void ofTwoSubvolumesTheWholeOneStays() throws IOException {
        Path into = BTRFS.directory();
        StreamWriter two = stream().onPath(MKFILE, "f").subvolume("second").onPath(RMDIR, "none");
        assertThatThrownBy(() -> receive(into, two.end()))
                .isInstanceOfSatisfying(
                        BtrfsException.NotFound.class,
                        e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
        assertThat(entries(into)).containsExactly("sub");
        assertThat(Subvolumes.isReadOnly(into.resolve("sub"))).isTrue();

        Path again = BTRFS.directory();
        StreamWriter whole = stream().subvolume("second").end();
        assertThat(receive(again, whole))
                .extracting(info -> info.name().orElseThrow().toString())
                .containsExactly("sub", "second");
    }

    @Test
    void whatAKilledReceiverLeftIsRemovedByTheNext() throws IOException {
        Path into = BTRFS.directory();
        Subvolumes.create(into.resolve(StagedSubvolume.PREFIX + "dead"));
        Files.writeString(into.resolve(StagedSubvolume.PREFIX + "file"), "not ours");
        try (Directory directory = Directory.open(into);
                StagedSubvolume alive = StagedSubvolume.empty(directory.descriptor())) {
            directory.receive(stream().end().channel());
            assertThat(entries(into)).hasSize(3).contains("sub", StagedSubvolume.PREFIX + "file");
            assertThat(alive.subvolume().isReadOnly()).isFalse();
        }
        assertThat(entries(into)).hasSize(2);
    }

    @Test
    void aFailureOfTheKernelAtAnyStepLeavesNothing() throws IOException {
        for (Ioctl ioctl :
                List.of(Ioctl.SUBVOL_CREATE_V2, Ioctl.SYNC, Ioctl.SET_RECEIVED_SUBVOL, Ioctl.SUBVOL_SETFLAGS)) {
            Path into = BTRFS.directory();
            FaultyKernel kernel = new FaultyKernel(ioctl, 0, Errno.ENOSPC.intValue());
            try (Directory directory = Directory.open(kernel, into)) {
                assertThatThrownBy(() -> directory.receive(stream().end().channel()))
                        .as(ioctl.toString())
                        .isInstanceOfSatisfying(
                                BtrfsException.NoSpace.class,
                                e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
            }
            assertThat(entries(into)).isEmpty();
        }
    }

    @Test
    void aRemovalThatFailsIsTold() throws IOException {
        Path into = BTRFS.directory();
        FaultyKernel kernel = FaultyKernel.refusing(Ioctl.SNAP_DESTROY, Errno.EPERM.intValue());
        try (Directory directory = Directory.open(kernel, into)) {
            assertThatThrownBy(() -> directory.receive(
                            stream().onPath(RMDIR, "none").end().channel()))
                    .isInstanceOfSatisfying(BtrfsException.NotFound.class, e -> {
                        assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                        assertThat(e.getSuppressed()).hasSize(1);
                    });
        }
        assertThat(entries(into)).singleElement().asString().startsWith(StagedSubvolume.PREFIX);
    }

    @Test
    void anInterruptedReceiverLeavesNothing() throws IOException {
        Path into = BTRFS.directory();
        Thread.currentThread().interrupt();
        try (Directory directory = Directory.open(into)) {
            ByteBuffer all = ByteBuffer.wrap(stream().onPath(MKFILE, "f").end().bytes());
            assertThatThrownBy(() -> directory.receive(new Plain(all))).isInstanceOf(BtrfsException.Interrupted.class);
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(entries(into)).isEmpty();
    }

    /** A channel that knows nothing of interrupts. */
    private static class Plain implements ReadableByteChannel {
        private final ByteBuffer bytes;

        Plain(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(ByteBuffer to) throws IOException {
            int count = Math.min(to.remaining(), bytes.remaining());
            to.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            return count == 0 ? -1 : count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
