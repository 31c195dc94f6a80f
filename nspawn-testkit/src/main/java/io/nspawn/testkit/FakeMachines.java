package io.nspawn.testkit;

import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The units that PID 1 knows, and the containers that run. */
final class FakeMachines {
    private final TreeMap<MachineName, FakeUnit> units = new TreeMap<>();
    private final Supplier<Instant> now;
    private long runs;

    FakeMachines(Supplier<Instant> now) {
        this.now = now;
    }

    FakeUnit unit(MachineName machine) {
        return units.computeIfAbsent(machine, name -> new FakeUnit(name, () -> ++runs, now));
    }

    Optional<FakeUnit> known(MachineName machine) {
        return Optional.ofNullable(units.get(machine));
    }

    Collection<FakeUnit> all() {
        return units.values();
    }

    Map<MachineName, FakeContainer> running() {
        Map<MachineName, FakeContainer> running = new TreeMap<>();
        units.forEach((name, unit) -> unit.container().ifPresent(c -> running.put(name, c)));
        return running;
    }

    boolean isRunning(String root) {
        return units.values().stream()
                .anyMatch(unit ->
                        unit.container().isPresent() && unit.machine().value().equals(root));
    }

    FakeContainer byLeader(int leader) {
        return containers()
                .filter(c -> c.leader() == leader)
                .findAny()
                .orElseThrow(() -> new NotFoundException(
                        Failure.of("open namespace", "process " + leader, "there is no such process")
                                .named("ESRCH")));
    }

    long booted() {
        return containers().filter(FakeContainer::boots).count();
    }

    void reset() {
        units.clear();
    }

    private Stream<FakeContainer> containers() {
        return units.values().stream().flatMap(unit -> unit.container().stream());
    }
}
