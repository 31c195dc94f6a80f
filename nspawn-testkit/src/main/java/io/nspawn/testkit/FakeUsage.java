package io.nspawn.testkit;

import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ContainerProcess;
import io.nspawn.model.Failure;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.SystemdVersion;
import io.nspawn.spi.MachineControl.UnitState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What the fake's containers use and may use. */
final class FakeUsage {
    private static final int PEAK_SINCE = 255;
    private static final int KILLS_SINCE = 258;
    private static final long TEMPLATE_TASKS = 16384;

    private final FakeMachines machines;
    private final UnitFiles unitFiles;

    FakeUsage(FakeMachines machines, UnitFiles unitFiles) {
        this.machines = machines;
        this.unitFiles = unitFiles;
    }

    static ContainerMetrics metrics(UnitState unit, SystemdVersion version) {
        OptionalLong none = OptionalLong.empty();
        return new ContainerMetrics(
                unit.memoryBytes(),
                version.atLeast(PEAK_SINCE) ? unit.memoryBytes() : none,
                version.atLeast(PEAK_SINCE) ? OptionalLong.of(0) : none,
                unit.cpu(),
                unit.tasks(),
                none,
                none,
                none,
                none,
                version.atLeast(KILLS_SINCE) ? OptionalLong.of(0) : none);
    }

    /** An init with its journal and bus, or a stub init with its program. */
    List<ContainerProcess> processes(MachineName machine) {
        FakeContainer container = running("list the processes of", machine);
        int leader = container.leader();
        List<ContainerProcess> below = new ArrayList<>();
        Map<String, String> services = new LinkedHashMap<>();
        if (container.boots()) {
            services.put("/payload/system.slice/systemd-journald.service", "/usr/lib/systemd/systemd-journald");
            services.put("/payload/system.slice/dbus.service", "/usr/bin/dbus-daemon --system");
        } else {
            services.put("/payload", "program");
        }
        services.forEach((group, command) -> below.add(process(leader, below.size() + 1, command, group, List.of())));
        String init = container.boots() ? "/usr/lib/systemd/systemd" : "(sd-stubinit)";
        String group = container.boots() ? "/payload/init.scope" : "/payload";
        return List.of(process(leader, 0, init, group, below));
    }

    Limits limits(MachineName machine) {
        running("read the limits of", machine);
        Limits limits = Limits.NONE.tasks(TEMPLATE_TASKS);
        for (String line : unitFiles.loadedLimits(machine)) {
            String value = line.substring(line.indexOf('=') + 1);
            if (line.startsWith("MemoryMax=")) {
                limits = limits.memory(value);
            } else if (line.startsWith("TasksMax=")) {
                limits = limits.tasks(Long.parseLong(value));
            } else if (line.startsWith("CPUQuota=")) {
                limits = limits.cpuPercent(Integer.parseInt(value.replace("%", "")));
            }
        }
        return limits;
    }

    void limit(MachineName machine, Limits limits) {
        running("limit", machine);
        limits.memory().ifPresent(size -> set(machine, "MemoryMax", Long.toString(size.bytes())));
        limits.tasks().ifPresent(count -> set(machine, "TasksMax", Long.toString(count)));
        limits.cpuPercent().ifPresent(percent -> set(machine, "CPUQuota", percent + "%"));
    }

    /** As PID 1 keeps it: a drop-in for each property. */
    private void set(MachineName machine, String key, String value) {
        String directory = FakeFiles.RUNTIME_UNITS + "/" + machine.unit() + ".d/";
        unitFiles.set(directory + "50-" + key + ".conf", "[Service]\n" + key + "=" + value + "\n");
    }

    private FakeContainer running(String operation, MachineName machine) {
        return Optional.ofNullable(machines.running().get(machine))
                .orElseThrow(() -> new NotFoundException(Failure.of(operation, machine.value(), "it does not run")
                        .remedy("Start it first.")));
    }

    private static ContainerProcess process(
            int leader, int place, String command, String group, List<ContainerProcess> below) {
        return new ContainerProcess(leader + place, OptionalInt.of(1 + place), command, group, below);
    }
}
