package io.nspawn.host;

import io.nspawn.model.Finding;
import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why files could not make at each boot what is made live: an interface has one file alone, and one that somebody else
 * configures is not taken from him.
 */
final class PersistenceCheck {
    private static final String FILE_KEY = "NETWORK_FILE=";

    private final HostLinks links;
    private final HostFiles files;
    private final SystemdVersion version;
    private final List<Finding> findings = new ArrayList<>();

    private PersistenceCheck(HostLinks links, HostFiles files, SystemdVersion version) {
        this.version = version;
        this.links = links;
        this.files = files;
    }

    static List<Finding> check(Topology topology, HostLinks links, HostFiles files, SystemdVersion version) {
        PersistenceCheck check = new PersistenceCheck(links, files, version);
        topology.segments().forEach(check::segment);
        return check.findings;
    }

    private void segment(Segment segment) {
        segment.ports().forEach(port -> unconfigured(segment, port));
        boolean hasPort = segment.throughVeth() || !segment.ports().isEmpty();
        if (!segment.given() && !hasPort && !version.atLeast(TopologyFiles.KERNEL_MAC)) {
            findings.add(new Finding(
                    segment.link().value(),
                    "the networkd of systemd " + version + " makes a bridge without ports that has no carrier, and so"
                            + " its macvlans none",
                    "use throughVeth(), or give it a port; systemd " + TopologyFiles.KERNEL_MAC + " needs neither"));
        }
        if (segment.given()
                && segment.throughVeth()
                && !NetworkdBridges.of(files).contains(segment.link().value())) {
            findings.add(new Finding(
                    segment.link().value(),
                    "no .netdev file has systemd-networkd make this bridge, and of others it makes no ports",
                    "have it made by a .netdev file of Kind=bridge, or apply the topology until the next boot only"));
        }
        if (segment.given() && !segment.throughVeth() && segment.hostMacvlan().isPresent()) {
            unconfigured(segment, segment.link());
        }
        TopologyFiles.of(new Topology(List.of(segment)), version).keySet().stream()
                .filter(stem -> !NetworkFiles.isStem(stem))
                .forEach(stem -> findings.add(new Finding(
                        segment.link().value(),
                        stem + " cannot be the name of a file",
                        "choose a name of letters, digits and _ . -")));
    }

    private void unconfigured(Segment segment, InterfaceName name) {
        Optional<String> file = networkFile(name);
        boolean hasAddresses = links.find(name).stream()
                .flatMap(link -> link.addresses().stream())
                .anyMatch(TopologyCheck::isGlobal);
        if (file.isPresent()) {
            findings.add(new Finding(
                    segment.link().value(),
                    name + " is configured by " + file.get() + ", which a file of ours would replace",
                    "say there what this network needs, and apply the topology until the next boot only"));
        } else if (hasAddresses) {
            findings.add(new Finding(
                    segment.link().value(),
                    name + " has addresses that something else than systemd-networkd gave it",
                    "have that make this network too, or use a bridge with throughVeth()"));
        }
    }

    /** The file by which networkd configures an interface, as it notes it for networkctl(1); ours do not count. */
    private Optional<String> networkFile(InterfaceName name) {
        return text(Path.of("/sys/class/net", name.value(), "ifindex"))
                .flatMap(index -> text(Path.of("/run/systemd/netif/links", index.strip())))
                .flatMap(state -> state.lines()
                        .filter(line -> line.startsWith(FILE_KEY))
                        .map(line -> line.substring(FILE_KEY.length()))
                        .findFirst())
                .filter(file -> !NetworkFiles.isOurs(Path.of(file)));
    }

    private Optional<String> text(Path file) {
        return files.read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }
}
