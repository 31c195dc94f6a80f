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
                throw new IllegalArgumentException("[" + section.name() + "] does not go with Kind=" + kind);
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
                .orElseThrow(() -> new IllegalArgumentException("[" + section + "] " + key + "= is missing"));
    }

    /** The kernel keeps 2 to 30 seconds while spanning tree is on (net/bridge/br_stp.c). */
    private static void bridge(SystemdFile file) {
        boolean stp = file.value("Bridge", "STP").filter("yes"::equals).isPresent();
        file.value("Bridge", "ForwardDelaySec").ifPresent(delay -> {
            if (stp && Integer.parseInt(delay.replace("s", "")) < LOWEST_DELAY_WITH_STP) {
                throw new IllegalArgumentException("[Bridge] ForwardDelaySec=" + delay + ": takes "
                        + LOWEST_DELAY_WITH_STP + "s to 30s with STP=yes");
            }
        });
    }

    private static void veth(SystemdFile file, String name) {
        if (require(file, "Peer", "Name").equals(name)) {
            throw new IllegalArgumentException("[Peer] Name=" + name + ": takes another name than the interface's own");
        }
    }

    private static void macvlan(SystemdFile file) {
        String mode = require(file, "MACVLAN", "Mode");
        if (!mode.equals("source")
                && !file.values("MACVLAN", "SourceMACAddress").isEmpty()) {
            throw new IllegalArgumentException("[MACVLAN] SourceMACAddress= counts with Mode=source only, not " + mode);
        }
    }

    private static void vxlan(SystemdFile file) {
        require(file, "VXLAN", "VNI");
        Optional<IpAddress> group = address(file, "Group");
        Optional<IpAddress> remote = address(file, "Remote");
        if (group.isPresent() && remote.isPresent()) {
            throw new IllegalArgumentException("[VXLAN] Group= and Remote= exclude each other");
        }
        if (group.isPresent()
                && file.value("VXLAN", "Independent").filter("yes"::equals).isPresent()) {
            throw new IllegalArgumentException("[VXLAN] Group= needs a lower interface and excludes Independent=yes");
        }
        group.filter(ip -> !isMulticast(ip)).ifPresent(ip -> {
            throw new IllegalArgumentException("[VXLAN] Group=" + ip + ": takes a multicast address");
        });
        remote.filter(NetdevRules::isMulticast).ifPresent(ip -> {
            throw new IllegalArgumentException("[VXLAN] Remote=" + ip + ": takes no multicast address; that is Group=");
        });
        Optional<IpAddress> local = address(file, "Local");
        local.filter(NetdevRules::isMulticast).ifPresent(ip -> {
            throw new IllegalArgumentException("[VXLAN] Local=" + ip + ": takes no multicast address");
        });
        Optional<IpAddress> other = group.or(() -> remote);
        if (local.isPresent()
                && other.isPresent()
                && local.get().family() != other.get().family()) {
            throw new IllegalArgumentException(
                    "[VXLAN] Local=" + local.get() + " and " + other.get() + " are not of one family");
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
