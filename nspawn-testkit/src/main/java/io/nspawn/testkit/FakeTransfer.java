package io.nspawn.testkit;

import io.nspawn.model.CanceledException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.ImageName;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Operation;
import io.nspawn.model.Outcome;
import io.nspawn.model.TransferFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A transfer of the fake, which ends in the fake's time. */
final class FakeTransfer implements Operation<ImageName> {
    private final Object monitor;
    private final VirtualClock clock;
    private final String verb;
    private final String subject;
    private final ImageName name;
    private final List<String> log = new ArrayList<>();
    private final CompletableFuture<ImageName> end = new CompletableFuture<>();
    private Optional<NspawnException> failure = Optional.empty();

    FakeTransfer(Object monitor, VirtualClock clock, String verb, String subject, ImageName name) {
        this.monitor = monitor;
        this.clock = clock;
        this.verb = verb;
        this.subject = subject;
        this.name = name;
    }

    ImageName name() {
        return name;
    }

    String result() {
        if (failure.isEmpty()) {
            return "done";
        }
        return failure.get() instanceof CanceledException ? "canceled" : "failed";
    }

    void said(String line) {
        log.add(line);
    }

    void succeed() {
        end.complete(name);
    }

    void fail(String reason) {
        said(reason);
        end(new TransferFailedException(Failure.of(verb, subject, reason), log));
    }

    @Override
    public State state() {
        synchronized (monitor) {
            return new State(
                    OptionalDouble.of(end.isDone() && failure.isEmpty() ? 1 : 0),
                    log.isEmpty() ? "" : log.get(log.size() - 1));
        }
    }

    @Override
    public List<String> log() {
        synchronized (monitor) {
            return List.copyOf(log);
        }
    }

    @Override
    public boolean isDone() {
        return end.isDone();
    }

    @Override
    public ImageName await(Duration deadline) {
        return await(deadline, state -> {});
    }

    @Override
    public ImageName await(Duration deadline, Consumer<? super State> progress) {
        synchronized (monitor) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedOperationException(
                        Failure.of(verb, subject, "the thread was interrupted; it goes on")
                                .outcome(Outcome.UNKNOWN));
            }
            if (!clock.runUntil(end::isDone, deadline)) {
                throw new DeadlineExceededException(
                        Failure.of(verb, subject, "it has not ended within " + Failure.span(deadline))
                                .outcome(Outcome.UNKNOWN));
            }
        }
        progress.accept(state());
        failure.ifPresent(e -> {
            throw e;
        });
        return name;
    }

    @Override
    public void cancel() {
        synchronized (monitor) {
            if (!end.isDone()) {
                end(new CanceledException(Failure.of(verb, subject, "it was cancelled")));
            }
        }
    }

    @Override
    public CompletableFuture<ImageName> toCompletableFuture() {
        return end.copy();
    }

    private void end(NspawnException cause) {
        failure = Optional.of(cause);
        end.completeExceptionally(cause);
    }
}
