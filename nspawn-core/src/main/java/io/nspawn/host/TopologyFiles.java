package io.nspawn.host;

import io.nspawn.config.BridgeBuilder;
import io.nspawn.config.LinkPolicy;
import io.nspawn.config.MacvlanBuilder;
import io.nspawn.config.Netdev;
import io.nspawn.config.Network;
import io.nspawn.config.NetworkdFile;
import io.nspawn.config.VethBuilder;
import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.spi.HostNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files by which systemd-networkd makes at each boot what is made live. A given bridge has no file, for the one of
 * its owner would no longer count; a given card that has to carry the host's macvlan has one.
 */
final class TopologyFiles {
    /**
     * The first systemd whose networkd can leave a bridge the MAC that the kernel chose; 252 fails to reload with
     * MACAddress=none.
     */
    static final int KERNEL_MAC = 257;

    private final Map<String, List<NetworkdFile>> files = new LinkedHashMap<>();

    private final SystemdVersion version;

    private TopologyFiles(SystemdVersion version) {
        this.version = version;
    }

    /** The files by the interface that each is about. */
    static Map<String, List<NetworkdFile>> of(Topology topology, SystemdVersion version) {
        TopologyFiles all = new TopologyFiles(version);
        topology.segments().forEach(all::segment);
        return all.files;
    }

    /**
     * The files that keep udev from giving bridges a MAC of its own choice. They stand there before the bridge: whenever
     * its MAC is set, a bridge without a port that works loses its carrier (br_port_state_selection), and with it every
     * macvlan on it.
     */
    static Map<String, List<NetworkdFile>> policies(Topology topology) {
        Map<String, List<NetworkdFile>> policies = new LinkedHashMap<>();
        topology.segments().stream()
                .filter(segment -> !segment.given())
                .map(segment -> segment.link().value())
                .forEach(name -> policies.put(
                        name, List.of(LinkPolicy.of(name).macPolicy("none").build())));
        return policies;
    }

    private void segment(Segment segment) {
        Optional<InterfaceName> onLink = segment.throughVeth() ? Optional.empty() : segment.hostMacvlan();
        if (!segment.given()) {
            bridge(segment, onLink);
        } else if (onLink.isPresent()) {
            Network.Builder card = quiet(segment.link()).macvlan(onLink.get().value());
            put(segment.link(), card.build());
        }
        for (InterfaceName port : segment.ports()) {
            put(port, quiet(port).bridge(segment.link().value()).build());
        }
        if (segment.throughVeth()) {
            veth(segment);
        }
        segment.hostMacvlan().ifPresent(name -> hostMacvlan(segment, name));
    }

    private void bridge(Segment segment, Optional<InterfaceName> macvlan) {
        Network.Builder network = segment.hostMacvlan().isPresent()
                ? ours(segment, segment.link()).linkLocal("ipv6").ipv6AcceptRa(false)
                : host(segment, segment.link());
        macvlan.ifPresent(name -> network.macvlan(name.value()));
        BridgeBuilder netdev = Netdev.bridge(segment.link().value());
        if (version.atLeast(KERNEL_MAC)) {
            netdev.kernelMac();
        }
        segment.mtu().ifPresent(netdev::mtu);
        put(segment.link(), netdev.build(), network.build());
    }

    private void veth(Segment segment) {
        InterfaceName port = segment.veth().port();
        InterfaceName lower = segment.veth().lower();
        VethBuilder netdev = Netdev.veth(port.value(), lower.value());
        segment.mtu().ifPresent(netdev::mtu);
        put(
                port,
                netdev.build(),
                ours(segment, port)
                        .linkLocal("no")
                        .ipv6AcceptRa(false)
                        .bridge(segment.link().value())
                        .build());
        Network.Builder end = ours(segment, lower).linkLocal("ipv6").ipv6AcceptRa(false);
        segment.hostMacvlan().ifPresent(name -> end.macvlan(name.value()));
        put(lower, end.build());
    }

    private void hostMacvlan(Segment segment, InterfaceName name) {
        MacvlanBuilder netdev = Netdev.macvlan(name.value(), segment.mode());
        segment.mtu().ifPresent(netdev::mtu);
        put(name, netdev.build(), host(segment, name).build());
    }

    /** An interface of the host in the network: its addresses, and what it serves. */
    private static Network.Builder host(Segment segment, InterfaceName name) {
        Network.Builder network = ours(segment, name).linkLocal("ipv6").ipv6AcceptRa(false);
        segment.hostAddresses().forEach(address -> network.address(address.toString()));
        segment.dhcp()
                .ifPresent(range -> network.dhcpServer(
                        server -> server.pool(range.offset(), range.size()).emitDns(false)));
        if (segment.masquerade()) {
            boolean v6 = segment.subnets().stream().anyMatch(s -> s.address().family() == IpAddress.Family.V6);
            network.masquerade(v6 ? "both" : "ipv4");
        }
        return network;
    }

    /** A link that this library makes: it is marked, and a boot does not wait for it. */
    private static Network.Builder ours(Segment segment, InterfaceName name) {
        Network.Builder network = Network.of(name.value())
                .group(HostNetwork.GROUP)
                .requiredForOnline(false)
                .configureWithoutCarrier(true);
        segment.mtu().ifPresent(network::mtu);
        return network;
    }

    /** A card that is only set up. */
    private static Network.Builder quiet(InterfaceName name) {
        return Network.of(name.value()).requiredForOnline(false).linkLocal("no").ipv6AcceptRa(false);
    }

    private void put(InterfaceName name, NetworkdFile... contents) {
        files.computeIfAbsent(name.value(), n -> new ArrayList<>()).addAll(List.of(contents));
    }
}
