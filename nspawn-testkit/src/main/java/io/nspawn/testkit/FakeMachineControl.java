package io.nspawn.testkit;

import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ContainerProcess;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostEvent;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** PID 1 and machined as the engine sees them. */
final class FakeMachineControl implements MachineControl {
    private static final long BOOTED_MEMORY = 21L << 20;
    private static final long BOOTED_TASKS = 9;
    private static final int SIGNAL_STATUS = 128;
    private static final String WANTS = "etc/systemd/system/multi-user.target.wants/";
    private static final Duration BOOT_CPU = Duration.ofMillis(380);

    private final FakeMachines machines;
    private final UnitFiles unitFiles;
    private final Boots boots;
    private final FakeParts parts;
    private final FakeWatches watches;
    private final VirtualClock clock;
    private final Faults faults;
    private final Set<MachineName> enabled = new TreeSet<>();
    private SystemdVersion version = SystemdVersion.parse("252.39-1~deb12u2");

    FakeMachineControl(FakeParts parts) {
        this.parts = parts;
        this.machines = parts.machines;
        this.unitFiles = parts.unitFiles;
        this.boots = parts.boots;
        this.clock = parts.clock;
        this.faults = parts.faults;
        this.watches = parts.watches;
    }

    Set<MachineName> enabled() {
        return enabled;
    }

    void becomes(SystemdVersion newVersion) {
        version = newVersion;
    }

    @Override
    public SystemdVersion version() {
        return version;
    }

    @Override
    public Map<MachineName, UnitState> units(Collection<MachineName> names) {
        Map<MachineName, UnitState> states = new LinkedHashMap<>();
        faults.around(Operation.READ_UNITS, names, () -> names.forEach(name -> states.put(name, state(name))));
        return states;
    }

    @Override
    public Set<MachineName> active(Collection<MachineName> names) {
        return units(names).entrySet().stream()
                .filter(unit -> unit.getValue().isActive())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Override
    public Map<MachineName, OptionalInt> leaders(Collection<MachineName> names) {
        Map<MachineName, OptionalInt> leaders = new LinkedHashMap<>();
        names.forEach(name -> machines.known(name)
                .flatMap(FakeUnit::container)
                .ifPresent(container -> leaders.put(name, OptionalInt.of(container.leader()))));
        return leaders;
    }

    @Override
    public void reload() {
        faults.around(Operation.RELOAD, "units", unitFiles::reload);
        parts.jobs.recheck();
    }

    @Override
    public void enable(Collection<MachineName> names) {
        names.forEach(name -> faults.around(Operation.ENABLE, name, () -> enable(name)));
    }

    @Override
    public void disable(Collection<MachineName> names) {
        names.forEach(name -> faults.around(Operation.DISABLE, name, () -> disable(name)));
    }

    /** PID 1 makes and deletes links, and syncs none of them. */
    private void enable(MachineName name) {
        if (enabled.add(name)) {
            parts.unsynced.note(() -> enabled.remove(name));
        }
    }

    private void disable(MachineName name) {
        if (enabled.remove(name)) {
            parts.unsynced.note(() -> enabled.add(name));
        }
    }

    @Override
    public void enableUnits(Collection<String> units) {
        units.forEach(unit -> parts.files.tree().write(WANTS + unit, new byte[0], 0644));
        if (units.contains(FakeNetworkd.UNIT)) {
            parts.network.startNetworkd();
        }
    }

    @Override
    public Job start(MachineName machine) {
        List<Job> queued = new ArrayList<>();
        faults.around(Operation.START, machine, () -> queued.add(parts.jobs.queued(boots.start(machine))));
        return queued.get(0);
    }

    @Override
    public Job stop(MachineName machine) {
        List<Job> queued = new ArrayList<>();
        faults.around(Operation.STOP, machine, () -> queued.add(parts.jobs.queued(boots.stop(machine))));
        return queued.get(0);
    }

    @Override
    public void stop(MachineName machine, Duration grace) {
        faults.around(Operation.STOP, machine, () -> {
            FakeJob job = boots.stop(machine);
            requireNotInterrupted("stop", machine.value());
            if (!clock.runUntil(job::isDone, grace)) {
                boots.kill(machine);
            }
        });
    }

    @Override
    public void terminate(MachineName machine, Duration deadline) {
        faults.around(Operation.TERMINATE, machine, () -> boots.kill(machine));
    }

    @Override
    public void awaitReleased(MachineName machine, Duration deadline) {
        faults.around(Operation.AWAIT, machine, () -> {
            requireNotInterrupted("await the end of", machine.value());
            FakeUnit unit = machines.unit(machine);
            if (!clock.runUntil(unit::isDown, deadline)) {
                throw late(
                        "await the end of",
                        machine.value(),
                        "its unit is " + unit.state() + " after " + Failure.span(deadline));
            }
        });
    }

    @Override
    public void reboot(MachineName machine, Duration deadline) {
        faults.around(Operation.REBOOT, machine, () -> {
            requireRunning("reboot", machine);
            FakeJob job = boots.reboot(machine);
            if (!clock.runUntil(job::isDone, deadline)) {
                String state = machines.unit(machine).state();
                throw late("reboot", machine.value(), "it is " + state + " after " + Failure.span(deadline));
            }
            job.requireSuccess();
        });
    }

    /** Of the signals only those count that end a process that does not handle them. */
    @Override
    public void kill(MachineName machine, KillTarget target, Signal signal) {
        faults.around(Operation.KILL, machine, () -> {
            boolean booted = requireRunning("kill", machine).boots();
            boolean ends = signal.equals(Signal.KILL) || (!booted && signal.equals(Signal.TERM));
            if (ends) {
                boots.die(machine, SIGNAL_STATUS + signal.number(), List.of());
            }
        });
    }

    @Override
    public Map<String, String> osRelease(MachineName machine) {
        requireRunning("read the os-release of", machine);
        return boots.osRelease(machine);
    }

    @Override
    public long uidShift(MachineName machine) {
        requireRunning("read the uid shift of", machine);
        return boots.uidShift(machine);
    }

    private FakeContainer requireRunning(String operation, MachineName machine) {
        return Optional.ofNullable(machines.running().get(machine))
                .orElseThrow(() -> new NotFoundException(Failure.of(operation, machine.value(), "it does not run")));
    }

    @Override
    public void resetFailed(Collection<MachineName> names) {
        names.forEach(name -> faults.around(
                Operation.RESET_FAILED, name, () -> machines.known(name).ifPresent(FakeUnit::forgetFailure)));
    }

    @Override
    public Job awaitAny(Collection<? extends Job> jobs, Duration deadline) {
        if (jobs.isEmpty()) {
            throw new IllegalArgumentException("there is no job to wait for");
        }
        faults.around(Operation.AWAIT, jobs.size() + " jobs", () -> {
            requireNotInterrupted("await jobs", jobs.size() + " jobs");
            if (!clock.runUntil(() -> jobs.stream().anyMatch(Job::isDone), deadline)) {
                throw late("await jobs", jobs.size() + " jobs", "none ended within " + Failure.span(deadline));
            }
        });
        return jobs.stream().filter(Job::isDone).findFirst().orElseThrow();
    }

    @Override
    public void awaitActive(MachineName machine, Duration deadline) {
        faults.around(Operation.AWAIT, machine, () -> {
            requireNotInterrupted("await", machine.value());
            FakeUnit unit = machines.unit(machine);
            boolean settled = clock.runUntil(() -> unit.isDown() || unit.is("active"), deadline);
            if (!settled) {
                throw late("await", machine.value(), "is still " + unit.state() + " after " + Failure.span(deadline));
            }
            if (unit.isDown()) {
                throw new NotFoundException(Failure.of("await", machine.value(), "it is " + unit.state())
                        .remedy("Start it first."));
            }
        });
    }

    @Override
    public Inside inside(MachineName machine) {
        return Serialized.port(Inside.class, new FakeInside(parts, machine), parts.monitor, parts.watches::look);
    }

    @Override
    public Map<MachineName, ContainerMetrics> metrics(Collection<MachineName> names) {
        Map<MachineName, ContainerMetrics> metrics = new LinkedHashMap<>();
        units(names).forEach((name, unit) -> {
            if (unit.isActive()) {
                metrics.put(name, FakeUsage.metrics(unit, version));
            }
        });
        return metrics;
    }

    @Override
    public List<ContainerProcess> processes(MachineName machine) {
        return parts.usage.processes(machine);
    }

    @Override
    public Limits limits(MachineName machine) {
        return parts.usage.limits(machine);
    }

    @Override
    public void limit(MachineName machine, Limits limits) {
        faults.around(Operation.LIMIT, machine, () -> parts.usage.limit(machine, limits));
    }

    @Override
    public List<JournalEntry> journal(MachineName machine, JournalQuery query, Duration deadline) {
        return FakeJournal.last(FakeJournal.chosen(unitJournal(machine), query.unit(machine.unit())), query.lines());
    }

    @Override
    public JournalFollower followJournal(MachineName machine, JournalQuery query) {
        FakeFollower follower =
                new FakeFollower(() -> unitJournal(machine), () -> {}, query.unit(machine.unit()), clock);
        return Serialized.port(JournalFollower.class, follower, parts.monitor, parts.watches::look);
    }

    private List<JournalEntry> unitJournal(MachineName machine) {
        return machines.unit(machine).journal();
    }

    @Override
    public Watch watch(Consumer<? super HostEvent> watcher) {
        return watches.add(watcher);
    }

    @Override
    public void close() {}

    private UnitState state(MachineName name) {
        Optional<FakeUnit> unit = machines.known(name);
        Optional<FakeContainer> container = unit.flatMap(FakeUnit::container);
        boolean boots = container.map(FakeContainer::boots).orElse(false);
        return new UnitState(
                unit.map(FakeUnit::state).orElse("inactive"),
                enabled.contains(name),
                unitFiles.changedSinceReload(name),
                unit.flatMap(FakeUnit::run),
                unit.flatMap(FakeUnit::since),
                container
                        .map(c -> OptionalLong.of(boots ? BOOTED_MEMORY : 1 << 20))
                        .orElse(OptionalLong.empty()),
                container.map(c -> OptionalLong.of(boots ? BOOTED_TASKS : 3)).orElse(OptionalLong.empty()),
                container.map(c -> BOOT_CPU));
    }

    private static void requireNotInterrupted(String operation, String subject) {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedOperationException(
                    Failure.of(operation, subject, "the thread was interrupted").outcome(Outcome.UNKNOWN));
        }
    }

    private static DeadlineExceededException late(String operation, String subject, String reason) {
        return new DeadlineExceededException(
                Failure.of(operation, subject, reason).outcome(Outcome.UNKNOWN));
    }
}
