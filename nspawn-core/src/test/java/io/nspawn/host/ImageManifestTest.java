package io.nspawn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.internal.Json;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.ImageName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageManifestTest {
    private static ImageManifest manifest(String text) {
        return new ImageManifest(
                ImageName.of("debian-12-lean"),
                "ab".repeat(32),
                "image " + text,
                "btrfs 1 2",
                Instant.parse("2026-11-23T12:00:00Z"),
                "1.0",
                List.of(
                        new ImageManifest.Step("ran " + text, List.of(text, "")),
                        new ImageManifest.Step("", List.of())),
                Map.of("systemd-logind.service", text));
    }

    private static ImageManifest read(String json) {
        return ImageManifest.read("x", json.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 300)
    void itIsReadAsItWasWritten(@ForAll String text) {
        ImageManifest manifest = manifest(text);

        assertThat(read(manifest.toJson())).isEqualTo(manifest);
    }

    @Test
    void itIsPlainJson() {
        assertThat(manifest("a\"b\\c\n\u0001é").toJson())
                .startsWith("{\n  \"image\": \"debian-12-lean\",\n")
                .contains("\"ran a\\\"b\\\\c\\n\\u0001é\"")
                .contains("\"digest\": \"sha256:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"debian-12-lean", "btrfs", "ran", "12:00", "logind", "1.0"})
    void anEditIsNoticed(String part) {
        String json = manifest("x").toJson();
        String edited = json.replaceFirst(part.replace(".", "\\."), part.equals("12:00") ? "13:00" : "other");
        assertThat(edited).isNotEqualTo(json);

        assertThatThrownBy(() -> read(edited))
                .isInstanceOf(HostFailureException.class)
                .hasMessageContaining("edited");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "{",
                "{}",
                "[]",
                "{\"image\": \"x\"}",
                "{\"a\": 1}",
                "{\"a\": \"b\",}",
                "{\"a\": \"b\" \"c\": \"d\"}",
                "{\"a\": \"b\", \"a\": \"c\"}",
                "{\"a\": \"\\q\"}",
                "{\"a\": \"\\u12\"}",
                "{\"a\": \"b\"} x",
                "{\"a\": \"\n\"}",
                "\0\0\0"
            })
    void whatIsNoManifestIsSaidToBeNone(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(HostFailureException.class)
                .hasMessageContaining("no manifest");
    }

    /** It comes out of a root that a container may have written to. */
    @Test
    void depthIsBounded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.read("{\"a\":".repeat(100_000)))
                .withMessageContaining("deep");
    }
}
