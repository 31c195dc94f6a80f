package io.nspawn.testkit;

import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.Outcome;
import io.nspawn.spi.MachineControl.Job;
import java.util.Optional;

/** A job of PID 1 as far as this process hears of it: its end is a signal, and signals can be lost. */
final class HeardJob implements Job {
    private final FakeJob job;
    private final boolean deaf;
    private volatile Optional<ConnectionLostException> lost = Optional.empty();

    HeardJob(FakeJob job, boolean deaf) {
        this.job = job;
        this.deaf = deaf;
    }

    /** Whether it has ended and this process may not have heard of it. */
    boolean endedUnheard() {
        return deaf && job.isDone() && lost.isEmpty();
    }

    boolean isUnderWay() {
        return !job.isDone();
    }

    /** It is found to have ended, and nobody can tell how any more. */
    void lose() {
        lost = Optional.of(new ConnectionLostException(
                Failure.of("run the job of", machine().unit(), "the result was lost while the bus was away")
                        .remedy("Read the unit's state to learn how the job ended")
                        .outcome(Outcome.UNKNOWN)));
    }

    @Override
    public MachineName machine() {
        return job.machine();
    }

    @Override
    public boolean isDone() {
        return lost.isPresent() || (job.isDone() && !deaf);
    }

    @Override
    public void requireSuccess() {
        lost.ifPresent(e -> {
            throw e;
        });
        if (deaf) {
            throw new IllegalStateException("nobody has heard of the end of the job of " + machine());
        }
        job.requireSuccess();
    }
}
