package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The host's journal, by a journalctl(1) process. */
final class HostJournal implements JournalSource {
    private final List<String> command;
    private Optional<Process> running = Optional.empty();
    private boolean stopped;

    HostJournal(List<String> command) {
        this.command = command;
    }

    @Override
    public void run(OutputStream sink) {
        Process process = start();
        try (InputStream output = process.getInputStream()) {
            process.getOutputStream().close();
            output.transferTo(sink);
        } catch (IOException e) {
            if (!isStopped()) {
                throw new UncheckedIOException("reading the host's journal failed", e);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        running.ifPresent(Process::destroyForcibly);
    }

    private synchronized boolean isStopped() {
        return stopped;
    }

    private synchronized Process start() {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            running = Optional.of(process);
            if (stopped) {
                process.destroyForcibly();
            }
            return process;
        } catch (IOException e) {
            throw new HostFailureException(
                    Failure.of("run", command.get(0), "cannot be started: " + e.getMessage()), e);
        }
    }
}
