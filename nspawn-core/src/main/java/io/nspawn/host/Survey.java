package io.nspawn.host;

import io.nspawn.config.InvalidFileException;
import io.nspawn.config.SystemdDocument;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.host.HostTopology.HostInterface;
import io.nspawn.host.HostTopology.Machine;
import io.nspawn.host.HostTopology.Macvlan;
import io.nspawn.host.HostTopology.Network;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.NspawnNames;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostPorts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Looks at a host and draws up its networks: links by rtnetlink, containers by their files and from inside. */
public final class Survey {
    private static final String MACVLAN = "macvlan";
    private static final String VETH = "veth";

    private final HostPorts host;

    public Survey(HostPorts host) {
        this.host = host;
    }

    /** The host as it is now. */
    public HostTopology look() {
        HostLinks links = HostLinks.of(host.network());
        Statuses statuses = new Statuses(host);
        List<Machine> machines = statuses.of(statuses.ours()).stream()
                .map(status -> machine(status, links))
                .toList();
        Set<InterfaceName> roots = new TreeSet<>();
        links.all().stream()
                .filter(link -> link.kind().equals("bridge"))
                .map(HostLink::name)
                .forEach(roots::add);
        links.all().stream()
                .filter(link -> link.kind().equals(MACVLAN))
                .flatMap(link -> root(link.name(), links).stream())
                .forEach(roots::add);
        machines.stream()
                .flatMap(machine -> machine.nics().stream())
                .flatMap(nic -> nic.network().stream())
                .forEach(roots::add);
        List<Network> networks = roots.stream()
                .flatMap(name -> links.find(name).stream())
                .map(link -> network(link, links))
                .toList();
        return new HostTopology(networks, machines);
    }

    private static Network network(HostLink link, HostLinks links) {
        List<InterfaceName> ports = links.all().stream()
                .filter(port -> port.master().equals(Optional.of(link.name())))
                .filter(port -> !(port.kind().equals(VETH) && port.ours()))
                .map(HostLink::name)
                .sorted()
                .toList();
        List<HostInterface> own = links.all().stream()
                .filter(l -> l.name().equals(link.name())
                        || (l.kind().equals(MACVLAN) && root(l.name(), links).equals(Optional.of(link.name()))))
                .map(l -> new HostInterface(l.name(), shown(l.addresses())))
                .filter(i -> !i.addresses().isEmpty())
                .sorted(Comparator.comparing(HostInterface::name))
                .toList();
        boolean leaves = Stream.concat(Stream.of(link.name()), own.stream().map(HostInterface::name))
                .anyMatch(links.defaultRoutes()::contains);
        String kind = link.kind().isEmpty() ? "card" : link.kind();
        return new Network(link.name(), kind, link.mtu(), link.up(), ports, own, leaves);
    }

    private Machine machine(ContainerStatus status, HostLinks links) {
        List<Macvlan> nics = new ArrayList<>();
        for (InterfaceName lower : lowers(status.machine())) {
            InterfaceName inside = NspawnNames.HASHED.macvlan(lower);
            List<Prefix> addresses = status.interfaces().stream()
                    .filter(i -> i.name().equals(inside))
                    .flatMap(i -> shown(i.addresses()).stream())
                    .toList();
            nics.add(new Macvlan(root(lower, links), lower, inside, addresses));
        }
        return new Machine(status.machine(), status.state(), nics);
    }

    /** What a container's macvlans stand on, as its file says; a pair names the inside too (systemd 254). */
    private List<InterfaceName> lowers(MachineName machine) {
        try {
            return host
                    .files()
                    .read(SettingsFile.path(machine))
                    .map(bytes -> SystemdDocument.of(bytes).values("Network", "MACVLAN"))
                    .orElse(List.of())
                    .stream()
                    .flatMap(value -> Arrays.stream(value.split("[ \\t]+")))
                    .map(word -> word.contains(":") ? word.substring(0, word.indexOf(':')) : word)
                    .filter(InterfaceName::isValid)
                    .map(InterfaceName::of)
                    .toList();
        } catch (InvalidFileException e) {
            return List.of();
        }
    }

    /** The network that an interface leads to: down through macvlans, and through a veth pair into its bridge. */
    private static Optional<InterfaceName> root(InterfaceName name, HostLinks links) {
        InterfaceName at = name;
        Set<InterfaceName> seen = new TreeSet<>();
        while (seen.add(at)) {
            Optional<HostLink> link = links.find(at);
            if (link.isEmpty()) {
                return Optional.empty();
            }
            Optional<InterfaceName> next = link.get().kind().equals(MACVLAN)
                    ? link.get().lower()
                    : link.get().kind().equals(VETH)
                            ? link.get().lower().flatMap(links::find).flatMap(HostLink::master)
                            : Optional.empty();
            if (next.isEmpty()) {
                return Optional.of(at);
            }
            at = next.get();
        }
        return Optional.of(at);
    }

    private static List<Prefix> shown(List<Prefix> addresses) {
        return addresses.stream().filter(TopologyCheck::isGlobal).sorted().toList();
    }
}
