package io.nspawn.host;

import io.nspawn.net.InterfaceName;
import io.nspawn.net.Prefix;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The networks of a host that containers hang their macvlans on: plain data that can be compared and printed.
 *
 * <pre>{@code
 * Topology.simple("10.11.12.1/24")                                     // one private network, DHCP, masquerade
 * Topology.simple("10.11.12.1/24", "fd00:12::1/64")                    // the same, with IPv6
 * Topology.compatible(List.of("br-mgmt", "br-storage"))                // bridges that are there, beside LXC
 * Topology.greenfield(Map.of("eth1", "172.29.236.1/22"))               // no bridges: macvlans on network cards
 * Topology.builder()
 *         .bridge("br-mgmt", s -> s.port("eth1").host("172.29.236.1/22").host("fd00:236::1/64").mtu(9000))
 *         .build()
 * }</pre>
 *
 * @param segments one for each network
 */
public record Topology(List<Segment> segments) {
    private static final String MACVLAN_PREFIX = "mv-";
    private static final String BRIDGE_PREFIX = "br-";
    private static final String PRIVATE_BRIDGE = "br-container";

    public Topology {
        segments = List.copyOf(segments);
    }

    /**
     * One private network that exists on this host alone: a bridge without ports, {@code br-container}, whose containers
     * get their addresses by DHCP and reach the rest of the world by the host. Only {@link Networks#applyPersistently}
     * can make it, for systemd-networkd is the DHCP server.
     *
     * @param hostAddress the host's address, with the length of the network: an IPv4 network of 8 addresses or more. The
     *     upper half of it is handed out
     * @param more further addresses of the host, such as an IPv6 one: containers have theirs of that network by their
     *     specs, and reach the rest of the world too
     */
    public static Topology simple(String hostAddress, String... more) {
        return builder().privateNetwork(PRIVATE_BRIDGE, hostAddress, more).build();
    }

    /**
     * Bridges that are there already, as OpenStack-Ansible's {@code br-mgmt}, {@code br-vlan}, {@code br-vxlan},
     * {@code br-storage} and {@code br-flat}: each gets a veth pair for macvlans, and stays as it is. At each boot only
     * those get it again that systemd-networkd makes: {@link Networks#applyPersistently} refuses others.
     */
    public static Topology compatible(Collection<String> bridges) {
        Builder topology = builder();
        bridges.forEach(bridge -> topology.given(bridge, Segment.Builder::throughVeth));
        return topology.build();
    }

    /**
     * The same bridges on a host that has none yet.
     *
     * @param hostAddresses the host's address on each bridge
     */
    public static Topology compatible(Map<String, String> hostAddresses) {
        Builder topology = builder();
        hostAddresses.forEach((bridge, address) ->
                topology.bridge(bridge, segment -> segment.host(address).throughVeth()));
        return topology.build();
    }

    /**
     * No bridges: the containers' macvlans stand on network cards, and the host's own beside them.
     *
     * @param hostAddresses the host's address in the network of each card
     */
    public static Topology greenfield(Map<String, String> hostAddresses) {
        Builder topology = builder();
        hostAddresses.forEach((card, address) -> topology.given(card, segment -> segment.host(address)));
        return topology.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The network on a bridge or card of that name. */
    public Optional<Segment> segment(String link) {
        return segments.stream().filter(s -> s.link().value().equals(link)).findFirst();
    }

    /** One line for each network. */
    @Override
    public String toString() {
        return segments.stream().map(Segment::toString).collect(Collectors.joining("\n"));
    }

    /** The host's own macvlan on a link, as OpenStack-Ansible names it. */
    static InterfaceName hostMacvlanOf(InterfaceName link) {
        String name = link.value();
        return Segment.shortened(
                MACVLAN_PREFIX + (name.startsWith(BRIDGE_PREFIX) ? name.substring(BRIDGE_PREFIX.length()) : name));
    }

    /** Collects a topology. */
    public static final class Builder {
        private final List<Segment> segments = new ArrayList<>();

        private Builder() {}

        /** A bridge on which only containers talk to each other. */
        public Builder bridge(String name) {
            return bridge(name, segment -> {});
        }

        /** A bridge on which the host has an address too: {@code 172.29.236.1/22}. */
        public Builder bridge(String name, String hostAddress) {
            return bridge(name, segment -> segment.host(hostAddress));
        }

        /** A bridge that is made where it is missing. */
        public Builder bridge(String name, Consumer<Segment.Builder> more) {
            return add(name, false, more);
        }

        /** A bridge or network card that is there already and stays as it is. */
        public Builder given(String name, Consumer<Segment.Builder> more) {
            return add(name, true, more);
        }

        /** A bridge without ports, with DHCP from the middle of the network on, and masquerade: {@link #simple}. */
        public Builder privateNetwork(String bridge, String hostAddress, String... more) {
            int half = 1 << (32 - Prefix.parse(hostAddress).length() - 1);
            return bridge(bridge, segment -> {
                segment.host(hostAddress).throughVeth().dhcp(half, half - 1).masquerade();
                List.of(more).forEach(segment::host);
            });
        }

        public Topology build() {
            return new Topology(segments);
        }

        private Builder add(String name, boolean given, Consumer<Segment.Builder> more) {
            Segment.Builder segment = new Segment.Builder(name, given);
            more.accept(segment);
            segments.add(segment.build());
            return this;
        }
    }
}
