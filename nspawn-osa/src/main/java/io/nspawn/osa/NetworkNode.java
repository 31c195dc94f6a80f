package io.nspawn.osa;

import io.nspawn.host.Segment.DhcpRange;
import io.nspawn.model.Nic.Route;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads one network of a dictionary; what is wrong is told and taken for absent, so that all of it is found. */
final class NetworkNode {
    private static final Set<String> TRUE = Set.of("true", "yes", "on", "1");
    private static final Set<String> FALSE = Set.of("false", "no", "off", "0");
    private static final String ROUTES = "static_routes";
    private static final Set<String> ROUTE_KEYS = Set.of("cidr", "gateway");
    private static final Set<String> CARRIED = Set.of(
            "bridge",
            "interface",
            "private_device",
            "enable_dhcp",
            "dhcp_range",
            "address",
            "netmask",
            "gateway",
            "mtu",
            "macvlan_mode",
            ROUTES);

    /** What the role or its inventory knows, and a topology has no place for. */
    private static final Set<String> PASSED_OVER =
            Set.of("routed_interface", "host_only", "usedns", "type", "container_mtu", "container_bridge_type");

    private static final int MTU_MIN = 68;
    private static final int MTU_MAX = 65535;

    private final Findings findings;
    private final String path;
    private final Node node;
    private final Map<String, Node> values = new LinkedHashMap<>();

    private NetworkNode(Findings findings, String path, Node node) {
        this.findings = findings;
        this.path = path;
        this.node = node;
    }

    static Optional<OsaNetwork> read(Findings findings, String path, String key, boolean ofHost, Node node) {
        NetworkNode network = new NetworkNode(findings, path, node);
        return network.collect("bridge: br-mgmt and what else belongs to it", CARRIED, PASSED_OVER)
                ? network.network(key, ofHost)
                : Optional.empty();
    }

    /** Takes what the dictionary has; keys of another kind are told. */
    private boolean collect(String expected, Set<String> carried, Set<String> passedOver) {
        if (!(node instanceof MappingNode mapping)) {
            findings.add(node, path, "is no dictionary", expected);
            return false;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                findings.add(tuple.getKeyNode(), path, "a key is no text", "a word");
                continue;
            }
            String key = name.getValue();
            if (values.put(key, tuple.getValueNode()) != null) {
                findings.add(name, path + "." + key, "is there twice", "one of them");
            } else if (passedOver.contains(key)) {
                findings.passedOver(name, path + "." + key);
            } else if (!carried.contains(key)) {
                findings.add(
                        name,
                        path + "." + key,
                        carried.equals(CARRIED) ? "is no key of a network" : "is no key of a route",
                        "one of " + String.join(", ", carried.stream().sorted().toList()));
            }
        }
        return true;
    }

    private Optional<OsaNetwork> network(String key, boolean ofHost) {
        Optional<InterfaceName> bridge = value("bridge", "the name of an interface, 1 to 15 bytes", InterfaceName::of);
        if (!values.containsKey("bridge")) {
            findings.add(node, path, "has no bridge", "bridge: the parent of its macvlans");
        }
        Optional<InterfaceName> hostInterface =
                value("interface", "the name of an interface, 1 to 15 bytes", InterfaceName::of);
        boolean privateDevice =
                value("private_device", "true or false", NetworkNode::truth).orElse(false);
        boolean dhcp = value("enable_dhcp", "true or false", NetworkNode::truth).orElse(false);
        Optional<Prefix> address = address();
        Optional<IpAddress> gateway = value("gateway", "an IPv4 or IPv6 address", IpAddress::parse);
        gateway.ifPresent(hop -> gatewayIsNear(hop, address));
        List<Route> routes = routes(ofHost, address);
        Optional<DhcpRange> range = range(address);
        Optional<Integer> mtu = value("mtu", "an integer from " + MTU_MIN + " to " + MTU_MAX, NetworkNode::mtu);
        Optional<MacvlanMode> mode = value(
                "macvlan_mode",
                "bridge, private, vepa or passthru",
                text -> MacvlanMode.valueOf(text.toUpperCase(Locale.ROOT)));
        return bridge.map(parent -> new OsaNetwork(
                key,
                ofHost,
                parent,
                privateDevice,
                hostInterface,
                address,
                gateway,
                routes,
                dhcp,
                range,
                mtu.map(OptionalInt::of).orElse(OptionalInt.empty()),
                mode.orElse(MacvlanMode.BRIDGE)));
    }

    /** The length stands behind a slash, or in the netmask; where both do they agree. */
    private Optional<Prefix> address() {
        Optional<Integer> mask = value("netmask", "a netmask such as 255.255.252.0", NetworkNode::maskLength);
        Optional<String> text = text("address");
        if (text.isEmpty()) {
            if (values.containsKey("netmask") && !values.containsKey("address")) {
                findings.add(at("netmask"), path + ".netmask", "stands there without an address", "an address too");
            }
            return Optional.empty();
        }
        if (text.get().indexOf('/') >= 0) {
            Optional<Prefix> prefix = value("address", "an address with its length", Prefix::parse);
            if (prefix.isPresent() && mask.isPresent() && prefix.get().length() != mask.get()) {
                findings.add(
                        at("netmask"),
                        path + ".netmask",
                        "is not /" + prefix.get().length(),
                        "one of the two");
            }
            return prefix;
        }
        Optional<IpAddress> address = value("address", "an IPv4 or IPv6 address", IpAddress::parse);
        if (address.isPresent() && !values.containsKey("netmask")) {
            findings.add(at("address"), path + ".address", "has no length", "a netmask, or /22 behind the address");
        }
        return address.isPresent()
                        && mask.isPresent()
                        && mask.get() <= address.get().family().bits()
                ? Optional.of(new Prefix(address.get(), mask.get()))
                : Optional.empty();
    }

    /** Those of the container; the host's own are not a topology's. */
    private List<Route> routes(boolean ofHost, Optional<Prefix> address) {
        Node value = values.get(ROUTES);
        if (value == null) {
            return List.of();
        }
        if (ofHost) {
            findings.passedOver(value, path + "." + ROUTES);
            return List.of();
        }
        if (!(value instanceof SequenceNode list)) {
            if (text(ROUTES).isPresent()) {
                findings.add(value, path + "." + ROUTES, "is no list", "- cidr: and gateway: of each route");
            }
            return List.of();
        }
        List<Route> routes = new ArrayList<>();
        for (int i = 0; i < list.getValue().size(); i++) {
            String name = path + "." + ROUTES + "[" + i + "]";
            new NetworkNode(findings, name, list.getValue().get(i))
                    .route(address)
                    .ifPresent(routes::add);
        }
        return routes;
    }

    private Optional<Route> route(Optional<Prefix> address) {
        if (!collect("cidr: and gateway:", ROUTE_KEYS, Set.of())) {
            return Optional.empty();
        }
        ROUTE_KEYS.stream()
                .filter(key -> !values.containsKey(key))
                .forEach(key -> findings.add(node, path, "has no " + key, "cidr: and gateway:"));
        Optional<Prefix> cidr = value("cidr", "a network such as 172.29.0.0/16", Prefix::parse);
        Optional<IpAddress> gateway = value("gateway", "an IPv4 or IPv6 address", IpAddress::parse);
        gateway.ifPresent(hop -> gatewayIsNear(hop, address));
        if (cidr.isEmpty() || gateway.isEmpty()) {
            return Optional.empty();
        }
        if (cidr.get().address().family() != gateway.get().family()) {
            findings.add(at("gateway"), path + ".gateway", "is of another family than the network", "one of the same");
            return Optional.empty();
        }
        return Optional.of(new Route(cidr.get(), gateway.get()));
    }

    private void gatewayIsNear(IpAddress gateway, Optional<Prefix> address) {
        if (address.isPresent() && !address.get().contains(gateway)) {
            findings.add(
                    at("gateway"),
                    path + ".gateway",
                    gateway + " is outside of " + address.get().network(),
                    "a gateway in the network of the address");
        }
    }

    private Optional<DhcpRange> range(Optional<Prefix> address) {
        Optional<String> text = text("dhcp_range");
        if (text.isEmpty() || address.isEmpty()) {
            return Optional.empty();
        }
        return value("dhcp_range", "FIRST,LAST, both in " + address.get().network(), value -> {
            List<String> ends = List.of(value.split(",", -1));
            IpAddress first = IpAddress.parse(ends.get(0).strip());
            IpAddress last = IpAddress.parse(ends.get(ends.size() - 1).strip());
            if (ends.size() != 2
                    || !address.get().contains(first)
                    || !address.get().contains(last)) {
                throw new IllegalArgumentException("outside");
            }
            int offset = number(first)
                    .subtract(number(address.get().network().address()))
                    .intValueExact();
            return new DhcpRange(offset, number(last).subtract(number(first)).intValueExact() + 1);
        });
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.bytes());
    }

    private <T> Optional<T> value(String key, String expected, Function<String, T> parse) {
        return text(key).flatMap(text -> {
            try {
                return Optional.of(parse.apply(text));
            } catch (IllegalArgumentException | ArithmeticException e) {
                findings.add(at(key), path + "." + key, "is \"" + text + '"', expected);
                return Optional.empty();
            }
        });
    }

    private Optional<String> text(String key) {
        Node value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof ScalarNode scalar)) {
            findings.add(value, path + "." + key, "is no single value", "a word or number");
            return Optional.empty();
        }
        if (scalar.getValue().contains("{{")) {
            findings.add(value, path + "." + key, "is a template of Ansible", "the value that Ansible makes of it");
            return Optional.empty();
        }
        return Optional.of(scalar.getValue())
                .filter(text -> !text.isEmpty() && !text.equals("null") && !text.equals("~"));
    }

    private Node at(String key) {
        return values.getOrDefault(key, node);
    }

    private static boolean truth(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!TRUE.contains(lower) && !FALSE.contains(lower)) {
            throw new IllegalArgumentException(text);
        }
        return TRUE.contains(lower);
    }

    private static int mtu(String text) {
        int bytes = Integer.parseInt(text);
        if (bytes < MTU_MIN || bytes > MTU_MAX) {
            throw new IllegalArgumentException(text);
        }
        return bytes;
    }

    private static int maskLength(String text) {
        BigInteger mask = number(IpAddress.parse(text));
        int bits = IpAddress.parse(text).family().bits();
        int length = mask.bitCount();
        BigInteger right =
                BigInteger.ONE.shiftLeft(length).subtract(BigInteger.ONE).shiftLeft(bits - length);
        if (!mask.equals(right)) {
            throw new IllegalArgumentException(text);
        }
        return length;
    }
}
