package io.nspawn.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The script for jshell, with a real jshell, which this user need not be root for. */
class JshellTest {
    @Test
    void containersAreATable() throws IOException, InterruptedException {
        String said = jshell(
                "host.containers()", "host.container(\"web\").stop()", "host.containers().size()", "host.containers()");

        assertThat(said)
                .contains("host is in memory: ")
                .containsPattern("NAME +STATE +ADDRESSES +MEMORY +TASKS\n")
                .containsPattern("galera +ready +172.29.236.11 +\\S+ +\\d+\n")
                .containsPattern("rabbit-mq +ready +172.29.236.12 ")
                .containsPattern("web +ready +172.29.236.13 ")
                .containsPattern("\\$\\d+ ==> 3\n")
                .containsPattern("web +stopped +- +-\n")
                .doesNotContain("Error", "Exception");
    }

    private static String jshell(String... lines) throws IOException, InterruptedException {
        Process jshell = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jshell")
                                .toString(),
                        "-J-Djava.util.prefs.userRoot="
                                + Path.of("target", "prefs").toAbsolutePath(),
                        "-R-Duser.name=nobody",
                        "--class-path",
                        System.getProperty("java.class.path"),
                        "jshell/nspawn.jsh"))
                .redirectErrorStream(true)
                .start();
        try (OutputStream input = jshell.getOutputStream()) {
            input.write((String.join("\n", lines) + "\n/exit\n").getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(jshell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jshell.waitFor()).as(said).isZero();
        return said;
    }
}
