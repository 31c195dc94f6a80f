package io.nspawn.testkit;

import io.nspawn.model.JobFailedException;
import io.nspawn.model.MachineName;
import io.nspawn.spi.MachineControl.Job;
import java.util.Optional;

/** A start or stop of the fake. */
final class FakeJob implements Job {
    private final MachineName machine;
    private volatile boolean done;
    private volatile Optional<JobFailedException> failure = Optional.empty();

    FakeJob(MachineName machine) {
        this.machine = machine;
    }

    static FakeJob ended(MachineName machine) {
        FakeJob job = new FakeJob(machine);
        job.succeed();
        return job;
    }

    void succeed() {
        done = true;
    }

    boolean succeeded() {
        return done && failure.isEmpty();
    }

    void fail(JobFailedException exception) {
        failure = Optional.of(exception);
        done = true;
    }

    @Override
    public MachineName machine() {
        return machine;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void requireSuccess() {
        if (!done) {
            throw new IllegalStateException("the job of " + machine + " has not ended");
        }
        failure.ifPresent(e -> {
            throw e;
        });
    }
}
