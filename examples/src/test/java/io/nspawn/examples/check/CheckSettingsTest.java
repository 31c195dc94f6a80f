package io.nspawn.examples.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckSettingsTest {
    @TempDir
    Path directory = Path.of("");

    private record Ending(int code, String output) {}

    private Ending check(String content, String... options) throws IOException {
        Path file = Files.writeString(directory.resolve("web.nspawn"), content);
        List<String> arguments = new ArrayList<>(List.of(file.toString()));
        arguments.addAll(List.of(options));
        return run(arguments.toArray(String[]::new));
    }

    private static Ending run(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int code = CheckSettings.run(new PrintStream(bytes, true, StandardCharsets.UTF_8), arguments);
        return new Ending(code, bytes.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aGoodFileHasNothingSaidAboutIt() throws IOException {
        assertThat(check("[Exec]\nBoot=yes\n", "257")).isEqualTo(new Ending(0, ""));
    }

    @Test
    void findingsAreSaidWithLineAndRemedy() throws IOException {
        Ending ending = check("[Exec]\nBoot=maybe\n[Network]\nMACVLAN=br-storage-net\n", "257");

        assertThat(ending.code()).isEqualTo(1);
        assertThat(ending.output().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("web.nspawn: IGNORED: line 2: VALUE_INVALID: Boot=", "yes or no"),
                        line -> assertThat(line).contains("line 4: NETWORK_REPLACES_TEMPLATE", "VirtualEthernet="),
                        line -> assertThat(line).contains("line 4: INTERFACE_NAME_SHORTENED", "mv-br-storaiEOq"));
    }

    @Test
    void aFileThatSystemdRefusesEndsWithTwo() throws IOException {
        Ending ending = check("[Network]\nMACVLAN=bad/name\n", "v257 (257.13-1)");

        assertThat(ending.code()).isEqualTo(2);
        assertThat(ending.output()).contains("REFUSED: line 2: VALUE_FATAL: MACVLAN=");
        assertThat(check("[Network]\nMACVLAN=bad/name\nVirtualEthernet=no\n", "252"))
                .isEqualTo(new Ending(0, ""));
    }

    @Test
    void whatCannotBeCheckedEndsWithTwo() throws IOException {
        assertThat(run(directory.resolve("none").toString(), "257").code()).isEqualTo(2);
        assertThat(check("", "251").code()).isEqualTo(2);
        assertThat(check("", "new").code()).isEqualTo(2);
        assertThat(run("--none").code()).isEqualTo(2);
    }

    @Test
    void theEffectiveSettingsAreSaidInWords() throws IOException {
        assertThat(check("[Exec]\nBoot=yes\n[Files]\nBind=/a:/b\n", "257", "--effective")
                        .output())
                .contains("network: its own, with a veth", "mount: /a at /b");
        assertThat(check("[Files]\nBind=/a:/b\n", "257", "--untrusted").output())
                .contains("IGNORED: line 2: NOT_TRUSTED: Bind=");
    }
}
