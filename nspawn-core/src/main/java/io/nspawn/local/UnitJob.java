package io.nspawn.local;

import io.nspawn.dbus.JobResult;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.UnitStatus;
import io.nspawn.model.Failure;
import io.nspawn.model.FailureCause;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.JobFailedException.UnitFailure;
import io.nspawn.model.MachineName;
import io.nspawn.model.Outcome;
import io.nspawn.spi.MachineControl.Job;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A job of PID 1, which explains itself when it failed. */
final class UnitJob implements Job {
    private static final int SHOWN = 5;

    private final MachineName machine;
    private final io.nspawn.dbus.Job job;
    private final Systemd systemd;
    private final BooleanSupplier holds;
    private final CompletableFuture<JobResult> end;

    /**
     * A job that was queued.
     *
     * @param holds asked once when the job has ended well: whether what it was for came to be
     */
    UnitJob(MachineName machine, io.nspawn.dbus.Job job, Systemd systemd, BooleanSupplier holds) {
        this.machine = machine;
        this.job = job;
        this.systemd = systemd;
        this.holds = holds;
        this.end = job.toCompletableFuture();
    }

    CompletableFuture<JobResult> end() {
        return end;
    }

    @Override
    public MachineName machine() {
        return machine;
    }

    @Override
    public boolean isDone() {
        return job.isDone();
    }

    @Override
    public void requireSuccess() {
        if (!job.isDone()) {
            throw new IllegalStateException(job + " has not ended");
        }
        JobResult result = job.await(Duration.ofMillis(1));
        if (result != JobResult.DONE || !holds.getAsBoolean()) {
            throw explain(systemd, machine, result.name().toLowerCase(Locale.ROOT));
        }
    }

    /** Why a machine's unit is down, in its own words. */
    static JobFailedException explain(Systemd systemd, MachineName machine, String jobResult) {
        UnitStatus unit = systemd.unit(machine.unit());
        List<String> journal = unit.invocationId().map(Journal::lastLines).orElse(List.of());
        UnitFailure details = new UnitFailure(
                machine.unit(), jobResult, unit.result(), unit.execMainStatus().orElse(0), journal);
        List<String> own = unit.invocationId().map(Journal::ownLines).orElse(List.of());
        // What PID 1 says of a failure is in the results already, and would hide what the container itself said.
        List<String> said = own.isEmpty() ? journal : own;
        String last = said.isEmpty() ? "" : ": " + String.join(" | ", lastOf(said));
        String reason = "its job ended as " + details.jobResult() + ", the unit as " + details.serviceResult()
                + " with status " + details.exitStatus() + last;
        Failure failure = Failure.of("run", machine.value(), reason).outcome(Outcome.APPLIED);
        return new JobFailedException(
                details.cause().map(FailureCause::remedy).map(failure::remedy).orElse(failure), details);
    }

    private static List<String> lastOf(List<String> journal) {
        return journal.subList(Math.max(0, journal.size() - SHOWN), journal.size());
    }
}
