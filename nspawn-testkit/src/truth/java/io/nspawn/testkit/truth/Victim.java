package io.nspawn.testkit.truth;

import io.nspawn.testkit.truth.VictimMain.Verb;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A JVM that changes a host, and is killed. */
final class Victim implements AutoCloseable {
    private static final int FIRST_JDK_WITH_NATIVE_ACCESS = 24;

    private final Process process;
    private final BufferedReader output;

    private Victim(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts it; it waits for {@link #begin}. */
    static Victim start(Verb verb, String image, int stopAt) {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (Runtime.version().feature() >= FIRST_JDK_WITH_NATIVE_ACCESS) {
            words.add("--enable-native-access=ALL-UNNAMED");
        }
        words.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        words.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), VictimMain.class.getName()));
        words.addAll(List.of(verb.name(), image, Integer.toString(stopAt)));
        try {
            return new Victim(
                    new ProcessBuilder(words).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it begin, once it is ready. */
    void begin() {
        await(VictimMain.READY);
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until it says a word.
     *
     * @throws IllegalStateException if it ends before
     */
    void await(String word) {
        StringBuilder said = new StringBuilder();
        try {
            String line = output.readLine();
            while (!word.equals(line)) {
                if (line == null) {
                    throw new IllegalStateException("it did not say " + word + " but: " + said);
                }
                said.append(line).append('\n');
                line = output.readLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills it so long after it began. */
    void dieAfter(long nanos) {
        try (this) {
            begin();
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
        }
    }

    /** Kills it by SIGKILL, unless it has ended, and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly();
        try (output) {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
