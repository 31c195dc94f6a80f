package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.Outcome;
import io.nspawn.model.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * The init of a container that boots. The kernel keeps from the first process of a namespace every signal that it is not
 * prepared for, and so what it is told before it has prepared itself is lost.
 *
 * @param pid its process id on the host
 */
record Init(long pid) {
    /** What systemd-nspawn sends on to an init that is to end its run. */
    private static final Signal HALT = Signal.of("SIGRTMIN+3");

    /** An init that is older has prepared itself, or never will for that signal. */
    private static final Duration YOUTH = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(2);

    /** Whether it would get that signal: it catches it, or blocks it to read it (proc(5), status). */
    boolean takes(Signal signal) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("SigBlk:") || line.startsWith("SigCgt:"))
                    .mapToLong(line -> Long.parseUnsignedLong(
                            line.substring(line.indexOf(':') + 1).strip(), 16))
                    .anyMatch(mask -> (mask & (1L << (signal.number() - 1))) != 0);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Waits until it can be told to halt, or has ended, or is so old that waiting is in vain.
     *
     * @param longest how long at most
     */
    void awaitReadyToHalt(Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        while (isYoung() && !takes(HALT) && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedOperationException(
                        Failure.of("halt", "process " + pid, "interrupted").outcome(Outcome.NOT_APPLIED));
            }
        }
    }

    private boolean isYoung() {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(start -> start.plus(YOUTH).isAfter(Instant.now()))
                .orElse(false);
    }
}
