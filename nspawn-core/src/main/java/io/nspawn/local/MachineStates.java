package io.nspawn.local;

import io.nspawn.dbus.ListedMachine;
import io.nspawn.dbus.ListedUnit;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.Systemd;
import io.nspawn.dbus.UnitSummary;
import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.spi.MachineControl.UnitState;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How machines are, by their units and by what machined knows of them. */
final class MachineStates {
    private static final String ALL_UNITS = "systemd-nspawn@*.service";

    private final Systemd systemd;
    private final Machined machined;

    MachineStates(Systemd systemd, Machined machined) {
        this.systemd = systemd;
        this.machined = machined;
    }

    UnitState unit(MachineName machine) {
        return state(systemd.summary(machine.unit()));
    }

    Map<MachineName, UnitState> units(Collection<MachineName> machines) {
        Map<MachineName, UnitState> states = new LinkedHashMap<>();
        Iterator<UnitSummary> summaries = systemd.summaries(
                        machines.stream().map(MachineName::unit).toList())
                .iterator();
        machines.forEach(machine -> states.put(machine, state(summaries.next())));
        return states;
    }

    Set<MachineName> active(Collection<MachineName> machines) {
        Set<String> units = systemd.listUnitsByPatterns(List.of("active"), List.of(ALL_UNITS)).stream()
                .map(ListedUnit::name)
                .collect(Collectors.toSet());
        return machines.stream()
                .filter(machine -> units.contains(machine.unit()))
                .collect(Collectors.toSet());
    }

    Map<MachineName, OptionalInt> leaders(Collection<MachineName> machines) {
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

    void requireActive(String operation, MachineName machine) {
        if (active(List.of(machine)).isEmpty()) {
            throw new NotFoundException(
                    Failure.of(operation, machine.value(), "it does not run").remedy("Start it first."));
        }
    }

    void requireRunning(String operation, MachineName machine) {
        if (leaders(List.of(machine)).isEmpty()) {
            throw new NotFoundException(Failure.of(operation, machine.value(), "it does not run"));
        }
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
                unit.invocation(),
                unit.activeEnter(),
                unit.memoryCurrent(),
                unit.tasksCurrent(),
                unit.cpuUsageNanos().isPresent()
                        ? Optional.of(Duration.ofNanos(unit.cpuUsageNanos().getAsLong()))
                        : Optional.empty());
    }
}
