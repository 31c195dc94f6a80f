package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SystemdDocumentTest {
    private static final String FILE = """
            # The web server.
            [Exec]
            Boot = yes
            ; an old one
            Environment=A=1
              Environment=B=2

            [Files]
            Bind=/a:/b
            """;

    private static String set(String file, String section, String key, String... values) {
        return SystemdDocument.of(file).set(section, key, List.of(values)).text();
    }

    @Test
    void anEditChangesOnlyItsLine() {
        assertThat(set(FILE, "Exec", "Boot", "no")).isEqualTo(FILE.replace("Boot = yes", "Boot=no"));
        assertThat(set(FILE, "Exec", "Environment", "A=1", "B=3"))
                .isEqualTo(FILE.replace("  Environment=B=2", "Environment=B=3"));
    }

    @Test
    void aValueThatIsThereChangesNothing() {
        assertThat(set(FILE, "Exec", "Boot", "yes")).isEqualTo(FILE);
        assertThat(set(FILE, "Exec", "Environment", "A=1", "B=2")).isEqualTo(FILE);
    }

    @Test
    void aFurtherValueGoesBehindTheLast() {
        assertThat(set(FILE, "Exec", "Environment", "A=1", "B=2", "C=3"))
                .isEqualTo(FILE.replace("  Environment=B=2\n", "  Environment=B=2\nEnvironment=C=3\n"));
        assertThat(set(FILE, "Exec", "Hostname", "web"))
                .isEqualTo(FILE.replace("  Environment=B=2\n", "  Environment=B=2\nHostname=web\n"));
        assertThat(set(FILE, "Network", "Private", "yes")).isEqualTo(FILE + "\n[Network]\nPrivate=yes\n");
        assertThat(set("", "Exec", "Boot", "yes")).isEqualTo("[Exec]\nBoot=yes\n");
    }

    @Test
    void aKeyThatIsTakenOutLeavesItsNeighbours() {
        assertThat(SystemdDocument.of(FILE).remove("Exec", "Environment").text())
                .isEqualTo(FILE.replace("Environment=A=1\n  Environment=B=2\n", ""));
        assertThat(SystemdDocument.of(FILE).remove("Files", "Boot").text()).isEqualTo(FILE);
    }

    @Test
    void commentsWithinAContinuationStay() {
        assertThat(set("[Exec]\nParameters=a \\\n# why b\n  b\nUser=u\n", "Exec", "Parameters", "c"))
                .isEqualTo("[Exec]\nParameters=c\n# why b\nUser=u\n");
    }

    @Test
    void lineEndsAndMarksStay() {
        assertThat(set("[Exec]\r\nBoot=yes\r\n", "Exec", "Boot", "no", "maybe"))
                .isEqualTo("[Exec]\r\nBoot=no\r\nBoot=maybe\r\n");
        assertThat(set("\ufeff[Exec]\nBoot=yes", "Exec", "User", "u")).isEqualTo("\ufeff[Exec]\nBoot=yes\nUser=u\n");
        assertThat(SystemdDocument.of("[Exec]\nParameters=a\\")
                        .set("Exec", "User", List.of("u"))
                        .values("Exec", "User"))
                .containsExactly("u");
    }

    @Test
    void commentsThatAreNotUtf8Stay() {
        byte[] file = "[Exec]\n# \u00ff\nBoot=yes\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

        assertThat(SystemdDocument.of(file).set("Exec", "Boot", List.of("no")).bytes())
                .isEqualTo("[Exec]\n# \u00ff\nBoot=no\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    void whatTheFormatCannotHoldIsRefused() {
        SystemdDocument document = SystemdDocument.of(FILE);
        for (String value : List.of("a\nb", " a", "a\\", "a\0")) {
            assertThatThrownBy(() -> document.set("Exec", "User", List.of(value)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> document.set("Ex]ec", "User", List.of("u")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SystemdDocument.of("[Exec"))
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("line 1")
                .hasMessageContaining("']'");
    }

    /** Whatever the file is like: the key has the new values, and every other one what it had. */
    @Property
    void anEditIsReadBack(@ForAll("files") String file, @ForAll("values") List<String> values) {
        SystemdDocument before;
        try {
            before = SystemdDocument.of(file);
        } catch (InvalidFileException refused) {
            return;
        }
        SystemdDocument after = before.set("Exec", "K", values);

        assertThat(after.values("Exec", "K")).isEqualTo(values);
        assertThat(after.values("Exec", "L")).isEqualTo(before.values("Exec", "L"));
        assertThat(after.values("Files", "K")).isEqualTo(before.values("Files", "K"));
    }

    @Provide
    Arbitrary<String> files() {
        return Arbitraries.of(
                        "[Exec]", "[Files]", "K=1", "K=2", "L=3", "K=a\\", "# c", "# c\\", "  ; d", "", "\\", "K", "=v",
                        "\ufeff", "\n", "\n", "\n", "\r\n", "\r", "\0")
                .list()
                .ofMaxSize(20)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<List<String>> values() {
        return Texts.value().list().ofMaxSize(3);
    }
}
