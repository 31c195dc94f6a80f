package io.nspawn.testkit;

import io.nspawn.model.Failure;
import io.nspawn.model.FailureCause;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.JobFailedException.UnitFailure;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.MachineName;
import io.nspawn.model.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The unit of one container: its state, its job, its journal. */
final class FakeUnit {
    private static final int JOURNAL_LINES_TOLD = 20;

    private final MachineName machine;
    private final LongSupplier runs;
    private final Supplier<Instant> now;
    private final List<JournalEntry> journal = new ArrayList<>();
    private String state = "inactive";
    private Optional<Instant> since = Optional.empty();
    private Optional<FakeJob> job = Optional.empty();
    private Optional<FakeContainer> container = Optional.empty();
    private Optional<String> run = Optional.empty();
    private int invocation;

    FakeUnit(MachineName machine, LongSupplier runs, Supplier<Instant> now) {
        this.machine = machine;
        this.runs = runs;
        this.now = now;
    }

    MachineName machine() {
        return machine;
    }

    String state() {
        return state;
    }

    boolean is(String wanted) {
        return state.equals(wanted);
    }

    boolean isDown() {
        return is("inactive") || is("failed");
    }

    Optional<Instant> since() {
        return since;
    }

    /** What tells its present run from all others. */
    Optional<String> run() {
        return run;
    }

    Optional<FakeJob> job() {
        return job;
    }

    Optional<FakeContainer> container() {
        return container;
    }

    List<JournalEntry> journal() {
        return List.copyOf(journal);
    }

    /** The messages of its journal. */
    List<String> lines() {
        return journal.stream().map(JournalEntry::message).toList();
    }

    /** What PID 1 says of it. */
    void isSaid(String message) {
        log("systemd", message);
    }

    /** What is written by systemd-nspawn, or by the container to its console. */
    void says(List<String> messages) {
        messages.forEach(message -> log("systemd-nspawn", message));
    }

    private void log(String identifier, String message) {
        journal.add(FakeJournal.entry(journal.size(), machine.unit(), identifier, message, now.get()));
    }

    /** Whether nothing else was begun on the unit since then. */
    boolean isStill(int since) {
        return invocation == since;
    }

    /** Begins a start or stop: one that was under way is cancelled. */
    int begin(String newState, FakeJob newJob) {
        job.filter(j -> !j.isDone()).ifPresent(j -> j.fail(failure("canceled", "success", 0)));
        job = Optional.of(newJob);
        becomes(newState);
        return ++invocation;
    }

    void runs(FakeContainer running) {
        container = Optional.of(running);
    }

    void becomesActive(Instant now) {
        state = "active";
        since = Optional.of(now);
        job.ifPresent(FakeJob::succeed);
    }

    /** Nothing of it runs any more, and its next run begins under the same job. */
    int restarts() {
        gone("activating");
        return invocation;
    }

    void becomesInactive() {
        gone("inactive");
        job.ifPresent(FakeJob::succeed);
    }

    /** The container ends by itself, badly. */
    void fails(int exitStatus, List<String> lastWords) {
        says(lastWords);
        isSaid(machine.unit() + ": Main process exited, code=exited, status=" + exitStatus + "/FAILURE");
        failsWith("exit-code", exitStatus);
    }

    /** PID 1 gives it up: it did not say that it is up. */
    void timesOut() {
        isSaid(machine.unit() + ": start operation timed out. Terminating.");
        failsWith("timeout", 0);
    }

    private void failsWith(String result, int exitStatus) {
        isSaid(machine.unit() + ": Failed with result '" + result + "'.");
        gone("failed");
        job.filter(j -> !j.isDone()).ifPresent(j -> j.fail(failure("failed", result, exitStatus)));
    }

    void forgetFailure() {
        if (is("failed")) {
            state = "inactive";
        }
    }

    private void becomes(String newState) {
        state = newState;
        if (is("activating")) {
            run = Optional.of(String.format(Locale.ROOT, "%032x", runs.getAsLong()));
        } else if (isDown()) {
            run = Optional.empty();
        }
    }

    private void gone(String newState) {
        becomes(newState);
        since = Optional.empty();
        container = Optional.empty();
        invocation++;
    }

    private JobFailedException failure(String jobResult, String serviceResult, int exitStatus) {
        List<String> told = FakeJournal.tail(lines(), JOURNAL_LINES_TOLD);
        String reason = "its job ended as " + jobResult + ", the unit as " + serviceResult + " with status "
                + exitStatus + (told.isEmpty() ? "" : ": " + String.join(" | ", told));
        UnitFailure details = new UnitFailure(machine.unit(), jobResult, serviceResult, exitStatus, told);
        Failure failure = Failure.of("run", machine.value(), reason).outcome(Outcome.APPLIED);
        return new JobFailedException(
                details.cause().map(FailureCause::remedy).map(failure::remedy).orElse(failure), details);
    }
}
