package io.nspawn.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * A network namespace with a process in it. The name carries the number of this JVM, so that what a killed one left can
 * be told and swept; the process ends with its input, and so with this JVM.
 */
final class NamespaceProcess implements AutoCloseable {
    private static final String STEM = "ncore-";
    private static final Path NAMED = Path.of("/run/netns");

    private final String name;
    private final Process process;

    private NamespaceProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    /** Skips the test where namespaces cannot be made. */
    static NamespaceProcess open() {
        assumeTrue(new Native().isRoot(), "needs root to make network namespaces");
        assumeTrue(
                Stream.of("/bin/ip", "/sbin/ip", "/usr/sbin/ip").anyMatch(ip -> Files.isExecutable(Path.of(ip))),
                "needs ip(8) from iproute2");
        sweep();
        byte[] random = new byte[3];
        ThreadLocalRandom.current().nextBytes(random);
        String name =
                STEM + ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random);
        run("ip", "netns", "add", name);
        return new NamespaceProcess(name, cat(name));
    }

    /** Answers once it runs inside: ip becomes cat, with the same number. */
    private static Process cat(String name) {
        try {
            Process cat = new ProcessBuilder("ip", "netns", "exec", name, "cat").start();
            cat.getOutputStream().write('\n');
            cat.getOutputStream().flush();
            if (cat.getInputStream().read() != '\n') {
                throw new IllegalStateException("no process in namespace " + name);
            }
            return cat;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void sweep() {
        if (!Files.isDirectory(NAMED)) {
            return;
        }
        try (Stream<Path> files = Files.list(NAMED)) {
            files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.startsWith(STEM) && !isAlive(name))
                    .forEach(name -> run("ip", "netns", "del", name));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isAlive(String name) {
        String pid = name.substring(STEM.length()).replaceFirst("-.*", "");
        return ProcessHandle.of(Long.parseLong(pid)).isPresent();
    }

    int pid() {
        return (int) process.pid();
    }

    /** Runs ip(8) inside. */
    void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        run(command.toArray(String[]::new));
    }

    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        run("ip", "netns", "del", name);
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
