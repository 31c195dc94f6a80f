package io.nspawn.host;

import io.nspawn.host.Segment.DhcpRange;
import io.nspawn.model.Finding;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What is wrong with a topology wherever it is applied. */
final class TopologyRules {
    /**
     * The names that LXC gives to host ends (src/lxc/network.c): veth and six characters, or a uid and four for
     * unprivileged ones, mc and six for macvlans; OpenStack-Ansible's are eight hexadecimal digits and the interface.
     */
    static final Pattern OF_LXC = Pattern.compile(
            "veth[A-Za-z0-9]{6}|veth[0-9]+_[A-Za-z0-9]{4}|(mc|ip|vl)[A-Za-z0-9]{6}|[0-9a-f]{8}_eth[0-9]+|lxcbr[0-9]+|lxdbr[0-9]+");

    private static final int IPV6_MTU_MIN = 1280;
    private static final int SMALLEST_DHCP = 30;

    private final Topology topology;
    private final List<Finding> findings = new ArrayList<>();

    private TopologyRules(Topology topology) {
        this.topology = topology;
    }

    static List<Finding> check(Topology topology) {
        TopologyRules rules = new TopologyRules(topology);
        rules.names();
        topology.segments().forEach(rules::segment);
        rules.overlaps();
        return rules.findings;
    }

    private void names() {
        Map<InterfaceName, InterfaceName> users = new HashMap<>();
        for (Segment segment : topology.segments()) {
            List<InterfaceName> names = new ArrayList<>(segment.made());
            names.addAll(segment.ports());
            if (segment.given()) {
                names.add(segment.link());
            }
            for (InterfaceName name : names) {
                Optional.ofNullable(users.put(name, segment.link()))
                        .ifPresent(other -> add(
                                segment,
                                "the name " + name + " is used twice, also by the network on " + other,
                                "give one of them another name"));
            }
            for (InterfaceName name : segment.made()) {
                if (OF_LXC.matcher(name.value()).matches()) {
                    add(segment, "LXC gives names like " + name + " to its own interfaces", "choose another name");
                }
            }
        }
    }

    private void segment(Segment segment) {
        segment.subnets().stream()
                .filter(s -> !s.network().equals(s))
                .forEach(subnet ->
                        add(segment, subnet + " is an address, not a network", "the network is " + subnet.network()));
        segment.hostAddresses().forEach(address -> address(segment, address));
        if (segment.given() && !segment.ports().isEmpty()) {
            add(segment, "a given link gets no ports", "whoever made it gives it its ports");
        }
        boolean own = segment.hostMacvlan().isPresent();
        if (segment.given() && !own && !segment.hostAddresses().isEmpty()) {
            add(
                    segment,
                    "the host's address on a given link is not ours to set",
                    "leave the address out, or give the host a macvlan of its own with hostMacvlan(name)");
        }
        if (own && !segment.hostAddresses().isEmpty() && segment.mode() != MacvlanMode.BRIDGE) {
            add(
                    segment,
                    "no container reaches the host's macvlan in mode " + segment.mode(),
                    "use throughVeth() without a macvlan of the host");
        }
        boolean v6 = segment.subnets().stream().anyMatch(s -> s.address().family() == IpAddress.Family.V6);
        if (v6 && segment.mtu().orElse(IPV6_MTU_MIN) < IPV6_MTU_MIN) {
            add(
                    segment,
                    "IPv6 needs an MTU of " + IPV6_MTU_MIN + " or more, not "
                            + segment.mtu().getAsInt(),
                    "raise it, or leave IPv6 out");
        }
        segment.dhcp().ifPresent(range -> dhcp(segment, range));
    }

    private void address(Segment segment, Prefix address) {
        List<Prefix> family = segment.subnets().stream()
                .filter(s -> s.address().family() == address.address().family())
                .toList();
        boolean inside = family.stream()
                .anyMatch(s -> s.length() == address.length() && s.network().equals(address.network()));
        if (!inside) {
            String networks = family.isEmpty() ? "none of that family" : family.toString();
            add(
                    segment,
                    "the host's address " + address + " is outside of its network, " + networks,
                    "choose an address of the network, with the network's length");
        }
        boolean hasHosts = address.address().family().bits() - address.length() > 1;
        if (hasHosts && address.network().address().equals(address.address())) {
            add(segment, address + " is the network itself", "choose an address of a host");
        }
        if (hasHosts
                && address.address().family() == IpAddress.Family.V4
                && number(address).equals(last(address))) {
            add(segment, address + " is the broadcast address", "choose an address of a host");
        }
    }

    private void dhcp(Segment segment, DhcpRange range) {
        Optional<Prefix> server = segment.hostAddresses().stream()
                .filter(a -> a.address().family() == IpAddress.Family.V4)
                .findFirst();
        if (server.isEmpty()) {
            add(segment, "DHCP needs an IPv4 address of the host in the network", "add one with host(address)");
            return;
        }
        int length = server.get().length();
        long hosts = length > SMALLEST_DHCP ? 0 : (1L << (32 - length)) - 2;
        if ((long) range.offset() + range.size() - 1 > hosts) {
            add(
                    segment,
                    "DHCP for " + range.size() + " addresses from number " + range.offset() + " on does not fit in "
                            + server.get().network(),
                    "the network has " + hosts + " addresses for hosts");
        }
    }

    private void overlaps() {
        List<Segment> segments = topology.segments();
        for (int i = 0; i < segments.size(); i++) {
            for (int j = i + 1; j < segments.size(); j++) {
                for (Prefix one : segments.get(i).subnets()) {
                    for (Prefix other : segments.get(j).subnets()) {
                        if (overlap(one, other)) {
                            add(
                                    segments.get(j),
                                    "its network " + other + " overlaps with " + one + " on "
                                            + segments.get(i).link(),
                                    "choose networks that have no address in common");
                        }
                    }
                }
            }
        }
    }

    static boolean overlap(Prefix one, Prefix other) {
        return one.address().family() == other.address().family()
                && (one.contains(other.network().address())
                        || other.contains(one.network().address()));
    }

    private static BigInteger number(Prefix prefix) {
        return new BigInteger(1, prefix.address().bytes());
    }

    private static BigInteger last(Prefix prefix) {
        int hostBits = prefix.address().family().bits() - prefix.length();
        BigInteger ones = BigInteger.ONE.shiftLeft(hostBits).subtract(BigInteger.ONE);
        return number(prefix.network()).or(ones);
    }

    private void add(Segment segment, String problem, String remedy) {
        findings.add(new Finding(segment.link().value(), problem, remedy));
    }
}
