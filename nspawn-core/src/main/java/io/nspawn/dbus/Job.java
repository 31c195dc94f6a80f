package io.nspawn.dbus;

import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A job of PID 1's queue, whose end is told by the bus. Thread-safe. */
public final class Job {

    private final String verb;
    private final String unit;
    private final String path;
    private final CompletableFuture<JobResult> result = new CompletableFuture<>();

    Job(String verb, String unit, String path) {
        this.verb = verb;
        this.unit = unit;
        this.path = path;
    }

    /** The unit that the job was asked for. */
    public String unit() {
        return unit;
    }

    /** The job's object path. */
    public String path() {
        return path;
    }

    public boolean isDone() {
        return result.isDone();
    }

    /**
     * Waits for the end of the job; may be called again after a time-out.
     *
     * @throws DeadlineExceededException where it had not ended in time; it goes on
     * @throws InterruptedOperationException where the thread was interrupted; the job goes on
     * @throws io.nspawn.model.ConnectionLostException where the result was lost with the bus: look at the unit
     */
    public JobResult await(Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        try {
            return result.get(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new DeadlineExceededException(
                    failure("the job had not ended within " + Failure.span(timeout) + "; it goes on"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedOperationException(failure("interrupted while the job ran; it goes on"));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof NspawnException known ? known : new CompletionException(e.getCause());
        }
    }

    /** The result to come; what depends on it runs on the bus's dispatcher thread, so use the Async methods. */
    public CompletableFuture<JobResult> toCompletableFuture() {
        return result.copy();
    }

    void complete(JobResult end) {
        result.complete(end);
    }

    void fail(NspawnException cause) {
        result.completeExceptionally(cause);
    }

    Failure failure(String reason) {
        return Failure.of(verb, unit, reason).outcome(Outcome.UNKNOWN);
    }

    @Override
    public String toString() {
        return verb + " " + unit + " " + path;
    }
}
