package io.nspawn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Names against what systemd's own functions said of them. */
class NamesTest {
    @TestFactory
    Stream<DynamicTest> machineNamesAreSystemdsHostNames() throws IOException {
        return vectors("hostname-valid.tsv", MachineName::of);
    }

    @TestFactory
    Stream<DynamicTest> imageNamesAreSystemdsImageNames() throws IOException {
        return vectors("image-name-valid.tsv", ImageName::of);
    }

    private static Stream<DynamicTest> vectors(String file, Consumer<String> name) throws IOException {
        try (InputStream in = Objects.requireNonNull(NamesTest.class.getResourceAsStream(file))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text.lines()).hasSizeGreaterThan(9);
            return text.lines()
                    .map(line -> line.split("\t", -1))
                    .map(vector -> DynamicTest.dynamicTest(
                            vector[1],
                            () -> assertThat(isAccepted(name, vector[1])).isEqualTo(vector[2].equals("1"))));
        }
    }

    private static boolean isAccepted(Consumer<String> name, String value) {
        try {
            name.accept(value);
            return true;
        } catch (InvalidNameException e) {
            return false;
        }
    }

    @Test
    void imageNamesBeyondTheVectors() {
        for (String bad : new String[] {"", "..", ".#hidden", "a\nb", "\u007f", "\ud800", "ü".repeat(128)}) {
            assertThatThrownBy(() -> ImageName.of(bad)).as(bad).isInstanceOf(InvalidNameException.class);
        }
        for (String good : new String[] {"ü".repeat(127), "...", "a b", "x".repeat(255)}) {
            assertThat(ImageName.of(good).value()).isEqualTo(good);
        }
    }

    @Test
    void aRefusalSaysWhatIsWrongAndWhatWouldBeRight() {
        assertThatThrownBy(() -> MachineName.of("a..b")).isInstanceOfSatisfying(InvalidNameException.class, e -> {
            assertThat(e).hasMessageContaining("empty label");
            assertThat(e.remedy()).isPresent();
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        });
        assertThatThrownBy(() -> MachineName.of("x".repeat(65))).hasMessageContaining("has 65 characters");
    }

    @Property
    void aNameIsMappableIfAndOnlyIfItMaps(@ForAll("almostNames") String name) {
        assertThat(MachineName.isMappable(name)).isEqualTo(isAccepted(MachineName::mapped, name));
    }

    @Property
    void aMappedNameIsAValidOneWithoutUnderscores(@ForAll("almostNames") String name) {
        if (MachineName.isMappable(name)) {
            MachineName mapped = MachineName.mapped(name);
            assertThat(MachineName.of(mapped.value())).isEqualTo(mapped);
            assertThat(mapped.value()).hasSameSizeAs(name).doesNotContain("_");
            assertThat(mapped.unit()).isEqualTo("systemd-nspawn@" + mapped + ".service");
        }
    }

    @Provide
    Arbitrary<String> almostNames() {
        return Arbitraries.strings()
                .withChars("abcXYZ019--__..")
                .withChars('ä', '/', ' ', '\u0660')
                .ofMinLength(0)
                .ofMaxLength(70);
    }
}
