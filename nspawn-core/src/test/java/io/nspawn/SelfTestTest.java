package io.nspawn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The self-test says what there is, and says it where nothing is. */
class SelfTestTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return SelfTest.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                arguments);
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyErrorSaysWhatToDo() {
        run();

        assertThat(said()).startsWith("nspawn self-test\n").contains("java: ", "kernel: ", "privileges: ");
        String[] lines = said().split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].startsWith("  ERROR")) {
                assertThat(lines[i + 1])
                        .as(lines[i])
                        .startsWith("          to do: ")
                        .endsWith(".");
            }
        }
    }

    @Test
    void withoutSystemdItSaysSoInOneSentence() throws IOException {
        String init = Files.readString(Path.of("/proc/1/comm")).strip();
        Assumptions.assumeFalse(init.equals("systemd"), "PID 1 is systemd here");

        assertThat(run()).isEqualTo(1);

        assertThat(said())
                .endsWith("No containers can be run here: init: PID 1 is " + init
                        + ", not systemd. Boot this machine with "
                        + "systemd, or use a lab host or the host in memory of nspawn-testkit.\n");
    }

    @Test
    void forMachinesItIsJson() throws IOException {
        int status = run("--json");

        JsonNode report = new ObjectMapper().readTree(said());
        assertThat(report.get("ready").asBoolean()).isEqualTo(status == 0);
        assertThat(report.get("checks").findValuesAsText("subject")).contains("library", "java", "btrfs", "host");
        assertThat(report.get("checks").findValuesAsText("level")).containsAnyOf("ok", "warning", "error");
    }

    @Test
    void anArgumentThatThereIsNotIsRefused() {
        assertThat(run("--loud")).isEqualTo(2);
        assertThat(said()).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage: ");
    }

    /** What {@code java -jar nspawn-core.jar} does: the jar lies among the others, or alone. */
    @Test
    void withoutTheOtherLibrariesItSaysHowToBeStarted(@TempDir Path directory) throws Exception {
        Path jar = directory.resolve("nspawn-core-1.jar");
        jarOf(
                Path.of(SelfTest.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI()),
                jar);

        assertThat(alone(jar))
                .startsWith("self-test: ")
                .endsWith(
                        "run  mvn dependency:copy-dependencies && java -cp 'target/dependency/*' io.nspawn.SelfTest\n");

        Files.createFile(directory.resolve("nspawn-btrfs-1.jar"));
        assertThat(alone(jar))
                .startsWith("self-test: ")
                .endsWith("run  java -cp '" + directory + "/*' io.nspawn.SelfTest\n");
    }

    private static void jarOf(Path classes, Path jar) throws IOException {
        try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                to.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, to);
            }
        }
    }

    /** What it says on a class path of that jar only. */
    private static String alone(Path jar) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", jar.toString(), "io.nspawn.SelfTest")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        return said;
    }
}
