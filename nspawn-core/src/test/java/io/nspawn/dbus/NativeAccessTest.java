package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class NativeAccessTest {

    @Test
    void aJvmThatDeniesNativeAccessNamesTheFlag() throws Exception {
        Assumptions.assumeTrue(
                Runtime.version().feature() >= 24, "needs JDK 24 or later, which can deny native access (JEP 472)");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--illegal-native-access=deny",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeAccessTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output)
                .contains("UnsupportedException")
                .contains("Start java with --enable-native-access=ALL-UNNAMED");
        assertThat(child.exitValue()).isEqualTo(1);
    }

    /** Run by the test in a JVM of its own. */
    public static void main(String[] arguments) {
        NativeAccess.require();
    }
}
