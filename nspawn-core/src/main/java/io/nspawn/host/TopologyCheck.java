package io.nspawn.host;

import io.nspawn.model.Finding;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork.HostLink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is wrong with a topology on one host, found before anything is touched. */
final class TopologyCheck {
    private static final String BRIDGE = "bridge";
    private static final String MACVLAN = "macvlan";
    private static final String VETH = "veth";

    private final HostLinks links;
    private final List<Finding> findings = new ArrayList<>();

    private TopologyCheck(HostLinks links) {
        this.links = links;
    }

    /** Every finding, those of the topology by itself first. */
    static List<Finding> check(Topology topology, HostLinks links) {
        TopologyCheck check = new TopologyCheck(links);
        check.findings.addAll(TopologyRules.check(topology));
        for (Segment segment : topology.segments()) {
            if (segment.given()) {
                check.given(segment);
            } else {
                check.bridge(segment);
            }
            segment.ports().forEach(port -> check.port(segment, port));
            if (segment.throughVeth()) {
                check.veth(segment);
            }
            segment.hostMacvlan().ifPresent(name -> check.hostMacvlan(segment, name));
        }
        check.otherNetworks(topology);
        return check.findings;
    }

    private void given(Segment segment) {
        Optional<HostLink> link = links.find(segment.link());
        if (link.isEmpty()) {
            add(
                    segment,
                    "there is no interface " + segment.link(),
                    "have it made first, or say bridge(name) to have it made");
            return;
        }
        boolean isBridge = link.get().kind().equals(BRIDGE);
        if (segment.throughVeth() && !isBridge) {
            add(
                    segment,
                    "is " + HostLinks.described(link.get()) + ", not a bridge",
                    "a veth pair needs a bridge to be a port of");
        }
        if (link.get().loopback()) {
            add(segment, "is the loopback, which carries no macvlans", "choose a network card or a bridge");
        }
        if (!segment.throughVeth() && link.get().master().isPresent()) {
            add(
                    segment,
                    "is a port of " + link.get().master().get() + ", and ports carry no macvlans",
                    "name that bridge instead");
        }
        mtu(segment, link.get());
    }

    private void bridge(Segment segment) {
        Optional<HostLink> link = links.find(segment.link());
        if (link.isPresent() && !link.get().kind().equals(BRIDGE)) {
            add(
                    segment,
                    "is " + HostLinks.described(link.get()) + ", not a bridge",
                    "choose another name for the bridge");
        } else if (link.isPresent() && !link.get().ours()) {
            add(
                    segment,
                    "is a bridge that somebody else made",
                    "say given(name) to use it as it is, or choose another name");
        }
    }

    private void port(Segment segment, InterfaceName port) {
        Optional<HostLink> found = links.find(port);
        if (found.isEmpty()) {
            add(segment, "there is no interface " + port + " to be its port", "name a network card of this host");
            return;
        }
        HostLink link = found.get();
        Optional<InterfaceName> master = link.master();
        if (link.loopback() || link.kind().equals(BRIDGE) || link.kind().equals(MACVLAN)) {
            add(segment, port + " is " + HostLinks.described(link) + ", which is no port", "name a network card");
        }
        if (links.defaultRoutes().contains(port)) {
            add(
                    segment,
                    port + " carries the default route, and is not moved: the host would be cut off",
                    "name another card, or use it as a given link, whose macvlans leave it as it is");
        } else if (link.addresses().stream().anyMatch(TopologyCheck::isGlobal) && master.isEmpty()) {
            add(
                    segment,
                    port + " has addresses, which a port cannot use",
                    "take them away first, or name another card");
        }
        master.filter(bridge -> !bridge.equals(segment.link()))
                .ifPresent(bridge -> add(segment, port + " is a port of " + bridge, "take it out of there first"));
        if (links.all().stream()
                .anyMatch(l -> l.kind().equals(MACVLAN) && l.lower().equals(Optional.of(port)))) {
            add(segment, port + " carries macvlans, and so cannot be a port", "delete them first");
        }
        mtu(segment, link);
    }

    private void mtu(Segment segment, HostLink link) {
        if (segment.mtu().isPresent() && segment.mtu().getAsInt() > link.mtu()) {
            add(
                    segment,
                    "its MTU of " + segment.mtu().getAsInt() + " is larger than that of " + link.name() + ", "
                            + link.mtu(),
                    "lower the one or raise the other");
        }
    }

    private void veth(Segment segment) {
        InterfaceName port = segment.veth().port();
        InterfaceName lower = segment.veth().lower();
        Optional<HostLink> one = links.find(port);
        Optional<HostLink> other = links.find(lower);
        if (one.isEmpty() && other.isEmpty()) {
            return;
        }
        boolean pair = one.isPresent()
                && other.isPresent()
                && one.get().kind().equals(VETH)
                && other.get().lower().equals(Optional.of(port))
                && (one.get().ours() || other.get().ours());
        if (!pair) {
            add(
                    segment,
                    port + " and " + lower + " are not the two ends of a veth pair of ours",
                    "delete or rename them");
        } else if (one.get().master().filter(m -> !m.equals(segment.link())).isPresent()) {
            add(segment, port + " is a port of " + one.get().master().get(), "take it out of there first");
        }
    }

    private void hostMacvlan(Segment segment, InterfaceName name) {
        Optional<HostLink> link = links.find(name);
        if (link.isEmpty()) {
            return;
        }
        if (!link.get().kind().equals(MACVLAN)) {
            add(
                    segment,
                    name + " is " + HostLinks.described(link.get()) + ", not a macvlan",
                    "choose another name with hostMacvlan(name)");
        } else if (!link.get().lower().equals(Optional.of(segment.containersOn()))) {
            add(
                    segment,
                    name + " is a macvlan on another interface than " + segment.containersOn(),
                    "delete it, or choose another name with hostMacvlan(name)");
        } else if (!link.get().ours()) {
            add(
                    segment,
                    name + " is a macvlan that somebody else made",
                    "delete it, or choose another name with hostMacvlan(name)");
        }
    }

    /** Networks that the host is in already by links that this topology has nothing to do with. */
    private void otherNetworks(Topology topology) {
        Set<InterfaceName> own = new HashSet<>();
        for (Segment segment : topology.segments()) {
            own.add(segment.link());
            own.addAll(segment.made());
            own.addAll(segment.ports());
        }
        for (HostLink link : links.all()) {
            if (own.contains(link.name()) || link.loopback()) {
                continue;
            }
            for (Segment segment : topology.segments()) {
                for (Prefix subnet : segment.subnets()) {
                    link.addresses().stream()
                            .filter(a -> isGlobal(a) && TopologyRules.overlap(a, subnet))
                            .forEach(a -> add(
                                    segment,
                                    "its network " + subnet + " overlaps with " + a + " on " + link.name(),
                                    "choose a network that this host is not in"));
                }
            }
        }
    }

    static boolean isGlobal(Prefix prefix) {
        IpAddress address = prefix.address();
        return !address.toInetAddress().isLinkLocalAddress()
                && !address.toInetAddress().isLoopbackAddress();
    }

    private void add(Segment segment, String problem, String remedy) {
        findings.add(new Finding(segment.link().value(), problem, remedy));
    }
}
