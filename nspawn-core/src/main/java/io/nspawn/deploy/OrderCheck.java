package io.nspawn.deploy;

import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Finding;
import io.nspawn.model.MachineName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Finds containers that wait for each other, or for one that nobody knows. */
final class OrderCheck {
    private final Map<MachineName, ContainerSpec> specs = new LinkedHashMap<>();
    private final Set<MachineName> finished = new HashSet<>();
    private final List<Finding> findings = new ArrayList<>();

    private OrderCheck(List<ContainerSpec> specs) {
        specs.forEach(spec -> this.specs.putIfAbsent(spec.machine(), spec));
    }

    /**
     * Checks.
     *
     * @param there whether a container is on the host
     */
    static List<Finding> check(List<ContainerSpec> specs, Predicate<MachineName> there) {
        OrderCheck check = new OrderCheck(specs);
        for (ContainerSpec spec : specs) {
            for (String other : spec.after()) {
                MachineName machine = MachineName.mapped(other);
                if (!check.specs.containsKey(machine) && !there.test(machine)) {
                    check.findings.add(new Finding(
                            spec.name(),
                            "is to start after " + other + ", which is neither in this deploy nor on the host",
                            "deploy " + other + " with it or before it"));
                }
            }
        }
        check.specs.values().forEach(spec -> check.walk(spec, new ArrayList<>()));
        return check.findings;
    }

    /** Goes from a container to those it waits for; one that is on the way already closes a cycle. */
    private void walk(ContainerSpec spec, List<ContainerSpec> way) {
        int at = way.indexOf(spec);
        if (at >= 0) {
            List<ContainerSpec> cycle = new ArrayList<>(way.subList(at, way.size()));
            cycle.add(spec);
            Collections.reverse(cycle);
            String names = cycle.stream().map(ContainerSpec::name).collect(Collectors.joining(", "));
            findings.add(new Finding(
                    spec.name(), "waits for itself at the start: " + names, "take one after(…) out of that circle"));
            return;
        }
        if (finished.contains(spec.machine())) {
            return;
        }
        way.add(spec);
        for (MachineName other : spec.afterMachines()) {
            ContainerSpec next = specs.get(other);
            if (next != null) {
                walk(next, way);
            }
        }
        way.remove(way.size() - 1);
        finished.add(spec.machine());
    }
}
