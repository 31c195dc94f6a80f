package io.nspawn.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    private static List<Object> options(String protocol) {
        if (protocol.equals("1")) {
            return List.of();
        }
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
        assertThat(blocks(into.resolve("s1/sparse"))).isLessThan(100);
        assertThat(into.toFile().list()).containsExactlyInAnyOrder("s1", "s2");
    }
}
