package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Job;
import io.nspawn.dbus.JobMode;
import io.nspawn.dbus.KillWhom;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.UnitRun;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.KillTarget;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.model.Signal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends machines, gently or not, and waits until nothing of them is held. */
final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final Duration KILLED = Duration.ofSeconds(30);
    private static final Duration RELEASE_LOOK = Duration.ofMillis(10);
    /** An init takes it for "reboot", and so does the stub that systemd-nspawn runs as an init. */
    private static final Signal REBOOT = Signal.of("SIGRTMIN+5");

    private final Native os;
    private final Systemd systemd;
    private final Machined machined;
    private final Holders holders;

    Lifecycle(Native os, Systemd systemd, Machined machined) {
        this.os = os;
        this.systemd = systemd;
        this.machined = machined;
        this.holders = new Holders(os, systemd, machined);
    }

    /** Stops a machine that runs; false if even the kill at the end of the grace was needed. */
    boolean stop(MachineName machine, Duration grace) {
        boolean ended = asksAProgram(machine)
                ? awaitRun(machine, grace, UnitRun::isDown)
                : jobEnds(systemd.stopUnit(machine.unit(), JobMode.REPLACE), grace);
        if (!ended) {
            LOG.info("{}: did not stop within {}, killing it", machine, grace);
            kill(machine, KILLED);
        }
        return ended;
    }

    /** Kills all of a machine; its unit is down when this returns. */
    void kill(MachineName machine, Duration deadline) {
        try {
            systemd.killUnit(machine.unit(), KillWhom.ALL, Signal.KILL.number());
        } catch (NotFoundException e) {
            LOG.debug("{} has ended by itself: {}", machine, e.getMessage());
        }
        // A unit that is to restart would.
        if (!jobEnds(systemd.stopUnit(machine.unit(), JobMode.REPLACE), deadline)) {
            throw late("kill", machine, "its unit did not stop within " + Failure.span(deadline));
        }
    }

    void awaitReleased(MachineName machine, Duration deadline) {
        AtomicReference<Optional<String>> held = new AtomicReference<>(Optional.empty());
        BooleanSupplier released = () -> {
            held.set(holders.of(machine));
            return held.get().isEmpty();
        };
        if (released.getAsBoolean()) {
            return;
        }
        Changes changes = new Changes();
        try (Bus.Subscription unit = systemd.watch(machine.unit(), changes::note);
                Bus.Subscription record = machined.watch(event -> changes.note())) {
            assert unit != null && record != null;
            boolean down = changes.await(() -> systemd.run(machine.unit()).isDown(), deadline);
            // Neither locks nor the end of a network namespace are told of.
            if (!down || !changes.await(released, deadline, RELEASE_LOOK)) {
                throw late(
                        "await the end of",
                        machine,
                        "after " + Failure.span(deadline) + " " + held.get().orElse("it is still held"));
            }
        } catch (InterruptedException e) {
            throw interrupted("await the end of", machine, e);
        }
    }

    /**
     * Waits until machined has forgotten a run that has ended, which it does a moment after PID 1. A start before that is
     * refused, as a machine of that name exists; and machined, which then finds the unit active, keeps the dead one.
     */
    void awaitForgotten(MachineName machine, Duration deadline) {
        if (!Holders.mayBeRecorded(machine) || !systemd.run(machine.unit()).isDown()) {
            return;
        }
        Changes changes = new Changes();
        try (Bus.Subscription record = machined.watch(event -> changes.note())) {
            assert record != null;
            if (!changes.await(() -> !holders.isRecorded(machine), deadline, RELEASE_LOOK)) {
                LOG.warn("{}: machined has not forgotten its last run within {}", machine, deadline);
            }
        } catch (InterruptedException e) {
            throw interrupted("await the end of", machine, e);
        }
    }

    /** Has a machine restart itself and waits for its next run. */
    void reboot(MachineName machine, Duration deadline) {
        UnitRun before = systemd.run(machine.unit());
        machined.kill(machine.value(), KillWhom.LEADER, REBOOT.number());
        AtomicReference<UnitRun> last = new AtomicReference<>(before);
        boolean settled = awaitRun(machine, deadline, run -> {
            last.set(run);
            return run.isDown() || (run.isActive() && !run.invocation().equals(before.invocation()));
        });
        if (!settled) {
            throw late("reboot", machine, "it is " + last.get().activeState() + " after " + Failure.span(deadline));
        }
        if (last.get().isDown()) {
            throw UnitJob.explain(systemd, machine, "failed");
        }
    }

    /** Sends a signal to processes inside; false if there are none any more. */
    boolean signal(MachineName machine, KillTarget target, Signal signal) {
        Optional<InsideProcesses> inside = inside(machine);
        if (inside.isEmpty() || target == KillTarget.LEADER) {
            return inside.isPresent() && inside.get().signalFirst(os, signal);
        }
        inside.get().signalAll(os, signal);
        return true;
    }

    /**
     * Whether the machine is an application, whose program was now asked to end. After PID 1's stop the stub that stands
     * in for its init follows SIGTERM up with SIGHUP, which cuts off a program that only expects the former.
     */
    private boolean asksAProgram(MachineName machine) {
        Optional<InsideProcesses> inside = inside(machine).filter(InsideProcesses::hasStub);
        return inside.isPresent() && inside.get().signalFirst(os, Signal.TERM);
    }

    private Optional<InsideProcesses> inside(MachineName machine) {
        try {
            OptionalLong supervisor = systemd.mainPid(machine.unit());
            OptionalLong leader = machined.machine(machine.value()).leader();
            return supervisor.isPresent() && leader.isPresent()
                    ? Optional.of(new InsideProcesses(new Supervisor(supervisor.getAsLong()), leader.getAsLong()))
                    : Optional.empty();
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private boolean awaitRun(MachineName machine, Duration deadline, Predicate<UnitRun> wanted) {
        Changes changes = new Changes();
        try (Bus.Subscription watch = systemd.watch(machine.unit(), changes::note)) {
            assert watch != null;
            return changes.await(() -> wanted.test(systemd.run(machine.unit())), deadline);
        } catch (InterruptedException e) {
            throw interrupted("await", machine, e);
        }
    }

    private static boolean jobEnds(Job job, Duration deadline) {
        try {
            job.await(deadline);
            return true;
        } catch (DeadlineExceededException e) {
            return false;
        }
    }

    private static DeadlineExceededException late(String operation, MachineName machine, String reason) {
        return new DeadlineExceededException(
                Failure.of(operation, machine.value(), reason).outcome(Outcome.UNKNOWN));
    }

    private static InterruptedOperationException interrupted(
            String operation, MachineName machine, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new InterruptedOperationException(
                Failure.of(operation, machine.value(), "the thread was interrupted")
                        .outcome(Outcome.UNKNOWN),
                cause);
    }
}
