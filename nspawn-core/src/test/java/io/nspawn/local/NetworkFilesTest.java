package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.config.LinkPolicy;
import io.nspawn.config.Netdev;
import io.nspawn.config.Network;
import io.nspawn.config.NetworkdFile;
import io.nspawn.host.NetworkFiles;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.SystemdVersion;
import io.nspawn.model.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Network files on a disk that others write to as well. */
class NetworkFilesTest {
    private static final SystemdVersion V252 = SystemdVersion.parse("252");
    private static final Netdev BRIDGE = Netdev.bridge("br0").stp(false).build();
    private static final Network NETWORK =
            Network.of("br0").address("10.0.0.1/24").build();
    private static final LinkPolicy POLICY =
            LinkPolicy.of("br0").macPolicy("none").build();
    private static final Map<String, List<NetworkdFile>> ALL = Map.of("br0", List.of(BRIDGE, NETWORK, POLICY));

    @TempDir
    Path directory = Path.of("");

    private NetworkFiles files = new NetworkFiles(new LocalFiles(new Native()), directory);

    @BeforeEach
    void open() {
        files = new NetworkFiles(new LocalFiles(new Native()), directory);
    }

    @Test
    void writesOncePerChange() throws IOException {
        List<Path> written = files.write(ALL, V252);

        assertThat(written)
                .containsExactly(ours("br0.netdev"), ours("br0.network"), ours("br0.link"))
                .allSatisfy(path -> assertThat(path).content().startsWith("# Made by nspawn-core."));
        assertThat(ours("br0.netdev"))
                .content()
                .endsWith("\n\n" + BRIDGE.content().text());
        assertThat(files.write(ALL, V252)).isEmpty();
        Netdev other = Netdev.bridge("br0").stp(true).build();
        assertThat(files.write(Map.of("br0", List.of(other, NETWORK, POLICY)), V252))
                .containsExactly(ours("br0.netdev"));
        assertThat(ours("br0.netdev")).content().contains("STP=yes");
        assertThat(files.list()).containsExactlyInAnyOrderElementsOf(written);
    }

    @Test
    void listsAndRemovesOurOwnAlone() throws IOException {
        files.write(ALL, V252);
        Path foreign = Files.writeString(ours("eth0.network"), "[Match]\nName=eth0\n");
        Path otherPrefix = Files.copy(ours("br0.network"), directory.resolve("20-br0.network"));
        Path otherType = Files.copy(ours("br0.network"), ours("br0.conf"));
        Path masked = Files.createSymbolicLink(ours("masked.network"), Path.of("/dev/null"));
        Path edited = Files.writeString(
                ours("br0.network"), Files.readString(ours("br0.network")).replace("10.0.0.1", "10.0.0.2"));

        assertThat(files.list()).containsExactlyInAnyOrder(ours("br0.netdev"), edited, ours("br0.link"));
        assertThat(files.removeAllBut(List.of(ours("br0.link")))).containsExactlyInAnyOrder(ours("br0.netdev"), edited);
        assertThat(files.list()).containsExactly(ours("br0.link"));
        assertThat(files.removeAllBut(List.of())).containsExactly(ours("br0.link"));
        assertThat(List.of(foreign, otherPrefix, otherType))
                .allSatisfy(path -> assertThat(path).isRegularFile());
        assertThat(Files.isSymbolicLink(masked)).isTrue();
    }

    @Test
    void replacesNeitherAnothersFileNorAnEditedOne() throws IOException {
        files.write(Map.of("br0", List.of(BRIDGE)), V252);
        Path foreign = Files.writeString(ours("br0.network"), "[Match]\nName=eth0\n");

        assertThatThrownBy(() -> files.write(ALL, V252))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("somebody else's");
        assertThat(foreign).hasContent("[Match]\nName=eth0\n");
        assertThat(ours("br0.link")).doesNotExist();
        Files.delete(foreign);
        Files.writeString(ours("br0.netdev"), Files.readString(ours("br0.netdev")) + "Priority=1\n");
        assertThatThrownBy(() -> files.write(ALL, V252))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("edited");
        assertThat(ours("br0.netdev")).content().endsWith("Priority=1\n");
    }

    @Test
    void followsNoLinkThatWasPlanted() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "kept\n");
        for (Path victim : List.of(target, directory.resolve("missing"))) {
            Path planted = Files.createSymbolicLink(ours("br0.netdev"), victim);

            assertThatThrownBy(() -> files.write(ALL, V252)).isInstanceOf(AlreadyExistsException.class);

            assertThat(Files.readSymbolicLink(planted)).isEqualTo(victim);
            Files.delete(planted);
        }
        assertThat(target).hasContent("kept\n");
        assertThat(Files.exists(directory.resolve("missing"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(files.list()).isEmpty();
    }

    /** Also when the link leads to what would be the right content. */
    @Test
    void aLinkToAFileOfOursIsNotTakenForOne() throws IOException {
        files.write(Map.of("br0", List.of(BRIDGE)), V252);
        Path elsewhere = Files.move(ours("br0.netdev"), directory.resolve("elsewhere"));
        Files.createSymbolicLink(ours("br0.netdev"), elsewhere);
        Netdev other = Netdev.bridge("br0").stp(true).build();

        assertThatThrownBy(() -> files.write(Map.of("br0", List.of(other)), V252))
                .isInstanceOf(AlreadyExistsException.class);

        assertThat(elsewhere).content().contains("STP=no");
    }

    @Test
    void writesNothingThatTheSystemdLacks() {
        Netdev young = Netdev.bridge("br1").fdbMaxLearned(1).build();

        assertThatThrownBy(() -> files.write(Map.of("br1", List.of(NETWORK, young)), V252))
                .isInstanceOf(UnsupportedException.class);

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aNameThatWouldLeadElsewhereIsRefused() {
        for (String bad : List.of("", "../x", "a/b", ".x", "a b", "a\n", "x".repeat(101))) {
            assertThatThrownBy(() -> files.path(bad, BRIDGE)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Path ours(String rest) {
        return directory.resolve("10-nspawn-" + rest);
    }
}
