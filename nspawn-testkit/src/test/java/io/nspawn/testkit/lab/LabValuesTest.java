package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of a lab that need none. */
class LabValuesTest {
    @Test
    void releasesAreFoundByName() {
        assertThat(LabRelease.of("bookworm")).hasToString("systemd 252 (bookworm)");
        assertThat(LabRelease.of("trixie").baseImage()).isEqualTo("debian-13");
        assertThatThrownBy(() -> LabHost.debian("buster"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bookworm, trixie");
    }

    @Test
    void whatIsNotStartedCannotBeUsed() {
        try (LabHost lab = LabHost.debian("bookworm")) {
            assertThatThrownBy(() -> lab.exec("true")).isInstanceOf(IllegalStateException.class);
        }
        assertThat(Lab.inside()).isFalse();
        assertThatThrownBy(Lab::release).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keysAreTheSameInEveryRun() {
        String test =
                "[engine:junit-jupiter]/[class-template:a.B]/[class-template-invocation:#%d]/[nested-class:C]/[method:d()]";
        assertThat(TestKey.of(String.format(test, 1)))
                .isEqualTo(TestKey.of(String.format(test, 2)))
                .isEqualTo(new TestKey("[nested-class:C]/[method:d()]"));
        assertThat(TestKey.of("[engine:junit-jupiter]/[class-template:a.B]/[class-template-invocation:#1]"))
                .isEqualTo(TestKey.RUN);
        assertThat(TestKey.of("[engine:junit-jupiter]/[class-template:a.B]")).isEqualTo(TestKey.RUN);
    }

    @Test
    void aContainersKeyIsAboveThoseInIt() {
        TestKey nested = new TestKey("[nested-class:C]");
        assertThat(new TestKey("[nested-class:C]/[method:d()]").isBelow(nested)).isTrue();
        assertThat(new TestKey("[nested-class:CD]").isBelow(nested)).isFalse();
        assertThat(nested.isBelow(nested)).isFalse();
        assertThat(nested.isBelow(TestKey.RUN)).isTrue();
        assertThat(TestKey.RUN.isBelow(TestKey.RUN)).isFalse();
    }

    @Test
    void theTailOfATextIsKept() throws InterruptedException {
        TextTail tail = new TextTail(10);
        List<String> lines = new ArrayList<>();
        String text = "first\n" + "x".repeat(100) + "\nlast ü\nno end";
        ByteArrayInputStream stream = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        TextReader reader = TextReader.start("test", stream, tail, lines::add, () -> lines.add("end"));
        assertThat(reader.join(60_000)).isTrue();
        assertThat(tail.text()).isEqualTo(text.substring(text.length() - 10));
        assertThat(lines).containsExactly("first", "x".repeat(100), "last ü", "no end", "end");
    }

    @Test
    void aRepositoryIsSharedAsAWhole() {
        assertThat(LabClassPath.shares(List.of(
                        Path.of("/home/a/.m2/repository/org/b/b.jar"),
                        Path.of("/home/a/.m2/repository/org/c/c.jar"),
                        Path.of("/src/target/classes"),
                        Path.of("/src/target"),
                        Path.of("/opt/d.jar"))))
                .containsExactly(Path.of("/home/a/.m2/repository"), Path.of("/src/target"), Path.of("/opt/d.jar"));
    }

    @Test
    void aDirectoryOfManyJarsIsSharedAsAWhole() {
        List<Path> few = List.of(Path.of("/opt/a.jar"), Path.of("/opt/b.jar"), Path.of("/opt/c.jar"));
        assertThat(LabClassPath.shares(few)).isEqualTo(few);
        List<Path> many = new ArrayList<>(few);
        many.add(Path.of("/opt/d.jar"));
        assertThat(LabClassPath.shares(many)).containsExactly(Path.of("/opt"));
    }

    @Test
    void aJarThatOnlyNamesOthersStandsForThem(@TempDir Path directory) throws IOException {
        Path other = Files.createFile(directory.resolve("other one"));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, "other%20one missing.jar " + directory.toUri());
        Path jar = directory.resolve("only.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        assertThat(LabClassPath.resolve(jar + File.pathSeparator)).containsExactly(jar, other, directory);
    }

    @Test
    void theJvmsOwnClassPathHoldsTheLauncher() {
        assertThat(LabClassPath.entries())
                .anyMatch(path -> path.toString().contains("junit-platform-launcher"))
                .anyMatch(path -> path.endsWith("target/classes"))
                .allMatch(Files::exists);
    }
}
