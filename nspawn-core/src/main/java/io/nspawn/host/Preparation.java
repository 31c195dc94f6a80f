package io.nspawn.host;

import io.nspawn.model.CanceledException;
import io.nspawn.model.ImageName;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Operation;
import io.nspawn.spi.OperationEnd;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The preparation of one image, on a thread of its own; to cancel it is to interrupt that thread. */
final class Preparation implements Operation<ImageName> {
    private static final int LOG_LINES = 100;

    private final ImageRecipe recipe;
    private final ImageName name;
    private final Consumer<Preparation> work;
    private final Thread thread;
    private final OperationEnd<ImageName> end;
    /** Guarded by itself. */
    private final Deque<String> log = new ArrayDeque<>();

    private volatile boolean cancelled;
    private volatile boolean undoing;

    Preparation(ImageRecipe recipe, Consumer<Preparation> work) {
        this.recipe = recipe;
        this.name = recipe.requireName();
        this.work = work;
        this.end = new OperationEnd<>("prepare", name.value());
        this.thread = new Thread(this::run, "nspawn-prepare-" + name);
        thread.setDaemon(true);
    }

    ImageRecipe recipe() {
        return recipe;
    }

    void start() {
        thread.start();
    }

    void onEnd(Runnable action) {
        end.whenEnded(action);
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
            end.fail(cancelled ? new CanceledException(end.failure("it was cancelled"), e) : e);
        } catch (Throwable e) {
            end.fail(e);
        }
    }

    @Override
    public State state() {
        synchronized (log) {
            OptionalDouble done = end.isComplete() ? OptionalDouble.of(1) : OptionalDouble.empty();
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
        return end.await(deadline);
    }

    @Override
    public ImageName await(Duration deadline, Consumer<? super State> progress) {
        return end.await(deadline, this::state, progress);
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
        return end.toCompletableFuture();
    }
}
