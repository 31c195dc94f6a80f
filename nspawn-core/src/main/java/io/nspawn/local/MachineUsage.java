package io.nspawn.local;

import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.UnitUsage;
import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ContainerProcess;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What machines use, may use and run. */
final class MachineUsage {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");

    private final Systemd systemd;
    private final Machined machined;
    private final MachineStates states;

    MachineUsage(Systemd systemd, Machined machined, MachineStates states) {
        this.systemd = systemd;
        this.machined = machined;
        this.states = states;
    }

    Map<MachineName, ContainerMetrics> metrics(Collection<MachineName> machines) {
        Set<MachineName> active = states.active(machines);
        List<MachineName> running = machines.stream().filter(active::contains).toList();
        List<UnitUsage> usages =
                systemd.usages(running.stream().map(MachineName::unit).toList());
        Map<MachineName, ContainerMetrics> metrics = new LinkedHashMap<>();
        for (int i = 0; i < usages.size(); i++) {
            metrics.put(running.get(i), Usage.metrics(usages.get(i)));
        }
        return metrics;
    }

    List<ContainerProcess> processes(MachineName machine) {
        long leader = machined.leader(machine.value()).orElseThrow(() -> ContainerRoot.gone(machine));
        long supervisor = systemd.mainPid(machine.unit()).orElse(0);
        return ProcessTree.of(machine.unit(), systemd.processes(machine.unit()), supervisor, leader);
    }

    Limits limits(MachineName machine) {
        states.requireActive("read the limits of", machine);
        return Usage.limits(systemd.limits(machine.unit()));
    }

    void limit(MachineName machine, Limits limits) {
        states.requireActive("limit", machine);
        systemd.setUnitProperties(machine.unit(), true, Usage.properties(limits));
        LOG.info("{} has other limits until the next boot: {}", machine, limits);
    }
}
