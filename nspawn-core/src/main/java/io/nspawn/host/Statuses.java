package io.nspawn.host;

import io.nspawn.config.Provenance;
import io.nspawn.config.Provenance.Origin;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.ContainerStatus.Interface;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.net.IpAddress;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.MachineControl.UnitState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads how containers are. */
public final class Statuses {
    private final HostPorts host;

    public Statuses(HostPorts host) {
        this.host = host;
    }

    /**
     * The containers that this library made on the host, by name. A copy of a file of ours, such as {@code machinectl
     * clone} makes, is not ours: it names another container.
     */
    public List<MachineName> ours() {
        List<MachineName> names = new ArrayList<>();
        Path directory = SettingsFile.directory();
        for (Path file : host.files().list(directory)) {
            String name = origin(file).map(Provenance::facts).orElse(Map.of()).getOrDefault(SettingsFile.NAME_FACT, "");
            if (MachineName.isMappable(name)
                    && SettingsFile.path(MachineName.mapped(name)).equals(file)) {
                names.add(MachineName.mapped(name));
            }
        }
        names.sort(null);
        return names;
    }

    /** The status of each of the containers, in the order asked. */
    public List<ContainerStatus> of(Collection<MachineName> machines) {
        Map<MachineName, UnitState> units = host.machines().units(machines);
        Map<MachineName, OptionalInt> leaders = host.machines().leaders(machines);
        List<ContainerStatus> statuses = new ArrayList<>();
        for (MachineName machine : machines) {
            OptionalInt leader = leaders.getOrDefault(machine, OptionalInt.empty());
            statuses.add(status(machine, Objects.requireNonNull(units.get(machine)), leader));
        }
        return statuses;
    }

    public ContainerStatus of(MachineName machine) {
        return of(List.of(machine)).get(0);
    }

    /**
     * Waits until the init of every one of the containers is up and the static addresses that its spec gave it are there.
     *
     * @param deadline for all of them together
     * @throws NotFoundException if one of them is not there or does not run
     * @throws DeadlineExceededException if one of them is not ready in time
     */
    public void awaitReady(Collection<MachineName> machines, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        Set<MachineName> active = host.machines().active(machines);
        for (MachineName machine : machines) {
            if (!active.contains(machine)) {
                host.machines().awaitActive(machine, left(end));
            }
        }
        Map<MachineName, OptionalInt> leaders = host.machines().leaders(machines);
        for (MachineName machine : machines) {
            OptionalInt leader = leaders.getOrDefault(machine, OptionalInt.empty());
            if (leader.isEmpty()) {
                throw new NotFoundException(
                        Failure.of("await", machine.value(), "it does not run").remedy("Start it, or deploy it."));
            }
            Set<Prefix> expected = staticAddresses(machine);
            if (!isUsable(expected, leader.getAsInt())) {
                awaitAddresses(machine, expected, leader.getAsInt(), left(end));
            }
        }
    }

    /** An IPv4 address is good as soon as it is there; one of IPv6 may still be looked for elsewhere on the link. */
    private boolean isUsable(Set<Prefix> expected, int leader) {
        if (expected.stream().anyMatch(prefix -> prefix.address().family() != IpAddress.Family.V4)) {
            return false;
        }
        Set<Prefix> there = interfaces(leader).stream()
                .flatMap(link -> link.addresses().stream())
                .collect(Collectors.toSet());
        return there.containsAll(expected);
    }

    private void awaitAddresses(MachineName machine, Set<Prefix> expected, int leader, Duration deadline) {
        if (!host.network().awaitAddresses(leader, expected, deadline)) {
            throw new DeadlineExceededException(
                    Failure.of("await", machine.value(), "its addresses " + expected + " did not come up in time")
                            .outcome(Outcome.APPLIED)
                            .remedy("Look whether systemd-networkd runs inside."));
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    private ContainerStatus status(MachineName machine, UnitState unit, OptionalInt leader) {
        ContainerState state = state(machine, unit);
        List<Interface> interfaces = leader.isPresent() ? interfaces(leader.getAsInt()) : List.of();
        boolean up = state == ContainerState.READY || state == ContainerState.STARTING;
        return new ContainerStatus(
                machine,
                state,
                leader,
                up ? unit.activeSince() : Optional.empty(),
                up ? unit.memoryBytes() : OptionalLong.empty(),
                up ? unit.tasks() : OptionalLong.empty(),
                up ? unit.cpu() : Optional.empty(),
                interfaces);
    }

    private ContainerState state(MachineName machine, UnitState unit) {
        return switch (unit.activeState()) {
            case "active", "reloading" -> ContainerState.READY;
            case "activating" -> ContainerState.STARTING;
            case "deactivating" -> ContainerState.STOPPING;
            case "failed" -> ContainerState.FAILED;
            default -> host.images().find(machine.value()).isPresent() ? ContainerState.STOPPED : ContainerState.ABSENT;
        };
    }

    /** A container that ends while it is looked at has no interfaces any more. */
    private List<Interface> interfaces(int leader) {
        try {
            return host.network().interfacesOf(leader);
        } catch (NotFoundException e) {
            return List.of();
        }
    }

    private Set<Prefix> staticAddresses(MachineName machine) {
        return origin(SettingsFile.path(machine))
                .map(Provenance::facts)
                .map(facts -> facts.getOrDefault(SettingsFile.ADDRESSES_FACT, ""))
                .map(text -> Arrays.stream(text.split(" "))
                        .filter(word -> !word.isEmpty())
                        .map(Prefix::parse)
                        .collect(Collectors.toSet()))
                .orElse(Set.of());
    }

    private Optional<Origin> origin(Path file) {
        return host.files().read(file).map(bytes -> Provenance.origin(new String(bytes, StandardCharsets.UTF_8)));
    }
}
