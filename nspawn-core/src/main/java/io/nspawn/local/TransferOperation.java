package io.nspawn.local;

import io.nspawn.dbus.Importd;
import io.nspawn.model.CanceledException;
import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.Failure;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Operation;
import io.nspawn.model.Outcome;
import io.nspawn.model.TransferFailedException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.OperationEnd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** A transfer of importd's. What is told of it comes on the bus's dispatcher thread. */
final class TransferOperation<T> implements Operation<T> {
    private static final int LOG_LINES = 100;
    private static final int WARNING = 4;
    private static final int SHOWN = 5;

    private final Importd importd;
    private final Supplier<CompletableFuture<T>> finish;
    private final Runnable beforeEnd;
    private final OperationEnd<T> end;
    /** Guarded by itself. */
    private final Deque<String> log = new ArrayDeque<>();
    /** Guarded by {@link #log}. */
    private final Deque<String> complaints = new ArrayDeque<>();

    private volatile Optional<NspawnException> decided = Optional.empty();
    private volatile String path = "";
    private volatile OptionalDouble fraction = OptionalDouble.empty();

    /**
     * A transfer that is about to begin.
     *
     * @param finish asked once, when importd is done, for what is still to come; its failure is the operation's
     * @param beforeEnd run before anybody hears of the end, however it goes; more than once does no harm
     */
    TransferOperation(
            Importd importd, String verb, String subject, Supplier<CompletableFuture<T>> finish, Runnable beforeEnd) {
        this.importd = importd;
        this.end = new OperationEnd<>(verb, subject);
        this.finish = finish;
        this.beforeEnd = beforeEnd;
    }

    /** Gives up one that never began. */
    void discard() {
        beforeEnd.run();
    }

    void begun(String objectPath) {
        path = objectPath;
    }

    void said(int priority, String line) {
        synchronized (log) {
            add(log, line, LOG_LINES);
            if (priority <= WARNING) {
                add(complaints, line, SHOWN);
            }
        }
    }

    void progressed(double newFraction) {
        fraction = OptionalDouble.of(newFraction);
    }

    void ended(String result) {
        if (decided.isPresent()) {
            fail(decided.get());
            return;
        }
        switch (result) {
            case "done" -> finish();
            case "canceled" -> fail(new CanceledException(failure("it was cancelled")));
            default -> fail(explained());
        }
    }

    void lost(String reason) {
        fail(new ConnectionLostException(failure(reason).outcome(Outcome.UNKNOWN)));
    }

    /** Its stream failed: it is cancelled, and has failed for that reason once importd has cleaned up. */
    void streamFailed(IOException cause) {
        decided = Optional.of(
                new TransferFailedException(failure("the stream failed: " + cause.getMessage()), log(), cause));
        cancel();
    }

    void onEnd(Runnable action) {
        end.whenEnded(action);
    }

    Failure failure(String reason) {
        return end.failure(reason);
    }

    @Override
    public State state() {
        String last;
        synchronized (log) {
            last = log.isEmpty() ? "" : log.getLast();
        }
        if (end.isDone()) {
            return new State(end.isComplete() ? OptionalDouble.of(1) : fraction, last);
        }
        return new State(fraction.isPresent() ? fraction : asked(), last);
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
    public T await(Duration deadline) {
        return end.await(deadline);
    }

    @Override
    public T await(Duration deadline, Consumer<? super State> progress) {
        return end.await(deadline, this::state, progress);
    }

    @Override
    public void cancel() {
        if (end.isDone()) {
            return;
        }
        try {
            importd.cancel(path);
        } catch (NotFoundException | UnsupportedException e) {
            // It ended a moment ago, which is or will be told.
            said(WARNING + 1, "it was over before it was cancelled");
        }
    }

    @Override
    public CompletableFuture<T> toCompletableFuture() {
        return end.toCompletableFuture();
    }

    /** Before systemd 256 nothing tells of progress by itself. */
    private OptionalDouble asked() {
        try {
            return path.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(importd.progress(path));
        } catch (NotFoundException | UnsupportedException e) {
            return OptionalDouble.empty();
        }
    }

    private void fail(Throwable cause) {
        beforeEnd.run();
        end.fail(cause);
    }

    private void complete(T value) {
        beforeEnd.run();
        end.complete(value);
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void finish() {
        try {
            finish.get().thenAccept(this::complete).exceptionally(e -> {
                fail(e instanceof CompletionException && e.getCause() != null ? e.getCause() : e);
                return null;
            });
        } catch (NspawnException e) {
            fail(e);
        }
    }

    private TransferFailedException explained() {
        synchronized (log) {
            Deque<String> said = complaints.isEmpty() ? log : complaints;
            String reason = said.isEmpty() ? "importd does not say why" : String.join(" | ", lastOf(List.copyOf(said)));
            Failure failure = failure(reason);
            return new TransferFailedException(
                    TransferCauses.remedy(List.copyOf(log)).map(failure::remedy).orElse(failure), List.copyOf(log));
        }
    }

    private static List<String> lastOf(List<String> lines) {
        return lines.subList(Math.max(0, lines.size() - SHOWN), lines.size());
    }

    private static void add(Deque<String> lines, String line, int most) {
        lines.addLast(line);
        if (lines.size() > most) {
            lines.removeFirst();
        }
    }
}
