package io.nspawn.host;

import io.nspawn.host.ReadinessCheck.Level;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostNetwork;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostPorts;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The interfaces that macvlans stand on. */
final class LowerInterfaces {
    private static final Path CLASS = Path.of("/sys/class/net");

    private final HostNetwork network;
    private final HostFiles files;

    LowerInterfaces(HostPorts host) {
        this.network = host.network();
        this.files = host.files();
    }

    /** Looks at those asked about, and at the network cards that macvlans of the host stand on now. */
    List<ReadinessCheck> checks(Collection<InterfaceName> asked) {
        TreeSet<InterfaceName> names = new TreeSet<>(asked);
        List<HostLink> links = network.list();
        links.stream()
                .filter(link -> link.kind().equals("macvlan"))
                .flatMap(link -> link.lower().stream())
                .filter(lower -> links.stream().anyMatch(l -> l.name().equals(lower) && isCard(l)))
                .forEach(names::add);
        return names.stream().map(this::check).toList();
    }

    private ReadinessCheck check(InterfaceName name) {
        String subject = "interface " + name;
        Optional<HostLink> found = network.find(name);
        if (found.isEmpty()) {
            return error(subject, "missing", "macvlans stand on it", "Make it: network().apply(topology).");
        }
        HostLink link = found.get();
        if (link.loopback()) {
            return error(subject, "the loopback", "it carries no macvlan", "Name another interface.");
        }
        if (link.master().isPresent()) {
            return error(
                    subject,
                    "a port of " + link.master().get(),
                    "a port carries no macvlan of its own",
                    "Name " + link.master().get() + " instead.");
        }
        if (files.exists(CLASS.resolve(name.value()).resolve("wireless"))) {
            return error(
                    subject,
                    "a wireless card",
                    "access points take frames of its own MAC alone",
                    "Name a wired one, or a bridge with addresses translated.");
        }
        if (!link.up()) {
            return new ReadinessCheck(
                    subject,
                    Level.WARNING,
                    "down",
                    "up",
                    "macvlans on it carry nothing until it is up",
                    "ip link set " + name + " up");
        }
        return isCard(link) ? card(subject) : ReadinessCheck.ok(subject, "a " + link.kind() + ", up", "up");
    }

    /** Nothing on the host tells what the other end of the cable does. */
    private static ReadinessCheck card(String subject) {
        return new ReadinessCheck(
                subject,
                Level.WARNING,
                "a network card",
                "one whose switch takes several MAC addresses at a port",
                "each container has a MAC address of its own, and a switch with port security, a cloud or a hypervisor"
                        + " (VMware, libvirt's filters) drops those that it does not know",
                "Allow them there (promiscuous mode, forged transmits), or keep containers on bridges.");
    }

    private static boolean isCard(HostLink link) {
        return link.kind().isEmpty() && !link.loopback();
    }

    private static ReadinessCheck error(String subject, String found, String why, String remedy) {
        return new ReadinessCheck(subject, Level.ERROR, found, "an interface that carries macvlans", why, remedy);
    }
}
