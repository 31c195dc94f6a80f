package io.nspawn.spi;

import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.Operation;
import io.nspawn.model.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The end of an {@link Operation}, which comes once, and the waiting for it. Thread-safe.
 *
 * @param <T> what the operation makes
 */
public final class OperationEnd<T> {
    private static final Duration TELL = Duration.ofMillis(200);

    private final String verb;
    private final String subject;
    private final CompletableFuture<T> end = new CompletableFuture<>();

    /**
     * The end of an operation that has begun.
     *
     * @param verb what it does, as errors name it: {@code "pull"}
     * @param subject what it does that to
     */
    public OperationEnd(String verb, String subject) {
        this.verb = verb;
        this.subject = subject;
    }

    /** A failure of the operation. */
    public Failure failure(String reason) {
        return Failure.of(verb, subject, reason);
    }

    /** Ends it well, unless it has ended. */
    public void complete(T value) {
        end.complete(value);
    }

    /** Ends it badly, unless it has ended. */
    public void fail(Throwable cause) {
        end.completeExceptionally(cause);
    }

    /** Has something done at the end, by the thread that brings it, or at once where it has come. */
    @SuppressWarnings("FutureReturnValueIgnored")
    public void whenEnded(Runnable action) {
        end.whenComplete((value, failure) -> action.run());
    }

    public boolean isDone() {
        return end.isDone();
    }

    /** Whether it has ended well. */
    public boolean isComplete() {
        return end.isDone() && !end.isCompletedExceptionally();
    }

    /** See {@link Operation#toCompletableFuture}. */
    public CompletableFuture<T> toCompletableFuture() {
        return end.copy();
    }

    /**
     * Waits for the end.
     *
     * @throws DeadlineExceededException if it has not come by then
     * @throws InterruptedOperationException if the thread is interrupted
     * @throws RuntimeException what it failed with; {@link HostFailureException} around a checked exception
     */
    public T await(Duration deadline) {
        return await(deadline, deadline, () -> {});
    }

    /** The same, telling five times a second, on this thread, how far it has come. */
    public T await(Duration deadline, Supplier<Operation.State> state, Consumer<? super Operation.State> progress) {
        return await(deadline, TELL, () -> progress.accept(state.get()));
    }

    private T await(Duration deadline, Duration pause, Runnable tell) {
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
                tell.run();
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
}
