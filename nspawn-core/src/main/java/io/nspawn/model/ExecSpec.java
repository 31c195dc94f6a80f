package io.nspawn.model;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command to be run in a container, and all that is said about it. Immutable: each method gives another one.
 *
 * <pre>{@code
 * container.exec(ExecSpec.of("psql", "-f", "-").user("postgres").stdin(script).deadline(Duration.ofMinutes(5)));
 * }</pre>
 */
public final class ExecSpec {
    /** How many bytes of each output are kept where nothing else is said: 16 MiB. */
    public static final int KEPT = 16 << 20;

    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern USER = Pattern.compile("[^\\p{Cntrl}:/\\s][^\\p{Cntrl}:/]*");

    private final List<String> command;
    private final Parts parts;

    private record Parts(
            Optional<InputStream> stdin,
            Map<String, String> environment,
            String user,
            Optional<String> workingDirectory,
            Optional<Duration> deadline,
            Optional<OutputStream> stdout,
            Optional<OutputStream> stderr,
            int kept) {}

    private ExecSpec(List<String> command, Parts parts) {
        this.command = command;
        this.parts = parts;
    }

    /**
     * A command without input, run as root in {@code /} with the environment that the container's systemd gives to its
     * services.
     *
     * @param command the program and its arguments, taken as they are; no shell. The program is a path, or a name that is
     *     looked for where systemd looks for programs
     * @throws IllegalArgumentException if there is no program, or a word holds a NUL
     */
    public static ExecSpec of(String... command) {
        return of(List.of(command));
    }

    /** The same of a list. */
    public static ExecSpec of(List<String> command) {
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw new IllegalArgumentException("a command has at least a program");
        }
        command.forEach(word -> requireNoNul("a word of a command", word));
        Parts parts = new Parts(
                Optional.empty(),
                Map.of(),
                "root",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                KEPT);
        return new ExecSpec(List.copyOf(command), parts);
    }

    /** Gives it these bytes to read, and then the end of file. They are not copied. */
    public ExecSpec stdin(byte[] bytes) {
        return stdin(new ByteArrayInputStream(bytes));
    }

    /** Gives it this text to read, as UTF-8. */
    public ExecSpec stdin(String text) {
        return stdin(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Gives it a stream to read, as fast as it reads, on a thread of its own. The stream is not closed; one that blocks
     * holds up the thread, not the call. A stream can be read once, and so such a spec is good for one run.
     */
    public ExecSpec stdin(InputStream stream) {
        Parts p = parts;
        return with(new Parts(
                Optional.of(stream),
                p.environment,
                p.user,
                p.workingDirectory,
                p.deadline,
                p.stdout,
                p.stderr,
                p.kept));
    }

    /**
     * Sets a variable of its environment.
     *
     * @throws IllegalArgumentException if the name is not made of letters, digits and underscores
     */
    public ExecSpec environment(String name, String value) {
        if (!VARIABLE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a variable's name is made of letters, digits and underscores, not \"" + name + '"');
        }
        requireNoNul("a variable's value", value);
        Map<String, String> all = new LinkedHashMap<>(parts.environment);
        all.put(name, value);
        Parts p = parts;
        return with(new Parts(
                p.stdin,
                java.util.Collections.unmodifiableMap(all),
                p.user,
                p.workingDirectory,
                p.deadline,
                p.stdout,
                p.stderr,
                p.kept));
    }

    /**
     * Runs it as another user of the container, with that one's groups.
     *
     * @param name a name or a number inside
     */
    public ExecSpec user(String name) {
        if (!USER.matcher(name).matches()) {
            throw new IllegalArgumentException("no user's name: \"" + name + '"');
        }
        Parts p = parts;
        return with(
                new Parts(p.stdin, p.environment, name, p.workingDirectory, p.deadline, p.stdout, p.stderr, p.kept));
    }

    /**
     * Runs it in a directory of the container.
     *
     * @param path absolute
     */
    public ExecSpec workingDirectory(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("a working directory is an absolute path, not \"" + path + '"');
        }
        requireNoNul("a path", path);
        Parts p = parts;
        return with(
                new Parts(p.stdin, p.environment, p.user, Optional.of(path), p.deadline, p.stdout, p.stderr, p.kept));
    }

    /** Gives it this long, instead of the host's time-out; then it is killed. */
    public ExecSpec deadline(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("a deadline is longer than nothing, not " + deadline);
        }
        Parts p = parts;
        return with(new Parts(
                p.stdin, p.environment, p.user, p.workingDirectory, Optional.of(deadline), p.stdout, p.stderr, p.kept));
    }

    /**
     * Writes its standard output here while it runs, instead of keeping it. One that throws has the command killed; it is
     * flushed and not closed.
     */
    public ExecSpec stdout(OutputStream stream) {
        Parts p = parts;
        return with(new Parts(
                p.stdin, p.environment, p.user, p.workingDirectory, p.deadline, Optional.of(stream), p.stderr, p.kept));
    }

    /** The same for its standard error. */
    public ExecSpec stderr(OutputStream stream) {
        Parts p = parts;
        return with(new Parts(
                p.stdin, p.environment, p.user, p.workingDirectory, p.deadline, p.stdout, Optional.of(stream), p.kept));
    }

    /** Keeps at most this many bytes of each output, {@link #KEPT} unless said; a command that writes more is killed. */
    public ExecSpec keepAtMost(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("to keep less than one byte is to keep nothing: " + bytes);
        }
        Parts p = parts;
        return with(
                new Parts(p.stdin, p.environment, p.user, p.workingDirectory, p.deadline, p.stdout, p.stderr, bytes));
    }

    public List<String> command() {
        return command;
    }

    /** What it reads; empty for no input. */
    public Optional<InputStream> stdin() {
        return parts.stdin;
    }

    public Map<String, String> environment() {
        return parts.environment;
    }

    public String user() {
        return parts.user;
    }

    public Optional<String> workingDirectory() {
        return parts.workingDirectory;
    }

    /** Empty for the host's time-out. */
    public Optional<Duration> deadline() {
        return parts.deadline;
    }

    /** Where standard output goes; empty if it is kept. */
    public Optional<OutputStream> stdout() {
        return parts.stdout;
    }

    /** Where standard error goes; empty if it is kept. */
    public Optional<OutputStream> stderr() {
        return parts.stderr;
    }

    /** How many bytes of each output are kept. */
    public int kept() {
        return parts.kept;
    }

    @Override
    public String toString() {
        return String.join(" ", command);
    }

    private ExecSpec with(Parts changed) {
        return new ExecSpec(command, changed);
    }

    private static void requireNoNul(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(what + " holds no NUL");
        }
    }
}
