package io.nspawn.model;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalInt;

/** What a command inside a container left. */
public final class ExecResult {
    private static final int SIGNAL_BASE = 128;

    private final int exitCode;
    private final OptionalInt signal;
    private final byte[] stdout;
    private final byte[] stderr;
    private final Duration took;

    private ExecResult(int exitCode, OptionalInt signal, byte[] stdout, byte[] stderr, Duration took) {
        this.exitCode = exitCode;
        this.signal = signal;
        this.stdout = stdout.clone();
        this.stderr = stderr.clone();
        this.took = took;
    }

    /** A command that ended by itself. */
    public static ExecResult of(int exitCode, byte[] stdout, byte[] stderr, Duration took) {
        return new ExecResult(exitCode, OptionalInt.empty(), stdout, stderr, took);
    }

    /** A command that a signal ended. */
    public static ExecResult killed(int signal, byte[] stdout, byte[] stderr, Duration took) {
        return new ExecResult(SIGNAL_BASE + signal, OptionalInt.of(signal), stdout, stderr, took);
    }

    /**
     * Its exit status, 0 to 255; for one that a signal ended, 128 and the signal's number, as shells have it. Where
     * systemd could not run it at all, one of 200 to 243: 200 no such working directory, 203 no such program, 217 no such
     * user (systemd.exec(5), "Process Exit Codes").
     */
    public int exitCode() {
        return exitCode;
    }

    /** The signal that ended it (signal(7)). */
    public OptionalInt signal() {
        return signal;
    }

    /** What it wrote to standard output and was kept, decoded as UTF-8. */
    public String stdout() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /** What it wrote to standard error and was kept, decoded as UTF-8. */
    public String stderr() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    public byte[] stdoutBytes() {
        return stdout.clone();
    }

    public byte[] stderrBytes() {
        return stderr.clone();
    }

    /** From the call to the end of the command. */
    public Duration took() {
        return took;
    }

    public boolean ok() {
        return exitCode == 0;
    }

    @Override
    public String toString() {
        return "exit code " + exitCode + " after " + took + ", " + stdout.length + " bytes out, " + stderr.length
                + " bytes err";
    }
}
