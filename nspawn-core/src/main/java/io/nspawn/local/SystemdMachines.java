package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Importd;
import io.nspawn.dbus.JobMode;
import io.nspawn.dbus.JobResult;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Systemd;
import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ContainerProcess;
import io.nspawn.model.Failure;
import io.nspawn.model.HostEvent;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.KillTarget;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Signal;
import io.nspawn.model.SystemdVersion;
import io.nspawn.model.Watch;
import io.nspawn.spi.Inside;
import io.nspawn.spi.JournalFollower;
import io.nspawn.spi.MachineControl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** PID 1 and machined of this machine. */
final class SystemdMachines implements MachineControl {
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final Duration CALL = Duration.ofSeconds(30);
    /** Longer than PID 1 itself waits for a unit. */
    private static final Duration HOST_UNIT = Duration.ofMinutes(2);

    private final Native os;
    private final Bus bus;
    private final Optional<Bus> pid1;
    private final Systemd systemd;
    private final Machined machined;
    private final SystemdVersion version;
    private final Lifecycle lifecycle;
    private final MachineStates states;
    private final MachineRuns runs;
    private final MachineUsage usage;
    private final Set<HostWatch> watches = ConcurrentHashMap.newKeySet();

    SystemdMachines(Native os, Bus bus, Optional<Bus> pid1) {
        this.os = os;
        this.bus = bus;
        this.pid1 = pid1;
        this.systemd = Systemd.over(bus, pid1, CALL);
        this.machined = Machined.over(bus, CALL);
        this.version = SystemdVersion.parse(systemd.version());
        this.lifecycle = new Lifecycle(os, systemd, machined);
        this.states = new MachineStates(systemd, machined);
        this.runs = new MachineRuns(os, systemd, states, lifecycle);
        this.usage = new MachineUsage(systemd, machined, states);
    }

    /** PID 1, for those who need it too; closed with this. */
    Systemd systemd() {
        return systemd;
    }

    @Override
    public SystemdVersion version() {
        return version;
    }

    @Override
    public Map<MachineName, UnitState> units(Collection<MachineName> machines) {
        return states.units(machines);
    }

    @Override
    public Set<MachineName> active(Collection<MachineName> machines) {
        return states.active(machines);
    }

    @Override
    public Map<MachineName, OptionalInt> leaders(Collection<MachineName> machines) {
        return states.leaders(machines);
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
        return runs.start(machine);
    }

    @Override
    public Job stop(MachineName machine) {
        return runs.stop(machine);
    }

    @Override
    public void stop(MachineName machine, Duration grace) {
        runs.stop(machine, grace);
    }

    @Override
    public void terminate(MachineName machine, Duration deadline) {
        runs.terminate(machine, deadline);
    }

    @Override
    public void awaitReleased(MachineName machine, Duration deadline) {
        lifecycle.awaitReleased(machine, deadline);
    }

    @Override
    public void reboot(MachineName machine, Duration deadline) {
        runs.reboot(machine, deadline);
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
    public long uidShift(MachineName machine) {
        return machined.uidShift(machine.value());
    }

    @Override
    public void resetFailed(Collection<MachineName> machines) {
        runs.resetFailed(machines);
    }

    @Override
    public Job awaitAny(Collection<? extends Job> jobs, Duration deadline) {
        return runs.awaitAny(jobs, deadline);
    }

    @Override
    public void awaitActive(MachineName machine, Duration deadline) {
        runs.awaitActive(machine, deadline);
    }

    @Override
    public Inside inside(MachineName machine) {
        return new LocalInside(os, machined, machine);
    }

    @Override
    public Map<MachineName, ContainerMetrics> metrics(Collection<MachineName> machines) {
        return usage.metrics(machines);
    }

    @Override
    public List<ContainerProcess> processes(MachineName machine) {
        return usage.processes(machine);
    }

    @Override
    public Limits limits(MachineName machine) {
        return usage.limits(machine);
    }

    @Override
    public void limit(MachineName machine, Limits limits) {
        usage.limit(machine, limits);
    }

    @Override
    public List<JournalEntry> journal(MachineName machine, JournalQuery query, Duration deadline) {
        return UnitJournal.read(machine, query, deadline);
    }

    @Override
    public JournalFollower followJournal(MachineName machine, JournalQuery query) {
        return UnitJournal.follow(machine, query);
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
            pid1.ifPresent(Bus::close);
        }
    }

    private static List<String> unitNames(Collection<MachineName> machines) {
        return machines.stream().map(MachineName::unit).toList();
    }
}
