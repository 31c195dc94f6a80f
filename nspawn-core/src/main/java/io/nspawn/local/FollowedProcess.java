package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A program of the host that takes its time: what it says is told while it runs, and an interrupt ends it. So does the
 * end of this JVM, however it comes: a copy that went on by itself would write into what the next run makes in its place.
 */
final class FollowedProcess {
    private static final int SHOWN = 10;
    private static final long TERMINATION_SECONDS = 10;
    private static final Path NOTHING = Path.of("/dev/null");

    /** The kernel sends the signal when the thread ends that has started the program (PR_SET_PDEATHSIG, prctl(2)). */
    private static final List<String> ENDS_WITH_ITS_PARENT = List.of("setpriv", "--pdeathsig", "TERM", "--");

    private final List<String> command;
    private final Consumer<String> log;
    private final Deque<String> last = new ArrayDeque<>();
    private final AtomicReference<Optional<IOException>> inputFailure = new AtomicReference<>(Optional.empty());

    private FollowedProcess(List<String> command, Consumer<String> log) {
        this.command = command;
        this.log = log;
    }

    /**
     * Runs a program to its end.
     *
     * @param input what it reads; left open
     * @throws HostFailureException if it cannot be started or fails, with what it said last
     * @throws InterruptedOperationException if the thread is interrupted; the program has ended
     */
    static void run(List<String> command, Optional<InputStream> input, Consumer<String> log) {
        new FollowedProcess(command, log).run(input);
    }

    private void run(Optional<InputStream> input) {
        CompletableFuture<Process> started = new CompletableFuture<>();
        Thread reader = thread("output", () -> follow(started, input.isPresent()));
        Process process = await(started);
        input.ifPresent(stream -> thread("input", () -> feed(stream, process)));
        try {
            int status = process.waitFor();
            reader.join();
            inputFailure.get().ifPresent(e -> {
                throw new HostFailureException(failure("its input failed: " + e.getMessage()), e);
            });
            if (status != 0) {
                throw new HostFailureException(failure("exit status " + status + lastWords()));
            }
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new InterruptedOperationException(failure("interrupted").outcome(Outcome.UNKNOWN), e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts the program on a thread that is there until the program has ended; a virtual one's carrier may go before. */
    private void follow(CompletableFuture<Process> started, boolean fed) {
        try {
            Process process = start(fed);
            started.complete(process);
            read(process);
            process.onExit().join();
        } catch (RuntimeException e) {
            if (!started.completeExceptionally(e)) {
                throw e;
            }
        }
    }

    private static Process await(CompletableFuture<Process> started) {
        try {
            return started.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof HostFailureException failure ? failure : e;
        }
    }

    private Process start(boolean fed) {
        try {
            List<String> words = new ArrayList<>(ENDS_WITH_ITS_PARENT);
            words.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
            // What it says is read, by people and by this library.
            builder.environment().put("LC_ALL", "C");
            if (!fed) {
                builder.redirectInput(Redirect.from(NOTHING.toFile()));
            }
            return builder.start();
        } catch (IOException e) {
            throw new HostFailureException(
                    failure("cannot be started: " + e.getMessage())
                            .remedy("Install the package that has " + command.get(0) + "."),
                    e);
        }
    }

    private void read(Process process) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (last) {
                    last.addLast(line);
                    if (last.size() > SHOWN) {
                        last.removeFirst();
                    }
                }
                log.accept(line);
            }
        } catch (IOException e) {
            log.accept("what " + command.get(0) + " says cannot be read: " + e.getMessage());
        }
    }

    /** A program that stops reading says itself why. */
    private void feed(InputStream from, Process process) {
        byte[] buffer = new byte[1 << 16];
        try (OutputStream to = process.getOutputStream()) {
            while (true) {
                int count;
                try {
                    count = from.read(buffer);
                } catch (IOException e) {
                    inputFailure.set(Optional.of(e));
                    process.destroy();
                    return;
                }
                if (count < 0) {
                    return;
                }
                to.write(buffer, 0, count);
            }
        } catch (IOException e) {
            log.accept(command.get(0) + " reads no more: " + e.getMessage());
        }
    }

    /** Lets it clean up, then kills it with all that it started. */
    private void end(Process process) {
        List<ProcessHandle> all = process.descendants().toList();
        process.destroy();
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(TERMINATION_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            interrupted = true;
        } finally {
            all.forEach(ProcessHandle::destroyForcibly);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String lastWords() {
        synchronized (last) {
            return last.isEmpty() ? ", and it said nothing" : ": " + String.join(" | ", last);
        }
    }

    private Thread thread(String role, Runnable body) {
        Thread thread = new Thread(body, "nspawn-" + command.get(0) + "-" + role);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private Failure failure(String reason) {
        return Failure.of("run", command.get(0), reason);
    }
}
