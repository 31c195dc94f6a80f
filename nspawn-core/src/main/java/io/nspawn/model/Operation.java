package io.nspawn.model;

import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Long work that goes on by itself: a download, an import, an export. Thread-safe.
 *
 * @param <T> what it makes
 */
public interface Operation<T> {
    /**
     * How far long work has come.
     *
     * @param fraction 0 to 1, where that is known
     * @param message what was said of it last; may be empty
     */
    record State(OptionalDouble fraction, String message) {}

    /** How far it has come; may ask the host. */
    State state();

    /** What was said of it, oldest first: the last hundred lines. */
    List<String> log();

    boolean isDone();

    /**
     * Waits for its end.
     *
     * @throws DeadlineExceededException if it has not ended by then; it goes on until it ends or is cancelled
     * @throws InterruptedOperationException if the thread is interrupted; it goes on
     * @throws CanceledException if it was cancelled
     * @throws TransferFailedException if it failed, with the reason that the log gives
     */
    T await(Duration deadline);

    /** Waits for its end as long as that takes; see {@link #await(Duration)}. */
    default T await() {
        return await(Duration.ofDays(365));
    }

    /** The same, telling now and then, on this thread, how far it has come. */
    T await(Duration deadline, Consumer<? super State> progress);

    /** Ends it; what it had made so far is deleted. Its end is still to be waited for. Does nothing if it is over. */
    void cancel();

    /**
     * Its end; what depends on it must not block, and so belongs on a thread of its own. Completing or cancelling the
     * future leaves the work alone.
     */
    CompletableFuture<T> toCompletableFuture();
}
