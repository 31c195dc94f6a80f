package io.nspawn.host;

import io.nspawn.model.CanceledException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.ImageName;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Operation;
import io.nspawn.model.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The preparation of one image, on a thread of its own; to cancel it is to interrupt that thread. */
final class Preparation implements Operation<ImageName> {
    private static final int LOG_LINES = 100;
    private static final Duration TELL = Duration.ofMillis(200);

    private final ImageRecipe recipe;
    private final ImageName name;
    private final Consumer<Preparation> work;
    private final Thread thread;
    private final CompletableFuture<ImageName> end = new CompletableFuture<>();
    /** Guarded by itself. */
    private final Deque<String> log = new ArrayDeque<>();

    private volatile boolean cancelled;
    private volatile boolean undoing;

    Preparation(ImageRecipe recipe, Consumer<Preparation> work) {
        this.recipe = recipe;
        this.name = recipe.requireName();
        this.work = work;
        this.thread = new Thread(this::run, "nspawn-prepare-" + name);
        thread.setDaemon(true);
    }

    ImageRecipe recipe() {
        return recipe;
    }

    void start() {
        thread.start();
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    void onEnd(Runnable action) {
        end.whenComplete((value, failure) -> action.run());
    }

    void said(String line) {
        synchronized (log) {
            log.addLast(line);
            if (log.size() > LOG_LINES) {
                log.removeFirst();
            }
        }
    }

    /** Takes back what was made, which no interrupt stops; what that fails with goes with the cause. */
    void undo(Runnable sweep, RuntimeException cause) {
        undoing = true;
        // An interrupt that came in time has done its work.
        Thread.interrupted();
        try {
            sweep.run();
        } catch (NspawnException e) {
            cause.addSuppressed(e);
        }
    }

    /** Waits until its thread has ended, whatever interrupts. */
    void join() {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            work.accept(this);
            end.complete(name);
        } catch (InterruptedOperationException e) {
            end.completeExceptionally(cancelled ? new CanceledException(failure("it was cancelled"), e) : e);
        } catch (Throwable e) {
            end.completeExceptionally(e);
        }
    }

    @Override
    public State state() {
        synchronized (log) {
            OptionalDouble done =
                    end.isDone() && !end.isCompletedExceptionally() ? OptionalDouble.of(1) : OptionalDouble.empty();
            return new State(done, log.isEmpty() ? "" : log.getLast());
        }
    }

    @Override
    public List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    @Override
    public boolean isDone() {
        return end.isDone();
    }

    @Override
    public ImageName await(Duration deadline) {
        return await(deadline, state -> {}, deadline);
    }

    @Override
    public ImageName await(Duration deadline, Consumer<? super State> progress) {
        return await(deadline, progress, TELL);
    }

    @Override
    public void cancel() {
        cancelled = true;
        if (!undoing) {
            thread.interrupt();
        }
    }

    @Override
    public CompletableFuture<ImageName> toCompletableFuture() {
        return end.copy();
    }

    private ImageName await(Duration deadline, Consumer<? super State> progress, Duration pause) {
        long until = System.nanoTime() + deadline.toNanos();
        while (true) {
            long left = Math.max(0, until - System.nanoTime());
            try {
                return end.get(Math.min(left, pause.toNanos()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (left <= pause.toNanos()) {
                    throw new DeadlineExceededException(
                            failure("it has not ended within " + Failure.span(deadline))
                                    .outcome(Outcome.UNKNOWN),
                            e);
                }
                progress.accept(state());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedOperationException(
                        failure("the thread was interrupted; it goes on").outcome(Outcome.UNKNOWN), e);
            } catch (ExecutionException e) {
                throw thrown(e);
            }
        }
    }

    private RuntimeException thrown(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException known
                ? known
                : new HostFailureException(failure(String.valueOf(e.getCause())), e);
    }

    private Failure failure(String reason) {
        return Failure.of("prepare", name.value(), reason);
    }
}
