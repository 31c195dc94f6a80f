package io.nspawn.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nspawn.model.Verify;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRecipeTest {
    private static final ImageRecipe BASE = ImageRecipe.from("debian-12").named("x");

    private static String digest(ImageRecipe recipe) {
        return RecipeDigest.of(recipe, "content");
    }

    /** Each is another image than the base, and than all the others. */
    static List<UnaryOperator<ImageRecipe>> changes() {
        return List.of(
                r -> r.lean(),
                r -> r.lean().unmask("systemd-logind.service"),
                r -> r.mask("systemd-logind.service", "why not"),
                r -> r.enable("systemd-logind.service"),
                ImageRecipe::networkd,
                ImageRecipe::resolved,
                ImageRecipe::volatileJournal,
                ImageRecipe::persistentJournal,
                r -> r.file("/a", "b"),
                r -> r.file("/a", "c"),
                r -> r.file("/ab", ""),
                r -> r.file("/a", "b".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0755),
                r -> r.packages("curl"),
                r -> r.packages("curl", "jq"),
                r -> r.command("curl"),
                r -> r.command("curl", "jq"),
                r -> r.command("curl").command("jq"),
                ImageRecipe::hostNetwork,
                ImageRecipe::flattenNested,
                r -> r.revision("2"));
    }

    @Test
    void everyInputCounts() {
        Set<String> digests = Stream.concat(Stream.of(BASE), changes().stream().map(change -> change.apply(BASE)))
                .map(ImageRecipeTest::digest)
                .collect(Collectors.toSet());

        assertThat(digests).hasSize(changes().size() + 1);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aRecipeNeverChanges(UnaryOperator<ImageRecipe> change) {
        String before = digest(BASE);
        ImageRecipe changed = change.apply(BASE);
        String after = digest(changed);

        assertThat(digest(change.apply(changed.packages("other")))).isNotEqualTo(after);

        assertThat(digest(BASE)).isEqualTo(before);
        assertThat(digest(changed)).isEqualTo(after);
    }

    @Test
    void theSourceAndItsContentCountAndTheNameDoesNot() {
        Set<String> digests = Stream.of(
                        ImageRecipe.from("debian-12"),
                        ImageRecipe.from("debian-13"),
                        ImageRecipe.fromDirectory(Path.of("/srv/a")),
                        ImageRecipe.fromTar(Path.of("/srv/a")),
                        ImageRecipe.fromTar("/srv/a", InputStream::nullInputStream),
                        ImageRecipe.mmdebstrap("bookworm"),
                        ImageRecipe.mmdebstrap("bookworm", "curl"),
                        ImageRecipe.fromPull(URI.create("https://images.example/a.tar"), Verify.SIGNATURE),
                        ImageRecipe.fromPull(URI.create("https://images.example/a.tar"), Verify.NONE))
                .map(ImageRecipeTest::digest)
                .collect(Collectors.toSet());

        assertThat(digests).hasSize(9);
        assertThat(RecipeDigest.of(BASE, "other content")).isNotEqualTo(digest(BASE));
        assertThat(digest(BASE.named("y"))).isEqualTo(digest(BASE));
    }

    /** The digest is stored: one that changes by itself would build every image anew. */
    @Test
    void theDigestOfARecipeStaysWhatItIs() {
        assertThat(digest(BASE.volatileJournal().command("true")))
                .isEqualTo(digest(ImageRecipe.from("debian-12").command("true").volatileJournal()))
                .matches("[0-9a-f]{64}");
    }

    @Test
    void theOrderOfFilesAndUnitsIsNoInputAndThatOfCommandsIs() {
        assertThat(digest(BASE.file("/a", "1").file("/b", "2")))
                .isEqualTo(digest(BASE.file("/b", "2").file("/a", "1")));
        assertThat(digest(BASE.networkd().resolved()))
                .isEqualTo(digest(BASE.resolved().networkd()));
        assertThat(digest(BASE.command("a").command("b")))
                .isNotEqualTo(digest(BASE.command("b").command("a")));
    }

    @Test
    void leanHasAReasonForEachMaskAndEachCanBeTakenOut() {
        Map<String, String> masks = BASE.lean().masks();

        assertThat(masks).hasSameSizeAs(LeanMask.all()).containsKey("systemd-logind.service");
        assertThat(masks.values()).noneMatch(String::isBlank);
        for (LeanMask mask : LeanMask.all()) {
            assertThat(BASE.lean().unmask(mask.unit()).masks()).doesNotContainKey(mask.unit());
        }
        assertThatIllegalArgumentException().isThrownBy(() -> BASE.lean().unmask("ssh.service"));
        assertThat(BASE.persistentJournal().lean().hasVolatileJournal()).contains(false);
        assertThat(ImageRecipe.leanOf("debian-12").requireName().value()).isEqualTo("debian-12-lean");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "relative",
                "/",
                "/a/",
                "/a/../b",
                "/a//b",
                "/./a",
                "/proc/sys/x",
                "/run/x",
                "/dev/null",
                "/a\0b"
            })
    void noFileLeavesTheImage(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> BASE.file(path, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-y", "--allow-downgrades", "a b", "a;b", "$(x)", "a\nb"})
    void noPackageIsAnOption(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> BASE.packages(name));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageRecipe.mmdebstrap("bookworm", name));
    }

    @Test
    void badInputIsRefusedAtOnce() {
        assertThatIllegalArgumentException().isThrownBy(() -> BASE.command());
        assertThatIllegalArgumentException().isThrownBy(() -> BASE.command(""));
        assertThatIllegalArgumentException().isThrownBy(() -> BASE.mask("../x.service", "r"));
        assertThatIllegalArgumentException().isThrownBy(() -> BASE.enable("no unit"));
        assertThatIllegalArgumentException().isThrownBy(() -> BASE.file("/a", new byte[0], 010000));
        assertThatIllegalArgumentException().isThrownBy(() -> BASE.commandDeadline(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageRecipe.fromDirectory(Path.of("relative")));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageRecipe.fromTar(Path.of("relative.tar")));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageRecipe.fromTar(" ", InputStream::nullInputStream));
        assertThatIllegalArgumentException().isThrownBy(() -> ImageRecipe.mmdebstrap("--simulate"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageRecipe.from("debian-12").requireName());
    }
}
