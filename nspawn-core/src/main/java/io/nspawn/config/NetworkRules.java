package io.nspawn.config;

import io.nspawn.config.SystemdFile.Section;
import io.nspawn.net.IpAddress;
import io.nspawn.net.Prefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the keys of one {@code .network} file must be to each other: where networkd would ignore a section of it. */
final class NetworkRules {
    private static final int IPV4_BITS = 32;

    private NetworkRules() {}

    static void check(SystemdFile file) {
        if (sections(file, "Match").isEmpty()) {
            throw InvalidFileException.of(
                    "Match", "", "is missing, and the file would match every interface", "Name=* says so");
        }
        addressesDiffer(file);
        sections(file, "Address").forEach(section -> require(section, "Address"));
        sections(file, "Route").forEach(NetworkRules::route);
        sections(file, "BridgeFDB").forEach(section -> require(section, "MACAddress"));
        sections(file, "DHCPServerStaticLease").forEach(section -> {
            require(section, "MACAddress");
            require(section, "Address");
        });
        dhcpServer(file);
        gatewayFromDhcp(file);
        bindCarrier(file);
        noPortIsItsOwnBridge(file);
    }

    private static void addressesDiffer(SystemdFile file) {
        List<String> addresses = new ArrayList<>(file.values("Network", "Address"));
        addresses.addAll(file.values("Address", "Address"));
        Set<String> seen = new HashSet<>();
        for (String address : addresses) {
            if (!seen.add(address)) {
                throw InvalidFileException.of("", "Address", "has " + address + " twice", "say it once");
            }
        }
    }

    private static void route(Section route) {
        Optional<IpAddress> gateway =
                value(route, "Gateway").filter(Grammar.ADDRESS.accepts()).map(IpAddress::parse);
        Optional<Prefix> destination = value(route, "Destination").map(Prefix::parse);
        boolean hasGateway = value(route, "Gateway").isPresent();
        if (!hasGateway && destination.isEmpty()) {
            throw InvalidFileException.of(
                    "Route", "", "has neither Destination= nor Gateway=", "a route has one or both");
        }
        if (!hasGateway && value(route, "GatewayOnLink").isPresent()) {
            throw InvalidFileException.of("Route", "GatewayOnLink", "has no gateway", "it needs Gateway=");
        }
        if (hasGateway
                && value(route, "Type").filter(type -> !type.equals("unicast")).isPresent()) {
            throw InvalidFileException.of(
                    "Route", "Gateway", "does not go with this Type=", "it goes with Type=unicast only");
        }
        boolean mixed = gateway.isPresent()
                && destination.isPresent()
                && destination.get().address().family() == IpAddress.Family.V6
                && gateway.get().family() == IpAddress.Family.V4;
        if (mixed) {
            throw InvalidFileException.of(
                    "Route",
                    "Gateway",
                    "is IPv4, " + gateway.get() + ", and the destination " + destination.get() + " is IPv6",
                    "both have to be of one family");
        }
    }

    private static void dhcpServer(SystemdFile file) {
        if (file.value("Network", "DHCPServer").filter("yes"::equals).isEmpty()) {
            return;
        }
        Prefix server = serverAddress(file);
        long hosts = (1L << (IPV4_BITS - server.length())) - 1;
        long first = Long.parseLong(file.value("DHCPServer", "PoolOffset").orElse("1"));
        long size = Long.parseLong(file.value("DHCPServer", "PoolSize").orElse("1"));
        if (hosts < 2 || first < 1 || size < 1 || first + size > hosts) {
            throw InvalidFileException.of(
                    "DHCPServer",
                    "PoolSize",
                    "has a pool of " + size + " addresses from " + first + " on, which does not fit in "
                            + server.network(),
                    "it has to end before the network's last address");
        }
    }

    private static Prefix serverAddress(SystemdFile file) {
        List<String> candidates = new ArrayList<>(file.values("DHCPServer", "ServerAddress"));
        candidates.addAll(file.values("Network", "Address"));
        candidates.addAll(file.values("Address", "Address"));
        return candidates.stream()
                .map(Prefix::parse)
                .filter(prefix -> prefix.address().family() == IpAddress.Family.V4)
                .findFirst()
                .orElseThrow(() -> InvalidFileException.of(
                        "Network",
                        "DHCPServer",
                        "has no address to serve from",
                        "it needs a static IPv4 address on the interface"));
    }

    private static void gatewayFromDhcp(SystemdFile file) {
        boolean asks = file.value("Network", "DHCP")
                .filter(families -> families.equals("yes") || families.equals("ipv4"))
                .isPresent();
        if (!asks && file.values("Route", "Gateway").contains("_dhcp4")) {
            throw InvalidFileException.of(
                    "Route", "Gateway", "is _dhcp4 without a client", "it needs DHCP=yes or DHCP=ipv4");
        }
    }

    private static void bindCarrier(SystemdFile file) {
        Optional<String> policy = file.value("Link", "ActivationPolicy");
        boolean isBound = policy.filter("bound"::equals).isPresent();
        boolean hasCarriers = file.value("Network", "BindCarrier").isPresent();
        if (policy.isPresent() && isBound != hasCarriers) {
            throw InvalidFileException.of(
                    "Network",
                    "BindCarrier",
                    "does not stand alone",
                    "it and [Link] ActivationPolicy=bound go together");
        }
    }

    private static void noPortIsItsOwnBridge(SystemdFile file) {
        Optional<String> bridge = file.value("Network", "Bridge");
        if (bridge.isPresent() && bridge.equals(file.value("Match", "Name"))) {
            throw InvalidFileException.of(
                    "Network", "Bridge", "is the interface itself, " + bridge.get(), "it takes another interface");
        }
    }

    private static void require(Section section, String key) {
        if (value(section, key).isEmpty()) {
            throw InvalidFileException.of(section.name(), key, "is missing", "see systemd.network(5)");
        }
    }

    private static Optional<String> value(Section section, String key) {
        return section.entries().stream()
                .filter(entry -> entry.key().equals(key))
                .map(SystemdFile.Entry::value)
                .reduce((first, last) -> last);
    }

    private static List<Section> sections(SystemdFile file, String name) {
        return file.sections().stream().filter(s -> s.name().equals(name)).toList();
    }
}
