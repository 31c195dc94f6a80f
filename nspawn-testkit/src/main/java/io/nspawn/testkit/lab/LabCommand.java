package io.nspawn.testkit.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A command to be run in a lab, as root, in a cgroup of the lab. Its environment is {@code PATH}, {@code HOME},
 * {@code LANG} and what is set here, its standard input is empty.
 *
 * <p>The methods change this object and return it. One object may be run several times, by one thread at a time.
 */
public final class LabCommand {
    private static final int KEPT = 1 << 20;

    private final LabProcess lab;
    private final List<String> command;
    private final Map<String, String> environment = new LinkedHashMap<>(Map.of(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME",
            "/root",
            "LANG",
            "C.UTF-8"));
    private Duration deadline = Duration.ofSeconds(60);
    private Optional<Path> directory = Optional.empty();
    private Consumer<String> onOutput = line -> {};
    private Consumer<String> onError = line -> {};
    private boolean inheritOutput;

    LabCommand(LabProcess lab, List<String> command) {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("A command has at least one word");
        }
        this.lab = lab;
        this.command = List.copyOf(command);
    }

    /** Sets a variable of the command's environment. */
    public LabCommand environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Sets how long the command may take before it is killed; a minute unless set. */
    public LabCommand deadline(Duration deadline) {
        this.deadline = deadline;
        return this;
    }

    /** Sets the working directory, a path in the lab; {@code /} unless set. */
    public LabCommand directory(Path directory) {
        this.directory = Optional.of(directory);
        return this;
    }

    /** Hands each line of standard output to the consumer as it comes, on a thread of the lab's. */
    public LabCommand onOutput(Consumer<String> consumer) {
        this.onOutput = consumer;
        return this;
    }

    /** Hands each line of standard error to the consumer as it comes, on a thread of the lab's. */
    public LabCommand onError(Consumer<String> consumer) {
        this.onError = consumer;
        return this;
    }

    /** Lets the command write straight to this JVM's own output and error, as a progress bar needs; none is kept then. */
    public LabCommand inheritOutput() {
        this.inheritOutput = true;
        return this;
    }

    /**
     * Runs the command and waits for its end.
     *
     * @throws LabException when the deadline passes or this thread is interrupted; the command is dead then
     */
    public LabResult run() {
        TextTail out = new TextTail(KEPT);
        TextTail err = new TextTail(KEPT);
        long until = System.nanoTime() + deadline.toNanos();
        Process process = start();
        try {
            TextReader outReader =
                    TextReader.start("nspawn-lab-stdout", process.getInputStream(), out, onOutput, () -> {});
            TextReader errReader =
                    TextReader.start("nspawn-lab-stderr", process.getErrorStream(), err, onError, () -> {});
            if (!process.waitFor(until - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new LabException(command + " took longer than " + deadline + "\n" + out.text() + err.text());
            }
            // A daemon that the command has left behind may hold the streams open: no longer than the deadline.
            if (!outReader.join(millis(until)) || !errReader.join(millis(until))) {
                throw new LabException(command + " has ended, but something holds its output open");
            }
            return new LabResult(process.exitValue(), out.text(), err.text());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted while " + command + " ran", e);
        } finally {
            LabProcess.kill(process);
        }
    }

    private static long millis(long until) {
        return TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
    }

    private Process start() {
        if (!lab.leader().isAlive()) {
            throw new LabException("The lab " + lab.id() + " has ended");
        }
        List<String> words = new ArrayList<>(List.of("/bin/bash", lab.script().toString(), "exec"));
        words.add(Long.toString(lab.leader().pid()));
        directory.ifPresent(path -> words.addAll(List.of("/usr/bin/env", "-C", path.toString())));
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words).redirectInput(new File("/dev/null"));
        if (inheritOutput) {
            builder.redirectOutput(ProcessBuilder.Redirect.INHERIT).redirectError(ProcessBuilder.Redirect.INHERIT);
        }
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + command, e);
        }
    }
}
