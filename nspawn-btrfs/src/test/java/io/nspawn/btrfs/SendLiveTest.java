package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What we send, against what btrfs send sends and received by btrfs receive and by us. */
class SendLiveTest {
    @RegisterExtension
    static final LoopBtrfs SOURCE = new LoopBtrfs(1L << 30);

    @RegisterExtension
    static final LoopBtrfs TARGET = new LoopBtrfs(1L << 30);

    private static Path from = Path.of("/nonexistent");

    /** The ways to send, and the options that btrfs send has for them. */
    enum Way {
        V1(SendProtocol.V1, false, ""),
        V2(SendProtocol.V2, false, "--proto 2"),
        COMPRESSED(SendProtocol.V2, true, "--proto 2 --compressed-data");

        private final SendProtocol protocol;
        private final boolean compressed;
        private final String options;

        Way(SendProtocol protocol, boolean compressed, String options) {
            this.protocol = protocol;
            this.compressed = compressed;
            this.options = options;
        }

        SendOptions of(SendOptions options) {
            return compressed ? options.compressed() : options.protocol(protocol);
        }

        List<String> toolOptions() {
            return options.isEmpty() ? List.of() : List.of(options.split(" "));
        }

        void requireKernel() throws IOException {
            if (this != V1) {
                SendSupport.requireProtocol2();
            }
        }

        void requireTool() throws IOException {
            requireKernel();
            boolean known = Shell.attempt("btrfs", "send", "--help").output().contains("--proto");
            assumeTrue(this == V1 || known, "needs btrfs-progs 5.19 for protocol 2");
        }
    }

    @BeforeAll
    static void prepare() throws IOException {
        from = SOURCE.directory();
        Path live = SampleTree.create(from);
        Subvolumes.snapshot(live, from.resolve("s1"), SnapshotOption.READ_ONLY);
        SampleTree.change(live);
        Subvolumes.snapshot(live, from.resolve("s2"), SnapshotOption.READ_ONLY);
        try (Filesystem filesystem = Filesystem.open(from)) {
            filesystem.sync();
        }
    }

    private static byte[] bytes(SendChannel channel) throws IOException {
        try (channel;
                InputStream in = Channels.newInputStream(channel)) {
            return in.readAllBytes();
        }
    }

    private static void same(String name, Path into) throws IOException {
        assertThat(TreeImage.of(into.resolve(name))).isEqualTo(TreeImage.of(from.resolve(name)));
        assertThat(Subvolumes.info(into.resolve(name)).receivedUuid())
                .isEqualTo(Subvolumes.info(from.resolve(name)).uuid());
    }

    @ParameterizedTest
    @EnumSource
    void theStreamIsByteByByteThatOfBtrfsSend(Way way) throws IOException {
        way.requireTool();
        Path file = TARGET.directory().resolve("stream");
        List<Object> whole = new ArrayList<>(List.of("btrfs", "send", "-q", "-f", file));
        whole.addAll(way.toolOptions());
        List<Object> incremental = new ArrayList<>(whole);
        whole.add(from.resolve("s1"));
        incremental.addAll(List.of("-p", from.resolve("s1"), from.resolve("s2")));
        try (Subvolume s1 = Subvolume.open(from.resolve("s1"));
                Subvolume s2 = Subvolume.open(from.resolve("s2"))) {
            Shell.run(whole.toArray());
            assertThat(bytes(s1.send(way.of(SendOptions.whole()))))
                    .hasSizeGreaterThan(3_000_000)
                    .isEqualTo(Files.readAllBytes(file));
            Shell.run(incremental.toArray());
            assertThat(bytes(s2.send(way.of(SendOptions.changesSince(s1)))))
                    .hasSizeGreaterThan(100_000)
                    .isEqualTo(Files.readAllBytes(file));
        }
    }

    private static void toTool(Path into, SendChannel channel) throws IOException {
        Path stream = Files.createTempFile(into.getParent(), "stream", "");
        try (channel;
                OutputStream out = Files.newOutputStream(stream)) {
            Channels.newInputStream(channel).transferTo(out);
            assertThat(channel.bytesRead()).isPositive();
        }
        assertThat(Files.size(stream)).isEqualTo(channel.bytesRead());
        Shell.run("btrfs", "receive", "-q", "-f", stream, into);
    }

    @ParameterizedTest
    @EnumSource
    void btrfsReceiveReceivesIt(Way way) throws IOException {
        way.requireTool();
        Path into = TARGET.directory();
        try (Subvolume s1 = Subvolume.open(from.resolve("s1"));
                Subvolume s2 = Subvolume.open(from.resolve("s2"))) {
            toTool(into, s1.send(way.of(SendOptions.whole())));
            toTool(into, s2.send(way.of(SendOptions.changesSince(s1))));
        }
        same("s1", into);
        same("s2", into);
    }

    @ParameterizedTest
    @EnumSource
    void weReceiveItFromTheChannelItself(Way way) throws IOException {
        way.requireKernel();
        Path into = TARGET.directory();
        try (Subvolume s1 = Subvolume.open(from.resolve("s1"));
                Subvolume s2 = Subvolume.open(from.resolve("s2"));
                Directory target = Directory.open(into)) {
            try (SendChannel channel = s1.send(way.of(SendOptions.whole()))) {
                target.receive(channel);
            }
            try (SendChannel channel = s2.send(way.of(SendOptions.changesSince(s1)))) {
                target.receive(channel);
                assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
        same("s1", into);
        same("s2", into);
    }

    /** What one of us received, the other one can build upon, and what was received can be sent on. */
    @Test
    void theToolAndWeBuildUponEachOther() throws IOException {
        Path ours = TARGET.directory();
        Path theirs = SOURCE.directory();
        try (Subvolume s1 = Subvolume.open(from.resolve("s1"));
                Subvolume s2 = Subvolume.open(from.resolve("s2"));
                Directory target = Directory.open(ours)) {
            try (SendChannel channel = s1.send(SendOptions.whole())) {
                target.receive(channel);
            }
            toTool(ours, s2.send(SendOptions.changesSince(s1)));
            same("s2", ours);
            target.deleteSubvolume(EntryName.of("s1"));
            target.deleteSubvolume(EntryName.of("s2"));

            toTool(ours, s1.send(SendOptions.whole()));
            try (SendChannel channel = s2.send(SendOptions.changesSince(s1))) {
                target.receive(channel);
            }
            same("s2", ours);
        }
        try (Subvolume on = Subvolume.open(ours.resolve("s2"));
                SendChannel channel = on.send(SendOptions.whole());
                Directory back = Directory.open(theirs)) {
            back.receive(channel);
        }
        same("s2", theirs);
    }

    @Test
    void aCloneSourceIsReferredTo() throws IOException {
        Path path = SOURCE.directory();
        Subvolumes.create(path.resolve("a"));
        Subvolumes.create(path.resolve("b"));
        Files.write(path.resolve("a/file"), SampleTree.random(1 << 20));
        Shell.run("cp", "--reflink=always", path.resolve("a/file"), path.resolve("b/copy"));
        Subvolumes.snapshot(path.resolve("a"), path.resolve("sa"), SnapshotOption.READ_ONLY);
        Subvolumes.snapshot(path.resolve("b"), path.resolve("sb"), SnapshotOption.READ_ONLY);
        Path into = TARGET.directory();
        try (Subvolume a = Subvolume.open(path.resolve("sa"));
                Subvolume b = Subvolume.open(path.resolve("sb"));
                Directory target = Directory.open(into)) {
            try (SendChannel channel = b.send(SendOptions.whole().cloneSource(a))) {
                assertThatThrownBy(() -> target.receive(channel)).isInstanceOf(BtrfsException.NotFound.class);
            }
            assertThat(into).isEmptyDirectory();
            byte[] referring = bytes(b.send(SendOptions.whole().cloneSource(a)));
            assertThat(referring).hasSizeLessThan(10_000);
            try (SendChannel channel = a.send(SendOptions.whole())) {
                target.receive(channel);
            }
            target.receive(StreamWriter.channel(referring));
        }
        assertThat(TreeImage.of(into.resolve("sb"))).isEqualTo(TreeImage.of(path.resolve("sb")));
        try (Subvolume received = Subvolume.open(into.resolve("sb"))) {
            assertThat(received.ownData().extentBytes()).as("shared").isEqualTo(1 << 20);
        }
    }

    @Test
    void whatCannotBeSentIsRefusedBeforeAnyThreadBegins() throws IOException {
        Path other = TARGET.directory();
        Subvolumes.create(other.resolve("s"));
        try (Subvolume live = Subvolume.open(from.resolve("live"));
                Subvolume s1 = Subvolume.open(from.resolve("s1"));
                Subvolume elsewhere = Subvolume.open(other.resolve("s"))) {
            assertThatThrownBy(() -> live.send(SendOptions.whole())).isInstanceOf(BtrfsException.NotReadOnly.class);
            assertThatThrownBy(() -> s1.send(SendOptions.changesSince(live)))
                    .isInstanceOf(BtrfsException.NotReadOnly.class);
            assertThatThrownBy(() -> s1.send(SendOptions.whole().cloneSource(elsewhere)))
                    .isInstanceOf(BtrfsException.DifferentFilesystem.class);
            s1.close();
            assertThatThrownBy(() -> s1.send(SendOptions.whole())).isInstanceOf(IllegalStateException.class);
        }
        assertThat(SendSupport.threadsAlive()).isEmpty();
    }

    @Test
    void theHandleMayBeClosedMeanwhileAndTheSubvolumeDeletedAfter() throws IOException {
        Path path = SOURCE.directory();
        Subvolumes.snapshot(from.resolve("s1"), path.resolve("copy"), SnapshotOption.READ_ONLY);
        SendChannel channel;
        try (Subvolume copy = Subvolume.open(path.resolve("copy"))) {
            channel = copy.send(SendOptions.whole());
        }
        assertThat(channel.read(ByteBuffer.allocate(100))).isPositive();
        channel.close();
        channel.close();
        assertThat(channel.isOpen()).isFalse();
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
        Subvolumes.delete(path.resolve("copy"));
    }
}
