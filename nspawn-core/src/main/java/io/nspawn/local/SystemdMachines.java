package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.JobMode;
import io.nspawn.dbus.ListedMachine;
import io.nspawn.dbus.ListedUnit;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.UnitStatus;
import io.nspawn.dbus.UnitSummary;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.model.SystemdVersion;
import io.nspawn.spi.MachineControl;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;

/** PID 1 and machined of this machine. */
final class SystemdMachines implements MachineControl {
    private static final String ALL_UNITS = "systemd-nspawn@*.service";
    private static final Duration CALL = Duration.ofSeconds(30);
    private static final Duration PROGRAM_CHECK = Duration.ofMillis(2);

    private final KilledRemains remains;
    private final Bus bus;
    private final Systemd systemd;
    private final Machined machined;
    private final SystemdVersion version;
    private final Exec exec;

    SystemdMachines(Native os, Bus bus) {
        this.remains = new KilledRemains(os);
        this.bus = bus;
        this.systemd = Systemd.over(bus, CALL);
        this.machined = Machined.over(bus, CALL);
        this.version = SystemdVersion.parse(systemd.version());
        this.exec = new Exec(version);
    }

    /** PID 1, which takes one subscription from each connection; closed with this. */
    Systemd systemd() {
        return systemd;
    }

    @Override
    public SystemdVersion version() {
        return version;
    }

    @Override
    public Map<MachineName, UnitState> units(Collection<MachineName> machines) {
        Map<MachineName, UnitState> states = new LinkedHashMap<>();
        for (MachineName machine : machines) {
            states.put(machine, state(systemd.summary(machine.unit())));
        }
        return states;
    }

    @Override
    public Set<MachineName> active(Collection<MachineName> machines) {
        Set<String> units = systemd.listUnitsByPatterns(List.of("active"), List.of(ALL_UNITS)).stream()
                .map(ListedUnit::name)
                .collect(Collectors.toSet());
        return machines.stream()
                .filter(machine -> units.contains(machine.unit()))
                .collect(Collectors.toSet());
    }

    @Override
    public Map<MachineName, OptionalInt> leaders(Collection<MachineName> machines) {
        Map<String, ListedMachine> running =
                machined.machines().stream().collect(Collectors.toMap(ListedMachine::name, Function.identity()));
        Map<MachineName, OptionalInt> leaders = new HashMap<>();
        for (MachineName machine : machines) {
            Optional.ofNullable(running.get(machine.value()))
                    .flatMap(this::leader)
                    .ifPresent(pid -> leaders.put(machine, OptionalInt.of(pid)));
        }
        return leaders;
    }

    @Override
    public void reload() {
        systemd.reload();
    }

    @Override
    public void enable(Collection<MachineName> machines) {
        systemd.enableUnitFiles(unitNames(machines), false, false);
    }

    @Override
    public void disable(Collection<MachineName> machines) {
        systemd.disableUnitFiles(unitNames(machines), false);
    }

    @Override
    public Job start(MachineName machine) {
        clearRemains(machine);
        return new UnitJob(machine, systemd.startUnit(machine.unit(), JobMode.FAIL), systemd, () -> runs(machine));
    }

    @Override
    public Job stop(MachineName machine) {
        boolean runs = !state(systemd.summary(machine.unit())).isDown();
        return new UnitJob(
                machine,
                systemd.stopUnit(machine.unit(), JobMode.REPLACE),
                systemd,
                () -> !runs || forgetExitStatus(machine));
    }

    @Override
    public void resetFailed(Collection<MachineName> machines) {
        for (MachineName machine : machines) {
            clearRemains(machine);
            try {
                systemd.resetFailedUnit(machine.unit());
            } catch (NotFoundException e) {
                // PID 1 forgot the unit by itself, failure and all.
            }
        }
    }

    @Override
    public Job awaitAny(Collection<? extends Job> jobs, Duration deadline) {
        CompletableFuture<?>[] ends = jobs.stream()
                .map(job -> ((UnitJob) job).end().handle((result, failure) -> job))
                .toArray(CompletableFuture<?>[]::new);
        Failure failure = Failure.of("await", jobs.size() + " jobs", "none ended within " + deadline)
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

    @Override
    public void awaitActive(MachineName machine, Duration deadline) {
        UnitState state = state(systemd.summary(machine.unit()));
        if (state.isDown()) {
            throw new NotFoundException(Failure.of("await", machine.value(), "its unit is " + state.activeState())
                    .remedy("Start it first."));
        }
        if (!state.isActive()) {
            Job job = start(machine);
            awaitAny(List.of(job), deadline).requireSuccess();
        }
    }

    @Override
    public ExecResult exec(MachineName machine, List<String> command, Duration deadline) {
        if (leaders(List.of(machine)).isEmpty()) {
            throw new NotFoundException(Failure.of("exec in", machine.value(), "it does not run"));
        }
        return exec.run(machine, command, deadline);
    }

    @Override
    public void close() {
        try (bus) {
            systemd.close();
        }
    }

    private void clearRemains(MachineName machine) {
        if (remains.areThere(machine) && state(systemd.summary(machine.unit())).isDown()) {
            remains.clear(machine);
        }
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
            OptionalLong supervisor = systemd.mainPid(machine.unit());
            if (supervisor.isPresent() && new Supervisor(supervisor.getAsLong()).hasStartedAProgram()) {
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

    /** A machine that went away since it was listed has none. */
    private Optional<Integer> leader(ListedMachine machine) {
        try {
            OptionalLong leader = machined.leader(machine);
            return leader.isPresent() ? Optional.of(Math.toIntExact(leader.getAsLong())) : Optional.empty();
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private static UnitState state(UnitSummary unit) {
        return new UnitState(
                unit.activeState(),
                unit.unitFileState().equals("enabled"),
                unit.needsReload(),
                unit.activeEnter(),
                unit.memoryCurrent(),
                unit.tasksCurrent(),
                unit.cpuUsageNanos().isPresent()
                        ? Optional.of(Duration.ofNanos(unit.cpuUsageNanos().getAsLong()))
                        : Optional.empty());
    }

    private static List<String> unitNames(Collection<MachineName> machines) {
        return machines.stream().map(MachineName::unit).toList();
    }
}
