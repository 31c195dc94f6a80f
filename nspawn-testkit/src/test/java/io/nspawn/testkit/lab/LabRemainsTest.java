package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever is killed, nothing of a lab remains. */
@Tag("lab")
class LabRemainsTest {
    private static final Path INOTIFY = Path.of("/proc/sys/fs/inotify/max_user_instances");

    private Process holder;
    private String id;
    private String loop;
    private String network;
    private ProcessHandle supervisor;
    private ProcessHandle guard;
    private String inotify;
    private String raised;

    @BeforeEach
    void hold() throws IOException {
        List<String> missing = LabHost.debian("bookworm").missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> "missing: " + String.join("; ", missing));
        inotify = inotifyBound();
        raised = String.valueOf(Integer.parseInt(inotify) + 1);
        holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        LabClassPath.entries().stream().map(Path::toString).collect(Collectors.joining(":")),
                        HoldingMain.class.getName(),
                        "bookworm",
                        raised)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line = new BufferedReader(holder.inputReader()).readLine();
        assertThat(line).as("the holder's words").isNotNull();
        String[] words = line.split(" ", -1);
        id = words[0];
        loop = words[2];
        supervisor = holder.children().findFirst().orElseThrow();
        guard = supervisor.children().findFirst().orElseThrow();
        network = Files.readSymbolicLink(Path.of("/proc", words[1], "ns/net")).toString();
        assertThat(remains()).as("what is looked for is there").hasSize(6);
        assertThat(inotifyBound()).isEqualTo(raised);
    }

    @AfterEach
    void end() {
        if (holder != null) {
            LabProcess.kill(holder);
        }
    }

    @Test
    void nothingRemainsOfAJvmKilledWithItsLab() throws Exception {
        holder.destroyForcibly().waitFor();
        supervisor.onExit().get(30, TimeUnit.SECONDS);
        assertThat(remains()).isEmpty();
        assertInotifyIsPutBack();
    }

    @Test
    void theNextLabTakesAwayWhatItsKilledSupervisorCouldNot() throws Exception {
        supervisor.destroyForcibly();
        supervisor.onExit().get(30, TimeUnit.SECONDS);
        holder.destroyForcibly().waitFor();
        guard.onExit().get(30, TimeUnit.SECONDS);
        try (LabHost next = LabHost.debian("bookworm").start()) {
            assertThat(next.exec("true").exitCode()).isZero();
        }
        // Not before the next one has ended: the kernel gives the number of a gone namespace to a new one.
        assertThat(remains()).isEmpty();
        assertInotifyIsPutBack();
    }

    /** The last lab of the machine puts it back: another process may have one. */
    private void assertInotifyIsPutBack() throws IOException {
        try (Stream<Path> labs = Files.list(Path.of("/run/nspawn-lab"))) {
            boolean others = labs.anyMatch(path -> path.toString().endsWith(".lock"));
            assertThat(inotifyBound()).isIn(others ? List.of(inotify, raised) : List.of(inotify));
        }
    }

    /** A file of /proc/sys gives all it has to the first read; one that is made in pieces sees the first piece only. */
    private static String inotifyBound() throws IOException {
        byte[] bytes = new byte[32];
        try (InputStream file = Files.newInputStream(INOTIFY)) {
            int length = file.read(bytes);
            return new String(bytes, 0, length, StandardCharsets.US_ASCII).strip();
        }
    }

    /** One line for each kind of thing that is still there. */
    private List<String> remains() throws IOException {
        return Stream.of(
                        processes()
                                .filter(process ->
                                        text(process.resolve("cmdline")).contains(id)),
                        processes()
                                .filter(process ->
                                        link(process.resolve("ns/net")).equals(network)),
                        processes()
                                .filter(process ->
                                        text(process.resolve("mountinfo")).contains(id + "/")),
                        loops(),
                        found(Path.of("/sys/fs/cgroup")),
                        found(Path.of("/run/nspawn-lab")))
                .flatMap(found -> found.limit(1))
                .map(Path::toString)
                .toList();
    }

    private static Stream<Path> processes() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("[0-9]+")).toList().stream();
        }
    }

    private Stream<Path> loops() {
        Path own = Path.of("/sys/block", Path.of(loop).getFileName().toString(), "loop/backing_file");
        return Stream.of(own).filter(file -> text(file).contains("/root/other.img"));
    }

    private Stream<Path> found(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below, 4)) {
            return all.filter(path -> path.getFileName().toString().startsWith(id)).toList().stream();
        }
    }

    /** The text of a file that may go at any moment. */
    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static String link(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException gone) {
            return "";
        }
    }
}
