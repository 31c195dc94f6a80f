package io.nspawn.host;

import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostNetwork.NewLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares a topology that was checked with the links of a host. The changes are in an order of which every beginning
 * leaves links that work, and that the next plan goes on from: what stands on others comes after them.
 */
final class NetworkPlanner {
    private final HostLinks links;
    private final List<NetworkChange> changes = new ArrayList<>();

    private NetworkPlanner(HostLinks links) {
        this.links = links;
    }

    static List<NetworkChange> plan(Topology topology, HostLinks links) {
        NetworkPlanner planner = new NetworkPlanner(links);
        topology.segments().forEach(planner::segment);
        return planner.changes;
    }

    /** The links of ours that a topology has made, those that stand on others first. */
    static List<HostLink> made(Topology topology, HostLinks links) {
        List<HostLink> found = new ArrayList<>();
        for (Segment segment : topology.segments()) {
            for (InterfaceName name : segment.made()) {
                links.find(name)
                        .filter(link -> link.ours() || isOtherEnd(segment, link, links))
                        .ifPresent(link -> found.add(0, link));
            }
        }
        return found;
    }

    /** Of a pair whose making was cut short, one end may not bear the mark yet. */
    private static boolean isOtherEnd(Segment segment, HostLink link, HostLinks links) {
        InterfaceName port = segment.veth().port();
        return segment.throughVeth()
                && link.name().equals(segment.veth().lower())
                && link.lower().equals(Optional.of(port))
                && links.find(port).filter(HostLink::ours).isPresent();
    }

    private void segment(Segment segment) {
        if (segment.given()) {
            links.find(segment.link()).ifPresent(this::up);
        } else {
            bridge(segment);
        }
        segment.ports().forEach(port -> port(segment, port));
        if (segment.throughVeth()) {
            veth(segment);
        }
        segment.hostMacvlan().ifPresent(name -> hostMacvlan(segment, name));
        addresses(segment);
    }

    private void bridge(Segment segment) {
        Optional<HostLink> link = links.find(segment.link());
        if (link.isEmpty()) {
            changes.add(new NetworkChange.Make(new NewLink.Bridge(segment.link(), segment.mtu())));
            return;
        }
        mtu(segment, link.get());
        up(link.get());
    }

    private void port(Segment segment, InterfaceName port) {
        links.find(port).ifPresent(link -> {
            if (!link.master().equals(Optional.of(segment.link()))) {
                changes.add(new NetworkChange.Join(port, segment.link()));
            } else {
                up(link);
            }
        });
    }

    private void veth(Segment segment) {
        InterfaceName port = segment.veth().port();
        InterfaceName lower = segment.veth().lower();
        Optional<HostLink> first = links.find(port);
        if (first.isEmpty()) {
            changes.add(new NetworkChange.Make(new NewLink.Veth(port, lower, segment.link())));
            int bridge = links.find(segment.link())
                    .map(HostLink::mtu)
                    .orElse(segment.mtu().orElse(0));
            if (segment.mtu().isPresent()
                    && segment.given()
                    && bridge != segment.mtu().getAsInt()) {
                changes.add(new NetworkChange.SetMtu(port, bridge, segment.mtu().getAsInt()));
                changes.add(
                        new NetworkChange.SetMtu(lower, bridge, segment.mtu().getAsInt()));
            }
            return;
        }
        if (first.get().master().isEmpty()) {
            changes.add(new NetworkChange.Join(port, segment.link()));
        }
        for (InterfaceName end : List.of(port, lower)) {
            links.find(end).ifPresent(link -> {
                mtu(segment, link);
                up(link);
            });
        }
    }

    private void hostMacvlan(Segment segment, InterfaceName name) {
        Optional<HostLink> link = links.find(name);
        if (link.isEmpty()) {
            changes.add(new NetworkChange.Make(new NewLink.Macvlan(name, segment.containersOn(), segment.mode())));
            return;
        }
        MacvlanMode mode = link.get().mode().orElse(segment.mode());
        if (mode != segment.mode()) {
            changes.add(new NetworkChange.SetMode(name, mode, segment.mode()));
        }
        mtu(segment, link.get());
        up(link.get());
    }

    /** The host's own macvlan has these addresses and no others; a bridge may have others besides. */
    private void addresses(Segment segment) {
        InterfaceName name = segment.hostInterface();
        List<Prefix> present = links.find(name).map(HostLink::addresses).orElse(List.of());
        segment.hostAddresses().stream()
                .filter(address -> !present.contains(address))
                .forEach(address -> changes.add(new NetworkChange.AddAddress(name, address)));
        if (segment.hostMacvlan().isPresent()) {
            present.stream()
                    .filter(a -> TopologyCheck.isGlobal(a)
                            && !segment.hostAddresses().contains(a))
                    .forEach(address -> changes.add(new NetworkChange.RemoveAddress(name, address)));
        }
    }

    private void mtu(Segment segment, HostLink link) {
        if (segment.mtu().isPresent() && link.mtu() != segment.mtu().getAsInt()) {
            changes.add(new NetworkChange.SetMtu(
                    link.name(), link.mtu(), segment.mtu().getAsInt()));
        }
    }

    private void up(HostLink link) {
        if (!link.up()) {
            changes.add(new NetworkChange.SetUp(link.name()));
        }
    }
}
