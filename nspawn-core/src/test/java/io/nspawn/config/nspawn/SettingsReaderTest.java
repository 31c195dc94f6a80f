package io.nspawn.config.nspawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.nspawn.config.InvalidFileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {
    private static final List<Integer> VERSIONS = List.of(252, 257, 262);

    /** Very generous: what is meant is that the time grows with the size and not with its square. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private static SettingsReading read(int version, String text) {
        return SettingsReader.forVersion(version).read(text);
    }

    @Property(tries = 5000)
    void randomBytesAreReadWithoutAnException(@ForAll byte[] content) {
        VERSIONS.forEach(version -> isWhole(SettingsReader.forVersion(version).read(content)));
    }

    @Property(tries = 5000)
    void mangledFilesAreReadWithoutAnException(@ForAll("mangled") byte[] content) {
        VERSIONS.forEach(version -> isWhole(SettingsReader.forVersion(version).read(content)));
    }

    private static void isWhole(SettingsReading reading) {
        assertThat(reading.settings().isPresent())
                .isNotEqualTo(reading.refusal().isPresent());
        if (reading.refusal().isPresent()) {
            assertThatThrownBy(reading::orThrow).isInstanceOf(InvalidFileException.class);
        }
        SettingsLint.withWarnings(reading, false)
                .forEach(d -> assertThat(d.remedy()).isNotEmpty());
        if (reading.settings().isPresent()) {
            assertThat(EffectiveSettings.of(reading, true).describe()).isNotEmpty();
            assertThat(EffectiveSettings.of(reading, false).describe()).isNotEmpty();
        }
    }

    @Provide
    Arbitrary<byte[]> mangled() {
        List<String> keys =
                Arrays.stream(SettingKey.values()).map(SettingKey::key).toList();
        List<String> pieces = List.of(
                "",
                "yes",
                "no",
                "a",
                "/a",
                "/a:/b",
                "eth0:x",
                "+/x",
                "0x10",
                "-1",
                "18446744073709551616",
                "1.5G",
                "5min 3s",
                "infinity",
                "\\",
                "\\:",
                "\"",
                "'",
                "~",
                ":",
                ",",
                "-",
                "%i",
                " ",
                "\t",
                "\u00fc",
                "AF_INET",
                "CAP_KILL",
                "pick",
                "managed",
                "8191",
                "3-1",
                "tcp:80",
                "none",
                "@clock",
                "SIGRTMIN+3",
                "vz",
                "x".repeat(70));
        Arbitrary<String> value = Arbitraries.of(pieces).list().ofMaxSize(5).map(p -> String.join("", p));
        Arbitrary<String> line = Combinators.combine(
                        Arbitraries.of(keys), value, Arbitraries.of("\n", "\n", "\n", "\\\n", "\r\n", "\0", " \n"))
                .as((key, text, end) -> key + "=" + text + end);
        Arbitrary<String> other =
                Arbitraries.of("[Exec]\n", "[Files]\n", "[Network]\n", "[X-Y]\n", "[Z]\n", "# c\n", "\ufeff");
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(3, line), net.jqwik.api.Tuple.of(2, other))
                .list()
                .ofMaxSize(25)
                .map(lines -> ("[Exec]\n" + String.join("", lines)).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Parameters=", "SystemCallFilter=", "Environment=\"", "User=", "X=", "LimitCPU=", "Capability="})
    void aLineOfAMebibyteTakesNoLongTime(String start) {
        String line = "[Exec]\n" + start + "a ".repeat((1 << 19) - 20) + "\n";

        assertTimeout(LONG, () -> isWhole(read(262, line)));
    }

    @Test
    void aHundredThousandKeysTakeNoLongTime() {
        StringBuilder file = new StringBuilder("[Network]\n");
        for (int i = 0; i < 25_000; i++) {
            file.append("MACVLAN=eth")
                    .append(i)
                    .append("\nPort=udp:")
                    .append(i + 1)
                    .append("\n");
        }
        file.append("[Files]\n");
        for (int i = 0; i < 25_000; i++) {
            file.append("Bind=/a").append(i).append(":/b\nTemporaryFileSystem=/c\n");
        }

        SettingsReading reading = assertTimeout(LONG, () -> read(262, file.toString()));

        assertThat(reading.assignments()).hasSize(100_000);
        assertThat(reading.orThrow().files().mounts()).hasSize(50_000);
    }

    @Test
    void aContinuationOfManyLinesTakesNoLongTime() {
        String more = " \\\n b".repeat(100_000);

        SettingsReading reading = assertTimeout(LONG, () -> read(262, "[Exec]\nParameters=a" + more + "\n"));

        assertThat(reading.orThrow().exec().parameters().size()).isEqualTo(100_001);
    }

    @Test
    void anErrorNamesTheFileThatIsKnown() {
        Path file = Path.of("/etc/systemd/nspawn/web.nspawn");
        assertThatThrownBy(() -> read(257, "[Network]\n\nMACVLAN=bad/name\n").orThrow(file))
                .isInstanceOfSatisfying(InvalidFileException.class, error -> {
                    assertThat(error.file()).hasValue(file);
                    assertThat(error.line()).isEqualTo(3);
                    assertThat(error.key()).isEqualTo("MACVLAN");
                    assertThat(error).hasMessageStartingWith(file + ": line 3: MACVLAN= ");
                });
    }

    @Test
    void aRefusedFileSaysWhereAndWhatWouldBeRight() {
        assertThatThrownBy(() -> read(257, "[Network]\n\nMACVLAN=bad/name\n").orThrow())
                .isInstanceOfSatisfying(InvalidFileException.class, e -> {
                    assertThat(e.line()).isEqualTo(3);
                    assertThat(e.key()).isEqualTo("MACVLAN");
                    assertThat(e.remedy()).contains("15 bytes");
                });
        assertThat(read(252, "[Network]\nMACVLAN=bad/name\n").diagnostics()).isEmpty();
    }

    @Test
    void anUnknownKeySaysWhatWasMeant() {
        assertThat(read(252, "[Exec]\nLimitNoFile=1\nBind=/a\n[Network]\nNamespacePath=/a\n")
                        .diagnostics())
                .extracting(Diagnostic::remedy)
                .containsExactly("write LimitNOFILE= in [Exec]", "write Bind= in [Files]", "it needs systemd 259");
    }

    @Test
    void relativeSourcesStartFromTheDirectory() {
        SettingsReading reading = SettingsReader.forVersion(257)
                .on(new HostPlatform("arm64", "/srv"))
                .read("[Files]\nBind=a:/b\nOverlay=c:/d\n[Exec]\nPersonality=arm\n");

        assertThat(reading.orThrow().files().mounts())
                .containsExactly(
                        Mount.Bind.of("/srv/a", "/b"),
                        new Mount.Overlay(List.of("/srv/c"), java.util.Optional.of("/d"), "/d", false));
        assertThat(reading.orThrow().exec().personality()).hasValue(Personality.SECONDARY);
    }

    @Test
    void versionsBelow252AreNotKnown() {
        assertThatThrownBy(() -> SettingsReader.forVersion(251)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SettingsBuilder.forVersion(251)).isInstanceOf(IllegalArgumentException.class);
    }
}
