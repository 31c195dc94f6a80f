package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Importd;
import io.nspawn.dbus.JobMode;
import io.nspawn.dbus.JobResult;
import io.nspawn.dbus.ListedMachine;
import io.nspawn.dbus.ListedUnit;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.UnitStatus;
import io.nspawn.dbus.UnitSummary;
import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ContainerProcess;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.HostEvent;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.KillTarget;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.model.Signal;
import io.nspawn.model.SystemdVersion;
import io.nspawn.model.Watch;
import io.nspawn.spi.Inside;
import io.nspawn.spi.JournalFollower;
import io.nspawn.spi.MachineControl;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** PID 1 and machined of this machine. */
final class SystemdMachines implements MachineControl {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final String ALL_UNITS = "systemd-nspawn@*.service";
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final Duration CALL = Duration.ofSeconds(30);
    /** Longer than PID 1 itself waits for a unit. */
    private static final Duration HOST_UNIT = Duration.ofMinutes(2);

    private static final Duration PROGRAM_CHECK = Duration.ofMillis(2);

    private final Native os;
    private final KilledRemains remains;
    private final Bus bus;
    private final Systemd systemd;
    private final Machined machined;
    private final SystemdVersion version;
    private final Lifecycle lifecycle;
    private final Set<HostWatch> watches = ConcurrentHashMap.newKeySet();

    SystemdMachines(Native os, Bus bus) {
        this.os = os;
        this.remains = new KilledRemains(os);
        this.bus = bus;
        this.systemd = Systemd.over(bus, CALL);
        this.machined = Machined.over(bus, CALL);
        this.version = SystemdVersion.parse(systemd.version());
        this.lifecycle = new Lifecycle(os, systemd, machined);
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
    public void enableUnits(Collection<String> units) {
        systemd.enableUnitFiles(List.copyOf(units), false, false);
        systemd.reload();
        for (String unit : units) {
            JobResult result = systemd.startUnit(unit, JobMode.REPLACE).await(HOST_UNIT);
            if (result != JobResult.DONE) {
                throw new HostFailureException(Failure.of("start", unit, "its job ended as " + result));
            }
        }
    }

    @Override
    public Job start(MachineName machine) {
        // Starts that are asked for do not count as a container that starts over and over by itself.
        resetFailed(List.of(machine));
        return new UnitJob(machine, systemd.startUnit(machine.unit(), JobMode.FAIL), systemd, () -> runs(machine));
    }

    @Override
    public Job stop(MachineName machine) {
        boolean runs = !state(systemd.summary(machine.unit())).isDown();
        return new UnitJob(
                machine, systemd.stopUnit(machine.unit(), JobMode.REPLACE), systemd, () -> hasStopped(machine, runs));
    }

    @Override
    public void stop(MachineName machine, Duration grace) {
        if (state(systemd.summary(machine.unit())).isDown()) {
            lifecycle.awaitReleased(machine, CALL);
        } else if (lifecycle.stop(machine, grace)) {
            hasStopped(machine, true);
        } else {
            forgetKill(machine, CALL);
        }
    }

    @Override
    public void terminate(MachineName machine, Duration deadline) {
        if (!state(systemd.summary(machine.unit())).isDown()) {
            lifecycle.kill(machine, deadline);
            forgetKill(machine, deadline);
        } else {
            lifecycle.awaitReleased(machine, deadline);
        }
    }

    @Override
    public void awaitReleased(MachineName machine, Duration deadline) {
        lifecycle.awaitReleased(machine, deadline);
    }

    @Override
    public void reboot(MachineName machine, Duration deadline) {
        requireRunning("reboot", machine);
        lifecycle.reboot(machine, deadline);
        if (!runs(machine)) {
            throw UnitJob.explain(systemd, machine, "failed");
        }
    }

    @Override
    public void kill(MachineName machine, KillTarget target, Signal signal) {
        if (!lifecycle.signal(machine, target, signal)) {
            throw new NotFoundException(Failure.of("kill", machine.value(), "it does not run"));
        }
    }

    @Override
    public Map<String, String> osRelease(MachineName machine) {
        return machined.osRelease(machine.value());
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
    public Inside inside(MachineName machine) {
        return new LocalInside(os, machined, machine);
    }

    @Override
    public Map<MachineName, ContainerMetrics> metrics(Collection<MachineName> machines) {
        Set<MachineName> running = active(machines);
        Map<MachineName, ContainerMetrics> metrics = new LinkedHashMap<>();
        for (MachineName machine : machines) {
            if (running.contains(machine)) {
                metrics.put(machine, Usage.metrics(systemd.usage(machine.unit())));
            }
        }
        return metrics;
    }

    @Override
    public List<ContainerProcess> processes(MachineName machine) {
        long leader = machined.leader(machine.value()).orElseThrow(() -> ContainerRoot.gone(machine));
        long supervisor = systemd.mainPid(machine.unit()).orElse(0);
        return ProcessTree.of(machine.unit(), systemd.processes(machine.unit()), supervisor, leader);
    }

    @Override
    public Limits limits(MachineName machine) {
        requireActive("read the limits of", machine);
        return Usage.limits(systemd.usage(machine.unit()));
    }

    @Override
    public void limit(MachineName machine, Limits limits) {
        requireActive("limit", machine);
        systemd.setUnitProperties(machine.unit(), true, Usage.properties(limits));
        LOG.info("{} has other limits until the next boot: {}", machine, limits);
    }

    @Override
    public List<JournalEntry> journal(MachineName machine, JournalQuery query, Duration deadline) {
        List<JournalEntry> entries = new ArrayList<>();
        ExecResult result = ChildProcess.run(JournalCommand.reading(query.unit(machine.unit())), deadline);
        if (!result.ok() && !result.stderr().isBlank()) {
            throw new HostFailureException(Failure.of(
                    "read the journal of", machine.unit(), result.stderr().strip()));
        }
        try (OutputStream parser = new ExportParser(entries::add)) {
            parser.write(result.stdoutBytes());
        } catch (IOException e) {
            throw new HostFailureException(
                    Failure.of("read the journal of", machine.unit(), String.valueOf(e.getMessage())), e);
        }
        return List.copyOf(entries);
    }

    @Override
    public JournalFollower followJournal(MachineName machine, JournalQuery query) {
        List<String> command = JournalCommand.following(query.unit(machine.unit()));
        return FollowedJournal.start(machine.value(), new HostJournal(command));
    }

    @Override
    public Watch watch(Consumer<? super HostEvent> watcher) {
        HostWatch watch = HostWatch.open(bus, systemd, machined, Importd.over(bus, CALL), POOL, watcher);
        watches.add(watch);
        return () -> {
            watches.remove(watch);
            watch.close();
        };
    }

    @Override
    public void close() {
        try (bus) {
            watches.forEach(HostWatch::close);
            systemd.close();
        }
    }

    private void requireActive(String operation, MachineName machine) {
        if (active(List.of(machine)).isEmpty()) {
            throw new NotFoundException(
                    Failure.of(operation, machine.value(), "it does not run").remedy("Start it first."));
        }
    }

    private void clearRemains(MachineName machine) {
        if (remains.areThere(machine) && state(systemd.summary(machine.unit())).isDown()) {
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

    private void requireRunning(String operation, MachineName machine) {
        if (leaders(List.of(machine)).isEmpty()) {
            throw new NotFoundException(Failure.of(operation, machine.value(), "it does not run"));
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
