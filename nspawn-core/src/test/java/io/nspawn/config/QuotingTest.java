package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What is quoted here is split back by systemd into what it was. */
class QuotingTest {
    @Property
    void wordsComeBack(@ForAll("words") List<String> words) {
        String value = words.stream().map(Quoting::word).collect(Collectors.joining(" "));

        assertThat(Splitters.words(value)).isEqualTo(words);
    }

    @Property
    void wordsComeBackFromAFile(@ForAll("words") List<String> words) {
        String value = words.stream().map(Quoting::word).collect(Collectors.joining(" "));
        String text = SystemdFile.builder()
                .section("Exec")
                .set("Parameters", value)
                .build()
                .text();

        String read = SystemdFileLexer.read(text).value("Exec", "Parameters").orElseThrow();
        assertThat(Splitters.words(read)).isEqualTo(words);
    }

    @Property
    void fieldsComeBack(@ForAll("lines") String source, @ForAll("lines") String target) {
        assertThat(Splitters.fields(Quoting.field(source) + ":" + Quoting.field(target)))
                .containsExactly(source, target);
    }

    @Property
    void aFieldNeverJoinsTheNextLine(@ForAll("lines") String target) {
        String value = ("/:" + Quoting.field("/" + target + "/")).strip();

        assertThat(new SystemdFile.Entry("Bind", value).value()).isEqualTo(value);
    }

    @Property
    void wordsOfUnitsComeBack(@ForAll("lines") String text) {
        String path = Path.of("/" + text.replace("/", "")).toString();

        assertThat(Splitters.unitWord(Quoting.unitWord(path))).isEqualTo(path);
    }

    @Provide
    Arbitrary<List<String>> words() {
        return Texts.line().list().ofMinSize(1).ofMaxSize(4);
    }

    @Provide
    Arbitrary<String> lines() {
        return Texts.line();
    }
}
