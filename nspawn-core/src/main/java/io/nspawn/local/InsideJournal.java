package io.nspawn.local;

import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.MachineName;
import io.nspawn.spi.Inside;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A container's own journal, by the journalctl(1) of the container: its files are written by whoever is root inside, and
 * no program of the host should read them.
 */
final class InsideJournal implements JournalSource {
    private final MachineName machine;
    private final Inside inside;
    private final List<String> command;
    private final Duration deadline;
    private Optional<Thread> runner = Optional.empty();
    private boolean stopped;

    InsideJournal(MachineName machine, Inside inside, List<String> command, Duration deadline) {
        this.machine = machine;
        this.inside = inside;
        this.command = command;
        this.deadline = deadline;
    }

    @Override
    public void run(OutputStream sink) {
        if (!begin()) {
            return;
        }
        try {
            ExecResult result = inside.exec(ExecSpec.of(command).stdout(sink), deadline);
            if (!result.ok() && !result.stderr().isBlank()) {
                throw new HostFailureException(Failure.of(
                        "read the journal of", machine.value(), result.stderr().strip()));
            }
        } catch (InterruptedOperationException e) {
            if (!isStopped()) {
                throw e;
            }
        } finally {
            end();
        }
    }

    /** Interrupts the run, which kills the command inside. */
    @Override
    public synchronized void stop() {
        stopped = true;
        runner.ifPresent(Thread::interrupt);
    }

    private synchronized boolean begin() {
        runner = Optional.of(Thread.currentThread());
        return !stopped;
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized void end() {
        runner = Optional.empty();
    }
}
