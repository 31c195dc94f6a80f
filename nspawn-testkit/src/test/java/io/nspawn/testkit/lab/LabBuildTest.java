package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a seed is built, with recipes that take no time. */
@Tag("lab")
class LabBuildTest {
    @TempDir
    Path cache;

    @BeforeEach
    void labCanStart() {
        List<String> missing = LabHost.debian("bookworm").missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> "missing: " + String.join("; ", missing));
    }

    @Test
    void concurrentBuildersBuildOnce() throws Exception {
        // All of them read the one file, which none may find half written.
        Path recipe = recipe("echo built >> " + cache + "/log; echo $1 $2 > $3/file");
        List<Process> builders = Stream.generate(() -> builder(recipe)).limit(4).toList();
        for (Process builder : builders) {
            assertThat(builder.waitFor()).isZero();
        }
        assertThat(cache.resolve("seed/file")).hasContent("suite base");
        assertThat(cache.resolve("log")).hasContent("built");
    }

    @Test
    void aFailedBuildLeavesNothing() throws Exception {
        assertThat(build("touch $3/file; exit 3").waitFor()).isNotZero();
        assertThat(left()).containsExactlyInAnyOrder("recipe.sh", "seed.lock", "scripts");
        assertThat(build("touch $3/file").waitFor()).isZero();
        assertThat(cache.resolve("seed/file")).exists();
    }

    @Test
    void aBuildEndsWithWhoeverWantsIt() throws Exception {
        // The work's own number would be that of its PID namespace: the one it is listed by is what it is found by
        // here.
        Process builder = build("touch $3/file; sleep 4243 & echo begun; wait");
        assertThat(builder.inputReader().readLine()).isEqualTo("begun");
        List<ProcessHandle> all = builder.descendants().toList();
        assertThat(all).as("the guard, the recipe and its work").hasSizeGreaterThanOrEqualTo(3);
        builder.getOutputStream().close();
        assertThat(builder.waitFor()).isNotZero();
        assertThat(all).noneMatch(ProcessHandle::isAlive);
        assertThat(left()).containsExactlyInAnyOrder("recipe.sh", "seed.lock", "scripts");
    }

    private Process build(String recipe) throws IOException {
        return builder(recipe(recipe));
    }

    private Path recipe(String text) throws IOException {
        return Files.writeString(cache.resolve("recipe.sh"), text);
    }

    private Process builder(Path recipe) {
        try {
            Path script = LabScripts.extract(cache.resolve("scripts")).lab();
            return new ProcessBuilder(
                            "/bin/bash",
                            script.toString(),
                            "build",
                            cache.resolve("seed").toString(),
                            recipe.toString(),
                            "suite",
                            "base")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
