package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A fake deploys in a JVM that has none of the libraries that speak to a real host, and loads no native code. */
class WithoutNativeCodeTest {
    private static final List<String> NATIVE = List.of("jnr-", "jffi-", "junixsocket-", "dbus-java-", "asm-");

    /** What the other JVM runs. */
    static final class Deploys {
        private Deploys() {}

        public static void main(String[] arguments) {
            FakeHost host = Sample.host();
            host.faults().once(Operation.START, Errno.EIO);
            try {
                host.deploy(Sample.spec(1));
                throw new IllegalStateException("the fault did not strike");
            } catch (io.nspawn.model.DeployException expected) {
                host.deploy(Sample.spec(1));
            }
            host.awaitAllReady(List.of(Sample.spec(1).machine()), java.time.Duration.ofMinutes(1));
            host.container("infra_node-1").exec("true");
            host.container("infra_node-1").remove();
        }
    }

    @Test
    void aFakeDeploysWithoutThem() throws Exception {
        List<String> all = Arrays.asList(System.getProperty("java.class.path").split(File.pathSeparator));
        List<String> without = all.stream().filter(entry -> !isNative(entry)).collect(Collectors.toList());
        assertThat(without).as("the class path names single jars").hasSizeLessThan(all.size());

        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load",
                "-Xlog:library",
                "-cp",
                String.join(File.pathSeparator, without),
                Deploys.class.getName());
        Process process = builder.redirectErrorStream(true).start();
        String output = read(process);

        assertThat(process.waitFor()).as(() -> end(output)).isZero();
        assertThat(output.lines())
                .as("the list of loaded classes")
                .anyMatch(line -> line.contains("io.nspawn.testkit.FakeHost"))
                .noneMatch(line -> line.contains(" jnr.")
                        || line.contains("com.kenai.jffi")
                        || line.contains("org.newsclub")
                        || line.contains("io.nspawn.local."));
    }

    private static boolean isNative(String entry) {
        String file = Path.of(entry).getFileName().toString();
        return NATIVE.stream().anyMatch(file::startsWith);
    }

    private static String read(Process process) throws IOException {
        try (InputStream in = process.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String end(String output) {
        return output.lines().filter(line -> !line.contains("[class,load]")).collect(Collectors.joining("\n"));
    }
}
