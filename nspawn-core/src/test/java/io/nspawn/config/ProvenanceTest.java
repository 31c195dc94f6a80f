package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.config.Provenance.Origin;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
    private static final SystemdFile CONTENT =
            SystemdFile.builder().section("Exec").set("Boot", true).build();
    private static final Map<String, String> FACTS = Map.of("Name", "web_1", "Image", "debian-12");

    @Property
    void aStampedFileIsOurs(@ForAll("contents") SystemdFile content, @ForAll("facts") Map<String, String> facts) {
        assertThat(Provenance.origin(Provenance.stamp(content, facts))).isEqualTo(new Origin.Ours(facts));
    }

    @Property
    void anEditIsNoticedWhereverItIs(
            @ForAll("contents") SystemdFile content, @ForAll @IntRange(min = 0, max = 2000) int place) {
        String text = Provenance.stamp(content, FACTS);
        int at = place % text.length();
        String edited = text.substring(0, at) + 'z' + text.substring(at);

        assertThat(Provenance.origin(edited)).isNotInstanceOf(Origin.Ours.class);
    }

    @Property
    void aLineThatIsTakenOutIsNoticed(@ForAll @IntRange(min = 0, max = 20) int line) {
        String[] lines = Provenance.stamp(CONTENT, FACTS).split("(?<=\n)");
        Assume.that(line < lines.length);
        lines[line] = "";

        assertThat(Provenance.origin(String.join("", lines))).isNotInstanceOf(Origin.Ours.class);
    }

    @Test
    void anEditedFileStillTellsItsFacts() {
        String edited = Provenance.stamp(CONTENT, FACTS).replace("Boot=yes", "Boot=no");

        assertThat(Provenance.origin(edited)).isEqualTo(new Origin.Edited(FACTS));
        assertThat(Provenance.facts(Provenance.origin(edited))).isEqualTo(FACTS);
    }

    @Test
    void whatOthersWroteIsForeign() {
        assertThat(Provenance.origin("")).isEqualTo(new Origin.Foreign());
        assertThat(Provenance.origin("[Exec]\nBoot=yes\n")).isEqualTo(new Origin.Foreign());
        assertThat(Provenance.origin("[Exec\n")).isEqualTo(new Origin.Foreign());
        assertThat(Provenance.origin("[X-Nspawn]\nName=web\n")).isEqualTo(new Origin.Foreign());
        assertThat(Provenance.facts(new Origin.Foreign())).isEmpty();
    }

    @Test
    void aStampIsSomethingThatSystemdPassesOver() {
        assertThat(Provenance.stamp(CONTENT, FACTS).lines().toList())
                .first()
                .asString()
                .startsWith("# Made by nspawn-core.");
        assertThat(SystemdFileLexer.read(Provenance.stamp(CONTENT, FACTS)).sections())
                .extracting(SystemdFile.Section::name)
                .containsExactly("X-Nspawn", "Exec");
    }

    @Provide
    Arbitrary<SystemdFile> contents() {
        return Texts.file().map(file -> new SystemdFile(java.util.List.of(), file.sections()));
    }

    @Provide
    Arbitrary<Map<String, String>> facts() {
        return Arbitraries.maps(Texts.key().filter(k -> !k.equals("Digest")), Texts.value())
                .ofMaxSize(4);
    }
}
