package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemdFileTest {
    @Property
    void whatIsWrittenIsReadBack(@ForAll("files") SystemdFile file) {
        assertThat(SystemdFileLexer.read(file.text()).sections()).isEqualTo(file.sections());
        assertThat(file.text())
                .satisfiesAnyOf(t -> assertThat(t).isEmpty(), t -> assertThat(t).endsWith("\n"));
    }

    @Provide
    Arbitrary<SystemdFile> files() {
        return Texts.file();
    }

    @Test
    void theLexerReadsAsSystemdDoes() {
        SystemdFile file = SystemdFileLexer.read("ignored=yes\n"
                + "[Exec]\n"
                + "# a comment\n"
                + "  ; another\n"
                + " Boot = yes # no comment\n"
                + "Parameters=a \\\n"
                + "# inside\n"
                + "  b\n"
                + "no assignment\n"
                + "=no key\r"
                + "Environment=A\0B=C\n"
                + "[Ex\\\n"
                + "ec]\n"
                + "Late=1\\\\\n");

        assertThat(file.sections())
                .containsExactly(
                        new Section(
                                "Exec",
                                List.of(
                                        new Entry("Boot", "yes # no comment"),
                                        new Entry("Parameters", "a    b"),
                                        new Entry("Environment", "A"),
                                        new Entry("B", "C"))),
                        new Section("Ex ec", List.of(new Entry("Late", "1\\\\"))));
    }

    @Test
    void aKeyThatRepeatsAccumulatesAndTheLastOneCounts() {
        SystemdFile file = SystemdFileLexer.read("[A]\nK=1\n[B]\nK=x\n[A]\nK=2\n");

        assertThat(file.values("A", "K")).containsExactly("1", "2");
        assertThat(file.value("A", "K")).hasValue("2");
        assertThat(file.value("A", "L")).isEmpty();
    }

    @Test
    void aHeaderThatDoesNotCloseFailsTheFile() {
        assertThatThrownBy(() -> SystemdFileLexer.read("[Exec] # c\nBoot=yes\n"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\0b", " a", "a\t", "a\\", "\ufffe", "\ufdd0", "\ud800", "x\udc00"})
    void whatTheFormatCannotHoldIsRefused(String value) {
        assertThatThrownBy(() -> new Entry("Key", value)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a=b", "#a", ";a", "[a", "a\\"})
    void keysThatTheFormatCannotHoldAreRefused(String key) {
        assertThatThrownBy(() -> new Entry(key, "value")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a]", "[", "a*", "a?", "a\"b", "a\\b"})
    void sectionsThatSystemdRefusesAreRefused(String name) {
        assertThatThrownBy(() -> new Section(name, List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBuilderLeavesOutEmptySectionsAndLooseKeys() {
        SystemdFile file = SystemdFile.builder()
                .comment("hello")
                .section("Empty")
                .section("Full")
                .set("Yes", true)
                .build();

        assertThat(file.text()).isEqualTo("# hello\n\n[Full]\nYes=yes\n");
        assertThatThrownBy(() -> SystemdFile.builder().set("K", "v")).isInstanceOf(IllegalStateException.class);
    }
}
