package io.nspawn.config;

import io.nspawn.config.SystemdFile.Section;
import io.nspawn.net.IpAddress;
import java.util.Map;
import java.util.Optional;

/** What the keys of one {@code .netdev} file must be to each other: where systemd would ignore the file, or a key of it. */
final class NetdevRules {
    private static final Map<String, String> SECTION_OF_KIND =
            Map.of("bridge", "Bridge", "veth", "Peer", "macvlan", "MACVLAN", "vxlan", "VXLAN", "vlan", "VLAN");
    private static final int LOWEST_DELAY_WITH_STP = 2;

    private NetdevRules() {}

    static void check(SystemdFile file) {
        String kind = require(file, "NetDev", "Kind");
        String name = require(file, "NetDev", "Name");
        String own = SECTION_OF_KIND.getOrDefault(kind, "");
        for (Section section : file.sections()) {
            if (!section.name().equals("NetDev") && !section.name().equals(own)) {
                throw InvalidFileException.of(
                        section.name(), "", "does not go with Kind=" + kind, "that has [" + own + "]");
            }
        }
        switch (kind) {
            case "bridge" -> bridge(file);
            case "veth" -> veth(file, name);
            case "macvlan" -> macvlan(file);
            case "vxlan" -> vxlan(file);
            case "vlan" -> require(file, "VLAN", "Id");
            default -> {}
        }
    }

    private static String require(SystemdFile file, String section, String key) {
        return file.value(section, key)
                .orElseThrow(() -> InvalidFileException.of(section, key, "is missing", "see systemd.netdev(5)"));
    }

    /** The kernel keeps 2 to 30 seconds while spanning tree is on (net/bridge/br_stp.c). */
    private static void bridge(SystemdFile file) {
        boolean stp = file.value("Bridge", "STP").filter("yes"::equals).isPresent();
        file.value("Bridge", "ForwardDelaySec").ifPresent(delay -> {
            if (stp && Integer.parseInt(delay.replace("s", "")) < LOWEST_DELAY_WITH_STP) {
                throw InvalidFileException.of(
                        "Bridge",
                        "ForwardDelaySec",
                        "does not take \"" + delay + '"',
                        "it takes " + LOWEST_DELAY_WITH_STP + "s to 30s with STP=yes");
            }
        });
    }

    private static void veth(SystemdFile file, String name) {
        if (require(file, "Peer", "Name").equals(name)) {
            throw InvalidFileException.of(
                    "Peer", "Name", "does not take \"" + name + '"', "it takes another name than the interface's own");
        }
    }

    private static void macvlan(SystemdFile file) {
        String mode = require(file, "MACVLAN", "Mode");
        if (!mode.equals("source")
                && !file.values("MACVLAN", "SourceMACAddress").isEmpty()) {
            throw InvalidFileException.of(
                    "MACVLAN", "SourceMACAddress", "does not count with Mode=" + mode, "it does with Mode=source only");
        }
    }

    private static void vxlan(SystemdFile file) {
        require(file, "VXLAN", "VNI");
        Optional<IpAddress> group = address(file, "Group");
        Optional<IpAddress> remote = address(file, "Remote");
        if (group.isPresent() && remote.isPresent()) {
            throw InvalidFileException.of("VXLAN", "Group", "and Remote= exclude each other", "leave one of them out");
        }
        if (group.isPresent()
                && file.value("VXLAN", "Independent").filter("yes"::equals).isPresent()) {
            throw InvalidFileException.of("VXLAN", "Group", "needs a lower interface", "leave Independent=yes out");
        }
        group.filter(ip -> !isMulticast(ip)).ifPresent(ip -> {
            throw InvalidFileException.of(
                    "VXLAN", "Group", "does not take \"" + ip + '"', "it takes a multicast address");
        });
        remote.filter(NetdevRules::isMulticast).ifPresent(ip -> {
            throw InvalidFileException.of(
                    "VXLAN", "Remote", "does not take \"" + ip + '"', "it takes no multicast address; that is Group=");
        });
        Optional<IpAddress> local = address(file, "Local");
        local.filter(NetdevRules::isMulticast).ifPresent(ip -> {
            throw InvalidFileException.of(
                    "VXLAN", "Local", "does not take \"" + ip + '"', "it takes no multicast address");
        });
        Optional<IpAddress> other = group.or(() -> remote);
        if (local.isPresent()
                && other.isPresent()
                && local.get().family() != other.get().family()) {
            throw InvalidFileException.of(
                    "VXLAN",
                    "Local",
                    "is " + local.get() + " and the other end " + other.get(),
                    "both have to be of one family");
        }
    }

    /** {@code Local=} may also name a kind of address instead of one. */
    private static Optional<IpAddress> address(SystemdFile file, String key) {
        return file.value("VXLAN", key).filter(Grammar.ADDRESS.accepts()).map(IpAddress::parse);
    }

    private static boolean isMulticast(IpAddress ip) {
        return ip.toInetAddress().isMulticastAddress();
    }
}
