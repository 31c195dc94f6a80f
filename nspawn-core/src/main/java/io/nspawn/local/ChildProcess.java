package io.nspawn.local;

import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Runs a program of the host with its arguments as they are, its input empty, both outputs read to their ends. */
final class ChildProcess {
    private ChildProcess() {}

    /**
     * Runs it to its end.
     *
     * @throws HostFailureException if there is no such program
     * @throws DeadlineExceededException if it does not end in time; it is killed
     */
    static ExecResult run(List<String> command, Duration deadline) {
        long start = System.nanoTime();
        Process process = start(command);
        FutureTask<byte[]> stdout = reader(process.getInputStream(), command.get(0) + "-stdout");
        FutureTask<byte[]> stderr = reader(process.getErrorStream(), command.get(0) + "-stderr");
        try {
            process.getOutputStream().close();
            if (!process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new DeadlineExceededException(failure(command, "did not end within " + Failure.span(deadline))
                        .outcome(Outcome.UNKNOWN));
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            return ExecResult.of(process.exitValue(), stdout.get(), stderr.get(), took);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedOperationException(
                    failure(command, "interrupted").outcome(Outcome.UNKNOWN), e);
        } catch (IOException | ExecutionException e) {
            throw new HostFailureException(failure(command, String.valueOf(e.getMessage())), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new HostFailureException(
                    failure(command, "cannot be started: " + e.getMessage())
                            .remedy("Install the package that has " + command.get(0) + "."),
                    e);
        }
    }

    private static FutureTask<byte[]> reader(InputStream stream, String name) {
        FutureTask<byte[]> task = new FutureTask<>(() -> {
            try (stream) {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        Thread thread = new Thread(task, "nspawn-" + name);
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static Failure failure(List<String> command, String reason) {
        return Failure.of("run", command.get(0), reason);
    }
}
