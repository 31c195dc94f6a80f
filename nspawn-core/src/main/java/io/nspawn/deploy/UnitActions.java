package io.nspawn.deploy;

import io.nspawn.model.MachineName;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.MachineControl.Job;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The phases that act on units. */
final class UnitActions {
    private final MachineControl machines;
    private final int parallelJobs;
    private final Duration jobDeadline;

    UnitActions(MachineControl machines, int parallelJobs, Duration jobDeadline) {
        this.machines = machines;
        this.parallelJobs = parallelJobs;
        this.jobDeadline = jobDeadline;
    }

    void reload(List<Step> steps, Ledger ledger, Tally tally) {
        machines.reload();
        tally.allDone(steps);
    }

    void enable(List<Step> steps, Ledger ledger, Tally tally) {
        List<MachineName> names = machinesOf(steps);
        ledger.before("enabling of " + names.size() + " units", () -> machines.disable(names));
        machines.enable(names);
        tally.allDone(steps);
    }

    void disable(List<Step> steps, Ledger ledger, Tally tally) {
        machines.disable(machinesOf(steps));
        tally.allDone(steps);
    }

    void start(List<Step> steps, Ledger ledger, Tally tally) {
        List<MachineName> names = machinesOf(steps);
        ledger.before("start of " + names.size() + " units", () -> stopAndForget(names));
        runJobs(steps, machines::start, tally);
    }

    void stop(List<Step> steps, Ledger ledger, Tally tally) {
        runJobs(steps, machines::stop, tally);
        machines.resetFailed(machinesOf(steps));
    }

    private void stopAndForget(List<MachineName> names) {
        Map<MachineName, MachineControl.UnitState> units = machines.units(names);
        Map<Job, MachineName> jobs = new HashMap<>();
        for (MachineName name : names) {
            if (!Objects.requireNonNull(units.get(name)).isDown()) {
                jobs.put(machines.stop(name), name);
            }
        }
        while (!jobs.isEmpty()) {
            Job done = machines.awaitAny(jobs.keySet(), jobDeadline);
            jobs.remove(done);
            done.requireSuccess();
        }
        machines.resetFailed(names);
    }

    /** Keeps a bounded number of jobs under way; the first that fails ends the queueing and is thrown. */
    private void runJobs(List<Step> steps, Function<MachineName, Job> queue, Tally tally) {
        Deque<Step> waiting = new ArrayDeque<>(steps);
        Map<Job, Step> underWay = new HashMap<>();
        while (!waiting.isEmpty() || !underWay.isEmpty()) {
            while (!waiting.isEmpty() && underWay.size() < parallelJobs) {
                Step next = waiting.remove();
                underWay.put(queue.apply(next.machine().orElseThrow()), next);
            }
            Job done = machines.awaitAny(underWay.keySet(), jobDeadline);
            done.requireSuccess();
            tally.done(Objects.requireNonNull(underWay.remove(done)));
        }
    }

    private static List<MachineName> machinesOf(List<Step> steps) {
        return steps.stream().map(s -> s.machine().orElseThrow()).toList();
    }
}
