package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What btrfs send sends, received by us. */
class ReceiveLiveTest {
    @RegisterExtension
    static final LoopBtrfs SOURCE = new LoopBtrfs(1L << 30);

    @RegisterExtension
    static final LoopBtrfs TARGET = new LoopBtrfs(1L << 30);

    /** The options of btrfs send for a protocol; skips where the tool is too old for it. */
    private static List<Object> options(String protocol) throws IOException {
        if (protocol.equals("1")) {
            return List.of();
        }
        SendSupport.requireProtocol2();
        assumeTrue(
                Shell.attempt("btrfs", "send", "--help").output().contains("--proto"),
                "needs btrfs-progs 5.19 for protocol 2");
        return protocol.equals("2") ? List.of("--proto", "2") : List.of("--proto", "2", "--compressed-data");
    }

    private static Path send(String protocol, Path subvolume, Object... more) throws IOException {
        Path file = Files.createTempFile(TARGET.root(), "stream", "");
        List<Object> command = new ArrayList<>(List.of("btrfs", "send", "-q", "-f", file));
        command.addAll(options(protocol));
        command.addAll(List.of(more));
        command.add(subvolume);
        Shell.run(command.toArray());
        return file;
    }

    private static List<SubvolumeInfo> receive(Path into, Path stream) throws IOException {
        try (Directory directory = Directory.open(into);
                FileChannel channel = FileChannel.open(stream)) {
            List<SubvolumeInfo> received = directory.receive(channel);
            assertThat(channel.position()).isEqualTo(channel.size());
            return received;
        }
    }

    private static void snapshot(Path live, String name) {
        Subvolumes.snapshot(live, live.resolveSibling(name), SnapshotOption.READ_ONLY);
    }

    private static void sameAs(Path original, Path copy) throws IOException {
        assertThat(TreeImage.of(copy)).isEqualTo(TreeImage.of(original));
        SubvolumeInfo sent = Subvolumes.info(original);
        SubvolumeInfo received = Subvolumes.info(copy);
        assertThat(received.receivedUuid()).isEqualTo(sent.uuid());
        assertThat(received.readOnly()).isTrue();
    }

    private static long blocks(Path file) {
        return Long.parseLong(Shell.run("stat", "-c", "%b", file).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "compressed"})
    void whatBtrfsSendsIsReceivedWholeAndIncrementally(String protocol) throws IOException {
        options(protocol);
        Path from = SOURCE.directory();
        Path into = TARGET.directory();
        Path live = SampleTree.create(from);
        snapshot(live, "s1");
        SampleTree.change(live);
        snapshot(live, "s2");

        List<SubvolumeInfo> first = receive(into, send(protocol, from.resolve("s1")));
        List<SubvolumeInfo> second = receive(into, send(protocol, from.resolve("s2"), "-p", from.resolve("s1")));

        assertThat(first).extracting(SubvolumeInfo::name).containsExactly(java.util.Optional.of(EntryName.of("s1")));
        assertThat(second.get(0).parentUuid()).isEqualTo(first.get(0).uuid());
        sameAs(from.resolve("s1"), into.resolve("s1"));
        sameAs(from.resolve("s2"), into.resolve("s2"));
        assertThat(blocks(into.resolve("s1/sparse"))).isLessThan(1000);
        assertThat(into.toFile().list()).containsExactlyInAnyOrder("s1", "s2");
    }

    @Test
    void aParentThatWasChangedIsNotBuiltUpon() throws IOException {
        Path from = SOURCE.directory();
        Path into = TARGET.directory();
        Path live = from.resolve("live");
        Subvolumes.create(live);
        Files.writeString(live.resolve("file"), "one");
        snapshot(live, "s1");
        Files.writeString(live.resolve("file"), "two");
        snapshot(live, "s2");
        Path whole = send("1", from.resolve("s1"));
        Path changes = send("1", from.resolve("s2"), "-p", from.resolve("s1"));

        assertThatThrownBy(() -> receive(into, changes))
                .isInstanceOf(BtrfsException.NotFound.class)
                .hasMessageContaining(
                        Subvolumes.info(from.resolve("s1")).uuid().orElseThrow().toString());
        assertThat(into).isEmptyDirectory();

        receive(into, whole);
        Subvolumes.setReadOnly(into.resolve("s1"), false);
        assertThatThrownBy(() -> receive(into, changes)).isInstanceOf(BtrfsException.NotFound.class);
        Subvolumes.setReadOnly(into.resolve("s1"), true);
        receive(into, changes);
        assertThat(into.resolve("s2/file")).hasContent("two");

        // On the filesystem it was sent from the parent has the UUID itself. Changed, it has another transaction.
        Path back = SOURCE.directory();
        receive(back, changes);
        assertThat(back.resolve("s2/file")).hasContent("two");
        Subvolumes.setReadOnly(from.resolve("s1"), false);
        Files.writeString(from.resolve("s1/file"), "changed");
        Subvolumes.setReadOnly(from.resolve("s1"), true);
        Path again = SOURCE.directory();
        assertThatThrownBy(() -> receive(again, changes)).isInstanceOf(BtrfsException.NotFound.class);
        assertThat(again).isEmptyDirectory();
    }

    @Test
    void theParentMayLieWhereTheMountDoesNotShowIt() throws IOException {
        Path from = SOURCE.directory();
        Path live = from.resolve("live");
        Subvolumes.create(live);
        Files.writeString(live.resolve("file"), "one");
        snapshot(live, "s1");
        Files.writeString(live.resolve("more"), "two");
        snapshot(live, "s2");
        Path hidden = TARGET.directory();
        Path shown = TARGET.directory();
        receive(hidden, send("1", from.resolve("s1")));
        Path changes = send("1", from.resolve("s2"), "-p", from.resolve("s1"));
        Subvolumes.create(shown.resolve("only"));
        Path mount = Files.createTempDirectory("btrfs-java-mount-");
        Shell.run("mount", "--bind", shown.resolve("only"), mount);
        try {
            receive(mount, changes);
            sameAs(from.resolve("s2"), mount.resolve("s2"));
        } finally {
            Shell.run("umount", mount);
            Files.delete(mount);
        }
    }

    @Test
    void namesThatAreNoTextAndLongPathsArrive() throws IOException {
        Path from = SOURCE.directory();
        Path into = TARGET.directory();
        Path live = from.resolve("live");
        Subvolumes.create(live);
        byte[] odd = {'a', (byte) 0xff, '\n', (byte) 0xc3, 0};
        FileCalls files = FileCalls.system();
        try (Subvolume subvolume = Subvolume.open(live)) {
            Descriptor root = subvolume.descriptor();
            assertThat(root.use(fd -> files.mknod(fd, odd, 0x8000 | 0640, 0))).isZero();
            assertThat(root.use(fd -> files.mknod(fd, new byte[] {'s', 0}, 0xc000 | 0600, 0)))
                    .isZero();
            assertThat(root.use(fd -> files.symlink(odd, fd, new byte[] {'l', (byte) 0xfe, 0})))
                    .isZero();
        }
        Path deep = live;
        for (int i = 0; i < 14; i++) {
            deep = Files.createDirectory(deep.resolve("x".repeat(250)));
        }
        Files.writeString(deep.resolve("file"), "deep down");
        snapshot(live, "s");
        receive(into, send("1", from.resolve("s")));
        sameAs(from.resolve("s"), into.resolve("s"));
        assertThat(TreeImage.of(into.resolve("s"))).hasSize(19).containsKey("/a\\xff\\x0a\\xc3");
    }

    @Test
    void aDirectoryThatMovedIsFoundWhereItIsNow() throws IOException {
        Path into = TARGET.directory();
        StreamWriter stream = new StreamWriter(1).subvolume("sub");
        make(stream, StreamCommandType.MKDIR, "a", "a/b", "a/b/c");
        make(stream, StreamCommandType.MKFILE, "a/b/c/first");
        move(stream, "a", "moved");
        make(stream, StreamCommandType.MKDIR, "a", "a/b", "a/b/c");
        make(stream, StreamCommandType.MKFILE, "a/b/c/second", "moved/b/c/third");
        stream.onPath(StreamCommandType.UNLINK, "a/b/c/second");
        move(stream, "moved/b/c", "a/b/c");
        make(stream, StreamCommandType.MKFILE, "a/b/c/fourth");
        stream.onPath(StreamCommandType.RMDIR, "moved/b");
        make(stream, StreamCommandType.MKDIR, "moved/b");
        make(stream, StreamCommandType.MKFILE, "moved/b/fifth");
        try (Directory directory = Directory.open(into)) {
            directory.receive(stream.end().channel());
        }
        assertThat(TreeImage.of(into.resolve("sub")))
                .containsOnlyKeys(
                        "",
                        "/a",
                        "/a/b",
                        "/a/b/c",
                        "/a/b/c/first",
                        "/a/b/c/third",
                        "/a/b/c/fourth",
                        "/moved",
                        "/moved/b",
                        "/moved/b/fifth");
    }

    /** Each of the two ways is longer than what is kept open. */
    @Test
    void aFileMovesFromOneDeepDirectoryToAnother() throws IOException {
        Path into = TARGET.directory();
        StreamWriter stream = new StreamWriter(1).subvolume("sub");
        String one = "one" + "/x".repeat(2 * OpenDirectories.MOST);
        String other = "other" + "/y".repeat(2 * OpenDirectories.MOST);
        for (String way : List.of(one, other)) {
            for (int end = way.indexOf('/'); end >= 0; end = way.indexOf('/', end + 1)) {
                make(stream, StreamCommandType.MKDIR, way.substring(0, end));
            }
            make(stream, StreamCommandType.MKDIR, way);
        }
        make(stream, StreamCommandType.MKFILE, one + "/file");
        for (int i = 0; i < 2 * OpenDirectories.MOST; i++) {
            make(stream, StreamCommandType.MKDIR, "d" + i);
            make(stream, StreamCommandType.MKFILE, "d" + i + "/file");
        }
        move(stream, one + "/file", other + "/file");
        stream.command(
                StreamCommandType.LINK, b -> b.path(one + "/link").text(StreamAttribute.PATH_LINK, other + "/file"));
        try (Directory directory = Directory.open(into)) {
            directory.receive(stream.end().channel());
        }
        Path sub = into.resolve("sub");
        assertThat(sub.resolve(one + "/file")).doesNotExist();
        assertThat(Files.isSameFile(sub.resolve(other + "/file"), sub.resolve(one + "/link")))
                .isTrue();
    }

    private static void make(StreamWriter stream, StreamCommandType type, String... paths) {
        for (String path : paths) {
            stream.onPath(type, path);
        }
    }

    private static void move(StreamWriter stream, String from, String to) {
        stream.command(StreamCommandType.RENAME, b -> b.path(from).text(StreamAttribute.PATH_TO, to));
    }

    @Test
    void allocationAndFlagsAreCarriedOut() throws IOException {
        Path into = TARGET.directory();
        StreamWriter stream = new StreamWriter(2)
                .subvolume("sub")
                .onPath(StreamCommandType.MKFILE, "f")
                .write("f", 0, SampleTree.random(300_000))
                .command(
                        StreamCommandType.FALLOCATE,
                        b -> b.path("f")
                                .u32(StreamAttribute.FALLOCATE_MODE, 3)
                                .u64(StreamAttribute.FILE_OFFSET, 65536)
                                .u64(StreamAttribute.SIZE, 65536))
                .command(
                        StreamCommandType.FALLOCATE,
                        b -> b.path("f")
                                .u32(StreamAttribute.FALLOCATE_MODE, 0)
                                .u64(StreamAttribute.FILE_OFFSET, 300_000)
                                .u64(StreamAttribute.SIZE, 100_000))
                .command(StreamCommandType.FILEATTR, b -> b.path("f").u64(StreamAttribute.FILEATTR, 1 << 8 | 1 << 9))
                .onPath(StreamCommandType.MKDIR, "d")
                .command(StreamCommandType.FILEATTR, b -> b.path("d").u64(StreamAttribute.FILEATTR, 1 << 9))
                .end();
        try (Directory directory = Directory.open(into)) {
            directory.receive(stream.channel());
        }
        byte[] content = Files.readAllBytes(into.resolve("sub/f"));
        assertThat(content).hasSize(400_000);
        assertThat(java.util.Arrays.copyOfRange(content, 65536, 131_072)).containsOnly(0);
        assertThat(content[65_535] | content[65_534] | content[65_533]).isNotZero();
        ByteBuffer flags = Wire.buffer(8);
        FileCalls files = FileCalls.system();
        for (String name : List.of("f", "d")) {
            try (Directory sub = Directory.open(into.resolve("sub"))) {
                int number = sub.descriptor()
                        .use(fd -> files.open(fd, EntryName.of(name).terminated(), Flags.READ_FILE, 0));
                try (Descriptor file = new Descriptor(Kernel.system(), number, name)) {
                    // FS_IOC_GETFLAGS
                    assertThat(file.use(fd -> files.ioctl(fd, 0x80086601L, flags)))
                            .isZero();
                }
            }
            assertThat(flags.getInt(0)).as(name).isEqualTo(name.equals("f") ? 0xc0 : 0x80);
        }
    }

    private static StreamWriter withVerity(String signature) {
        return new StreamWriter(3)
                .subvolume("sub")
                .onPath(StreamCommandType.MKFILE, "f")
                .write("f", 0, new byte[5000])
                .command(
                        StreamCommandType.ENABLE_VERITY,
                        b -> b.path("f")
                                .u8(StreamAttribute.VERITY_ALGORITHM, 1)
                                .u32(StreamAttribute.VERITY_BLOCK_SIZE, 4096)
                                .text(StreamAttribute.VERITY_SALT_DATA, "salt")
                                .text(StreamAttribute.VERITY_SIG_DATA, signature))
                .end();
    }

    /** Also where the kernel knows no verity, so that this is known of the call: nobody writes to the file then. */
    @Test
    void verityIsAskedForAsTheStreamSays() throws IOException {
        Path into = TARGET.directory();
        List<ByteBuffer> asked = new ArrayList<>();
        FileCalls real = FileCalls.system();
        FileCalls files = (FileCalls) Proxy.newProxyInstance(
                FileCalls.class.getClassLoader(), new Class<?>[] {FileCalls.class}, (proxy, method, values) -> {
                    if (method.getName().equals("ioctl") && values[1].equals(ReceivedContent.ENABLE_VERITY)) {
                        String flags = Files.readString(Path.of("/proc/self/fdinfo/" + values[0]));
                        assertThat(flags).containsPattern("flags:\\s+0?[0-7]*0\n");
                        asked.add((ByteBuffer) values[2]);
                        return 0;
                    }
                    return method.invoke(real, values);
                });
        try (Directory directory = Directory.open(into)) {
            new Reception(directory.descriptor(), files)
                    .run(withVerity("signature").channel());
        }
        assertThat(asked).singleElement().satisfies(argument -> {
            assertThat(argument.getInt(ReceivedContent.VERITY_VERSION)).isEqualTo(1);
            assertThat(argument.getInt(ReceivedContent.VERITY_ALGORITHM)).isEqualTo(1);
            assertThat(argument.getInt(ReceivedContent.VERITY_BLOCK_SIZE)).isEqualTo(4096);
            assertThat(argument.getInt(ReceivedContent.VERITY_SALT_SIZE)).isEqualTo(4);
            assertThat(argument.getLong(ReceivedContent.VERITY_SALT)).isNotZero();
            assertThat(argument.getInt(ReceivedContent.VERITY_SIGNATURE_SIZE)).isEqualTo(9);
            assertThat(argument.getLong(ReceivedContent.VERITY_SIGNATURE)).isNotZero();
        });
    }

    @Test
    void verityIsEnabledOrUnsupported() throws IOException {
        Path into = TARGET.directory();
        StreamWriter stream = withVerity("");
        boolean known =
                Files.exists(Path.of("/proc/sys/fs/verity")) || Files.exists(Path.of("/sys/fs/btrfs/features/verity"));
        try (Directory directory = Directory.open(into)) {
            if (known) {
                directory.receive(stream.channel());
                assertThatThrownBy(() -> Files.writeString(into.resolve("sub/f"), "x"))
                        .isInstanceOf(IOException.class);
            } else {
                assertThatThrownBy(() -> directory.receive(stream.channel()))
                        .isInstanceOf(BtrfsException.Unsupported.class)
                        .hasMessageContaining("enable verity");
                assertThat(into).isEmptyDirectory();
            }
        }
    }
}
