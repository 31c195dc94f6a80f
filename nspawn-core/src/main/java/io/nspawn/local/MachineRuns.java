package io.nspawn.local;

import io.nspawn.dbus.JobMode;
import io.nspawn.dbus.KillWhom;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.UnitStatus;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.model.Signal;
import io.nspawn.spi.MachineControl.Job;
import io.nspawn.spi.MachineControl.UnitState;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins and ends the runs of machines, and tells when and how they did. */
final class MachineRuns {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final Duration CALL = Duration.ofSeconds(30);
    private static final Duration PROGRAM_CHECK = Duration.ofMillis(2);
    /** A stop is asked for, however little of its grace is left. */
    private static final Duration LEAST = Duration.ofMillis(1);

    private final KilledRemains remains;
    private final Systemd systemd;
    private final MachineStates states;
    private final Lifecycle lifecycle;

    MachineRuns(Native os, Systemd systemd, MachineStates states, Lifecycle lifecycle) {
        this.remains = new KilledRemains(os);
        this.systemd = systemd;
        this.states = states;
        this.lifecycle = lifecycle;
    }

    Job start(MachineName machine) {
        // Starts that are asked for do not count as a container that starts over and over by itself.
        resetFailed(List.of(machine));
        lifecycle.awaitForgotten(machine, CALL);
        return new UnitJob(machine, systemd.startUnit(machine.unit(), JobMode.FAIL), systemd, () -> runs(machine));
    }

    Job stop(MachineName machine) {
        boolean runs = !states.unit(machine).isDown();
        if (runs) {
            makeStoppable(machine, CALL);
        }
        return new UnitJob(
                machine, systemd.stopUnit(machine.unit(), JobMode.REPLACE), systemd, () -> hasStopped(machine, runs));
    }

    void stop(MachineName machine, Duration grace) {
        if (states.unit(machine).isDown()) {
            lifecycle.awaitReleased(machine, CALL);
            return;
        }
        long begin = System.nanoTime();
        makeStoppable(machine, grace);
        Duration left = grace.minusNanos(System.nanoTime() - begin);
        if (lifecycle.stop(machine, left.compareTo(LEAST) < 0 ? LEAST : left)) {
            hasStopped(machine, true);
        } else {
            forgetKill(machine, CALL);
        }
    }

    void terminate(MachineName machine, Duration deadline) {
        if (!states.unit(machine).isDown()) {
            lifecycle.kill(machine, deadline);
            forgetKill(machine, deadline);
        } else {
            lifecycle.awaitReleased(machine, deadline);
        }
    }

    void reboot(MachineName machine, Duration deadline) {
        states.requireRunning("reboot", machine);
        awaitInit(supervisor(machine), deadline);
        lifecycle.reboot(machine, deadline);
        if (!runs(machine)) {
            throw UnitJob.explain(systemd, machine, "failed");
        }
    }

    void resetFailed(Collection<MachineName> machines) {
        for (MachineName machine : machines) {
            clearRemains(machine);
            try {
                systemd.resetFailedUnit(machine.unit());
            } catch (NotFoundException e) {
                // PID 1 forgot the unit by itself, failure and all.
            }
        }
    }

    Job awaitAny(Collection<? extends Job> jobs, Duration deadline) {
        CompletableFuture<?>[] ends = jobs.stream()
                .map(job -> ((UnitJob) job).end().handle((result, failure) -> job))
                .toArray(CompletableFuture<?>[]::new);
        Failure failure = Failure.of("await", jobs.size() + " jobs", "none ended within " + Failure.span(deadline))
                .outcome(Outcome.UNKNOWN);
        try {
            return (Job) CompletableFuture.anyOf(ends).get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new DeadlineExceededException(failure, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedOperationException(failure, e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a job's end is never exceptional here", e);
        }
    }

    void awaitActive(MachineName machine, Duration deadline) {
        UnitState state = states.unit(machine);
        if (state.isDown()) {
            throw new NotFoundException(Failure.of("await", machine.value(), "its unit is " + state.activeState())
                    .remedy("Start it first."));
        }
        if (!state.isActive()) {
            Job job = start(machine);
            awaitAny(List.of(job), deadline).requireSuccess();
        }
    }

    /**
     * Sees to it that a machine whose run has just begun hears that it is to end it, for which a stop would wait until its
     * time-out: one that has no program yet is killed, an init gets the time to prepare itself.
     */
    private void makeStoppable(MachineName machine, Duration longest) {
        Optional<Supervisor> supervisor = supervisor(machine);
        if (supervisor.isPresent() && !supervisor.get().hasStartedAProgram()) {
            killUnstarted(machine);
        } else {
            awaitInit(supervisor, longest);
        }
    }

    private static void awaitInit(Optional<Supervisor> supervisor, Duration longest) {
        supervisor.flatMap(Supervisor::init).ifPresent(init -> init.awaitReadyToHalt(longest));
    }

    private Optional<Supervisor> supervisor(MachineName machine) {
        OptionalLong pid = systemd.mainPid(machine.unit());
        return pid.isPresent() ? Optional.of(new Supervisor(pid.getAsLong())) : Optional.empty();
    }

    private void killUnstarted(MachineName machine) {
        try {
            systemd.killUnit(machine.unit(), KillWhom.ALL, Signal.KILL.number());
        } catch (NotFoundException e) {
            LOG.debug("{} has ended by itself: {}", machine, e.getMessage());
        }
    }

    private void clearRemains(MachineName machine) {
        if (remains.areThere(machine) && states.unit(machine).isDown()) {
            remains.clear(machine);
        }
    }

    private boolean hasStopped(MachineName machine, boolean didRun) {
        boolean stopped = !didRun || forgetExitStatus(machine);
        lifecycle.awaitReleased(machine, CALL);
        return stopped;
    }

    /** What was killed on demand has not failed. */
    private void forgetKill(MachineName machine, Duration deadline) {
        lifecycle.awaitReleased(machine, deadline);
        resetFailed(List.of(machine));
    }

    /** An application ends with whatever status its program makes of the signal: that is no failure of a stop. */
    private boolean forgetExitStatus(MachineName machine) {
        UnitStatus unit = systemd.unit(machine.unit());
        if (unit.activeState().equals("failed") && unit.result().equals("exit-code")) {
            resetFailed(List.of(machine));
        }
        return true;
    }

    /** Waits until a program runs inside, or it is known that none could be started; one may be done already. */
    private boolean runs(MachineName machine) {
        long end = System.nanoTime() + CALL.toNanos();
        while (System.nanoTime() < end) {
            if (supervisor(machine).filter(Supervisor::hasStartedAProgram).isPresent()) {
                return true;
            }
            String state = systemd.summary(machine.unit()).activeState();
            if (state.equals("inactive") || state.equals("failed")) {
                return state.equals("inactive");
            }
            LockSupport.parkNanos(PROGRAM_CHECK.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedOperationException(
                        Failure.of("await the program of", machine.value(), "interrupted")
                                .outcome(Outcome.UNKNOWN));
            }
        }
        return false;
    }
}
