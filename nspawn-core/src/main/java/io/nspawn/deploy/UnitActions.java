package io.nspawn.deploy;

import io.nspawn.deploy.Hook.Point;
import io.nspawn.deploy.Step.ConfigureNics;
import io.nspawn.deploy.Step.StartUnit;
import io.nspawn.model.MachineName;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.MachineControl.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The phases that act on units. */
final class UnitActions {
    private final MachineControl machines;
    private final NicActions network;
    private final Jobs jobs;
    private final Duration jobDeadline;

    UnitActions(MachineControl machines, NicActions network, int parallelJobs, Duration jobDeadline) {
        this.machines = machines;
        this.network = network;
        this.jobs = new Jobs(machines, parallelJobs, jobDeadline);
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

    /**
     * Starts units, each when those that it waits for are ready, and sets the interfaces of those inside which nobody
     * does it.
     */
    PhaseAction starting(DeployOptions options) {
        return (steps, ledger, tally) -> {
            Map<MachineName, ConfigureNics> nics = new HashMap<>();
            List<Step> starts = new ArrayList<>();
            for (Step step : steps) {
                if (step instanceof ConfigureNics configure) {
                    nics.put(configure.name(), configure);
                } else {
                    starts.add(step);
                }
            }
            List<MachineName> names = machinesOf(starts);
            if (!names.isEmpty()) {
                ledger.before("start of " + names.size() + " units", () -> stopAndForget(names));
            }
            jobs.run(
                    starts,
                    name -> {
                        options.run(Point.BEFORE_START, name);
                        return machines.start(name);
                    },
                    started -> {
                        tally.done(started);
                        MachineName name = started.machine().orElseThrow();
                        Optional.ofNullable(nics.remove(name)).ifPresent(its -> configure(its, tally));
                        options.run(Point.AFTER_START, name);
                    });
            List.copyOf(nics.values()).forEach(its -> configure(its, tally));
        };
    }

    private void configure(ConfigureNics step, Tally tally) {
        network.configure(step);
        tally.done(step);
    }

    /** Stops units that are started again by the same plan. */
    PhaseAction halting(DeployOptions options) {
        return (steps, ledger, tally) -> jobs.run(
                steps,
                name -> {
                    options.run(Point.BEFORE_STOP, name);
                    return machines.stop(name);
                },
                stopped -> {
                    tally.done(stopped);
                    options.run(Point.AFTER_STOP, stopped.machine().orElseThrow());
                });
    }

    /** Starts those of the units that do not run, and waits until they do: what is to be as it was, last of all. */
    void startAgain(List<MachineName> names) {
        Map<MachineName, MachineControl.UnitState> units = machines.units(names);
        List<Step> down = names.stream()
                .filter(name -> !Objects.requireNonNull(units.get(name)).isActive())
                .<Step>map(StartUnit::new)
                .toList();
        jobs.run(down, machines::start, started -> {});
    }

    void stop(List<Step> steps, Ledger ledger, Tally tally) {
        jobs.run(steps, machines::stop, tally::done);
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

    private static List<MachineName> machinesOf(List<Step> steps) {
        return steps.stream().map(s -> s.machine().orElseThrow()).toList();
    }
}
