package io.nspawn.net;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Network namespaces made for one test and removed after it; the machine's own links are never touched. The names carry
 * the process number, so that those of a process that was killed can be told and swept.
 */
final class Lab implements AutoCloseable {
    private static final String STEM = "njvm-";
    private static final Path NAMED = Path.of("/run/netns");

    private final List<String> names = new ArrayList<>();

    private Lab() {}

    /** Skips the test where namespaces cannot be made. */
    static Lab open() {
        assumeTrue(run("id", "-u").output().equals("0"), "needs root to make network namespaces");
        assumeTrue(has("ip"), "needs ip(8) from iproute2");
        sweep();
        return new Lab();
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
        return ProcessHandle.of(Long.parseLong(pid)).map(ProcessHandle::isAlive).orElse(false);
    }

    NetworkNamespace namespace() {
        byte[] random = new byte[3];
        ThreadLocalRandom.current().nextBytes(random);
        String name =
                STEM + ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(random);
        run("ip", "netns", "add", name).orFail();
        names.add(name);
        return NetworkNamespace.named(name);
    }

    @Override
    public void close() {
        names.forEach(name -> run("ip", "netns", "del", name).orFail());
    }

    static Result ip(NetworkNamespace namespace, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", name(namespace)));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    static Result exec(NetworkNamespace namespace, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name(namespace)));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /**
     * Whether an echo request is answered. What is expected to arrive gets all the time it needs; what is not is waited
     * for long enough to be seen where it does arrive.
     */
    static boolean reaches(NetworkNamespace from, String to, boolean expected) {
        String[] patience = expected ? new String[] {"-w", "60"} : new String[] {"-W", "0.4"};
        return exec(from, "ping", "-c", "1", patience[0], patience[1], "-n", to).status() == 0;
    }

    private static String name(NetworkNamespace namespace) {
        return String.valueOf(namespace.path().getFileName());
    }

    static boolean has(String program) {
        return Stream.of("/bin", "/usr/bin", "/sbin", "/usr/sbin")
                .anyMatch(dir -> Files.isExecutable(Path.of(dir, program)));
    }

    /** Tells whether the kernel has a kind of link, by trying. */
    static boolean supports(RouteSocket socket, LinkSpec spec) {
        try {
            socket.links().delete(socket.links().create(spec).index());
            return true;
        } catch (NetlinkException.Unsupported e) {
            return false;
        }
    }

    /** Waits until something is so that comes by itself; not in time is a failure. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("within a minute it did not come about that " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    record Result(int status, String output) {
        Result orFail() {
            if (status != 0) {
                throw new IllegalStateException("exit status " + status + ": " + output);
            }
            return this;
        }
    }

    static Result run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output.strip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
