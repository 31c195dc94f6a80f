package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.net.IpAddress.Family;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What we read of what we made is what ip(8) says of it. */
class IpAgreementLiveTest extends LowerLinkTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:42");

    private List<Map<String, Object>> ip(String... arguments) {
        return Json.objects(Lab.ip(here, arguments).orFail().output());
    }

    private record Both<T>(List<T> ours, List<Map<String, Object>> theirs) {}

    /** Reads until nothing changed meanwhile: carriers and link-local addresses come by themselves, a little later. */
    private <T> Both<T> read(Supplier<List<T>> ours, String... arguments) {
        while (true) {
            List<T> before = ours.get();
            List<Map<String, Object>> theirs = ip(arguments);
            if (ours.get().equals(before)) {
                return new Both<>(before, theirs);
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> inner(Map<String, Object> object, String key) {
        return (Map<String, Object>) object.getOrDefault(key, Map.of());
    }

    private static Map<Object, Map<String, Object>> byIndex(List<Map<String, Object>> objects) {
        return objects.stream().collect(Collectors.toMap(o -> Objects.requireNonNull(o.get("ifindex")), o -> o));
    }

    private void everyKind() {
        links.create(LinkSpec.macvlan("mv-bridge", lower.index(), MacvlanMode.BRIDGE)
                .mac(MAC)
                .mtu(1400)
                .group(7)
                .up());
        links.create(LinkSpec.macvlan("mv-private", lower.index(), MacvlanMode.PRIVATE));
        links.create(LinkSpec.macvlan("mv-vepa", lower.index(), MacvlanMode.VEPA));
        LinkKind source = new LinkKind.Macvlan(MacvlanMode.SOURCE)
                .sources(List.of(MAC, MacAddress.parse("02:00:00:00:00:43")))
                .broadcastQueueLength(5000);
        Link made = links.create(LinkSpec.on("mv-source", source, lower.index()));
        links.alias(made.index(), "a text, with \"quotes\"");
        links.addAlternativeName(made.index(), "an-alternative-name-of-many-bytes");
        Link second = links.create(LinkSpec.veth("up1", new VethPeer(InterfaceName.of("wire1"))));
        links.create(LinkSpec.macvlan("mv-passthru", second.index(), MacvlanMode.PASSTHRU));
        Link bridge = links.create(LinkSpec.of(
                        "br0",
                        new LinkKind.Bridge()
                                .with(BridgeOption.STP, true)
                                .with(BridgeOption.AGEING_TIME, 3000)
                                .with(BridgeOption.PRIORITY, 4096))
                .up());
        Link port = links.create(
                LinkSpec.veth("p0", new VethPeer(InterfaceName.of("p1"))).master(bridge.index()));
        links.port(
                port.index(),
                new BridgePort()
                        .with(BridgePortOption.HAIRPIN, true)
                        .with(BridgePortOption.ISOLATED, true)
                        .with(BridgePortOption.LEARNING, false)
                        .with(BridgePortOption.COST, 77));
        links.create(LinkSpec.veth("away0", new VethPeer(InterfaceName.of("away1")).in(lab.namespace())));
    }

    @Test
    void links() {
        everyKind();
        LinkSpec vxlan = LinkSpec.on(
                "vx0",
                new LinkKind.Vxlan(42)
                        .between(IpAddress.parse("10.1.1.1"), IpAddress.parse("10.1.1.2"))
                        .ttl(9),
                lower.index());
        if (Lab.supports(socket, vxlan)) {
            links.create(vxlan);
        } // else this kernel has none; LinksLiveTest says so
        Both<Link> both = read(links::list, "-d", "-j", "link");
        Map<Object, Map<String, Object>> theirs = byIndex(both.theirs());
        List<Link> ours = both.ours();
        assertThat(ours).hasSize(theirs.size()).hasSizeGreaterThan(12);
        Map<Integer, String> names = ours.stream().collect(Collectors.toMap(Link::index, Link::name));
        for (Link link : ours) {
            Map<String, Object> shown = Objects.requireNonNull(theirs.get((long) link.index()), link.name());
            assertThat(shown).as(link.toString()).containsAllEntriesOf(expected(link, names));
            assertThat(((List<?>) shown.getOrDefault("flags", List.of())).contains("UP"))
                    .isEqualTo(link.isUp());
            details(link, inner(shown, "linkinfo"), names);
        }
    }

    private static Map<String, Object> expected(Link link, Map<Integer, String> names) {
        Map<String, Object> all = new HashMap<>();
        all.put("ifname", link.name());
        all.put("mtu", link.mtu());
        all.put("group", link.group() == 0 ? "default" : Integer.toString(link.group()));
        all.put(
                "operstate",
                link.operState() == OperState.LOWER_LAYER_DOWN
                        ? "LOWERLAYERDOWN"
                        : link.operState().name());
        link.mac().ifPresent(mac -> all.put("address", mac.toString()));
        link.lower().ifPresent(l -> {
            if (l.isHere()) {
                all.put("link", names.get(l.index()));
            } else {
                all.put("link_index", (long) l.index());
                all.put("link_netnsid", (long) l.namespaceId().orElseThrow());
            }
        });
        link.master().ifPresent(index -> all.put("master", names.get(index)));
        if (!link.alias().isEmpty()) {
            all.put("ifalias", link.alias());
        }
        if (!link.alternativeNames().isEmpty()) {
            all.put("altnames", link.alternativeNames());
        }
        return all;
    }

    private static void details(Link link, Map<String, Object> info, Map<Integer, String> names) {
        assertThat(info.getOrDefault("info_kind", "")).as(link.name()).isEqualTo(link.kind());
        Map<String, Object> data = inner(info, "info_data");
        if (link.details() instanceof LinkDetails.Macvlan macvlan) {
            assertThat(data)
                    .containsEntry("mode", macvlan.mode().orElseThrow().name().toLowerCase(Locale.ROOT))
                    .containsEntry("bcqueuelen", macvlan.broadcastQueueLength().orElseThrow())
                    .containsEntry(
                            "usedbcqueuelen", macvlan.broadcastQueueLengthUsed().orElseThrow());
            List<String> sources =
                    macvlan.sources().stream().map(MacAddress::toString).toList();
            assertThat(data.getOrDefault("macaddr_data", List.of())).isEqualTo(sources);
        } else if (link.details() instanceof LinkDetails.Bridge bridge) {
            Map.of(
                            "stp_state", BridgeOption.STP,
                            "ageing_time", BridgeOption.AGEING_TIME,
                            "forward_delay", BridgeOption.FORWARD_DELAY,
                            "hello_time", BridgeOption.HELLO_TIME,
                            "max_age", BridgeOption.MAX_AGE,
                            "priority", BridgeOption.PRIORITY)
                    .forEach((key, option) -> assertThat(data)
                            .containsEntry(key, bridge.get(option).orElseThrow()));
        } else if (link.details() instanceof LinkDetails.Vxlan vxlan) {
            assertThat(data)
                    .containsEntry("id", vxlan.id())
                    .containsEntry("local", vxlan.local().orElseThrow().toString())
                    .containsEntry("remote", vxlan.remote().orElseThrow().toString())
                    .containsEntry("port", (long) vxlan.port())
                    .containsEntry("learning", vxlan.learning())
                    .containsEntry("ttl", (long) vxlan.ttl())
                    .containsEntry("link", names.get(vxlan.lower().orElseThrow()));
        }
        link.port().ifPresent(port -> port(port, inner(info, "info_slave_data")));
        assertThat(link.port().isPresent()).isEqualTo("bridge".equals(info.get("info_slave_kind")));
    }

    private static void port(BridgePort port, Map<String, Object> data) {
        Map.of(
                        "hairpin", BridgePortOption.HAIRPIN,
                        "isolated", BridgePortOption.ISOLATED,
                        "learning", BridgePortOption.LEARNING,
                        "guard", BridgePortOption.BPDU_GUARD,
                        "root_block", BridgePortOption.ROOT_BLOCK,
                        "fastleave", BridgePortOption.FAST_LEAVE,
                        "flood", BridgePortOption.UNICAST_FLOOD,
                        "mcast_flood", BridgePortOption.MULTICAST_FLOOD,
                        "neigh_suppress", BridgePortOption.NEIGHBOUR_SUPPRESS)
                .forEach((key, option) ->
                        assertThat(data).containsEntry(key, port.get(option).orElseThrow() == 1));
        assertThat(data)
                .containsEntry("cost", port.get(BridgePortOption.COST).orElseThrow())
                .containsEntry("priority", port.get(BridgePortOption.PRIORITY).orElseThrow());
    }

    @Test
    void addresses() {
        Addresses addresses = socket.addresses();
        addresses.add(
                Address.of(lower.index(), Prefix.parse("10.20.30.40/24")).broadcast(IpAddress.parse("10.20.30.255")));
        addresses.add(Address.of(lower.index(), Prefix.parse("10.9.9.1/32")).peer(IpAddress.parse("10.9.9.2")));
        addresses.add(Address.of(lower.index(), Prefix.parse("fd00::1/64")).withoutDad());
        List<Map<String, Object>> ours = new ArrayList<>();
        Both<Address> both = read(addresses::list, "-d", "-j", "addr");
        for (Address a : both.ours()) {
            Map<String, Object> one = new HashMap<>();
            boolean v4 = a.prefix().address().family() == Family.V4;
            one.put("ifindex", (long) a.link());
            one.put("family", v4 ? "inet" : "inet6");
            one.put("local", a.prefix().address().toString());
            one.put("prefixlen", (long) a.prefix().length());
            one.put("scope", a.scope() == 0 ? "global" : a.scope() == 253 ? "link" : "host");
            a.peer().ifPresent(peer -> one.put("address", peer.toString()));
            a.broadcast().ifPresent(b -> one.put("broadcast", b.toString()));
            if (!a.label().isEmpty()) {
                one.put("label", a.label());
            }
            assertThat(a.validSeconds()).isEmpty();
            ours.add(one);
        }
        List<Map<String, Object>> theirs = new ArrayList<>();
        for (Map<String, Object> link : both.theirs()) {
            for (Object info : (List<?>) Objects.requireNonNull(link.get("addr_info"))) {
                @SuppressWarnings("unchecked")
                Map<String, Object> one = new HashMap<>((Map<String, Object>) info);
                assertThat(one.remove("valid_life_time")).isEqualTo(0xffff_ffffL);
                one.put("ifindex", Objects.requireNonNull(link.get("ifindex")));
                one.keySet()
                        .retainAll(List.of(
                                "ifindex", "family", "local", "prefixlen", "scope", "address", "broadcast", "label"));
                theirs.add(one);
            }
        }
        assertThat(theirs).hasSizeGreaterThanOrEqualTo(3).containsExactlyInAnyOrderElementsOf(ours);
    }

    @Test
    void routes() {
        int link = lower.index();
        socket.addresses().add(Address.of(link, Prefix.parse("10.20.30.40/24")));
        socket.addresses().add(Address.of(link, Prefix.parse("fd00::1/64")).withoutDad());
        Routes routes = socket.routes();
        routes.add(Route.defaultVia(IpAddress.parse("10.20.30.1")));
        routes.add(Route.via(Prefix.parse("10.99.0.0/16"), IpAddress.parse("10.20.30.1"))
                .link(link)
                .metric(100)
                .source(IpAddress.parse("10.20.30.40")));
        routes.add(Route.via(Prefix.parse("10.98.0.0/16"), IpAddress.parse("192.0.2.1"))
                .link(link)
                .withGatewayOnLink());
        routes.add(Route.via(
                Prefix.parse("10.97.0.0/16"),
                List.of(
                        Route.Hop.via(IpAddress.parse("10.20.30.1"), link, 1),
                        Route.Hop.via(IpAddress.parse("10.20.30.2"), link, 256),
                        new Route.Hop(Optional.of(IpAddress.parse("192.0.2.9")), link, 3, true))));
        routes.add(Route.dropping(Prefix.parse("10.96.0.0/16"), Route.Type.UNREACHABLE));
        routes.add(Route.dropping(Prefix.parse("10.95.0.0/16"), Route.Type.BLACKHOLE));
        routes.add(Route.on(Prefix.parse("10.94.0.0/16"), link));
        routes.add(Route.via(Prefix.parse("fd99::/48"), IpAddress.parse("fd00::2"))
                .link(link)
                .metric(7));
        routes.add(Route.via(
                        Prefix.parse("fd98::/48"),
                        List.of(
                                Route.Hop.via(IpAddress.parse("fd00::2"), link, 1),
                                Route.Hop.via(IpAddress.parse("fd00::3"), link, 2)))
                .metric(8));
        for (Family family : Family.values()) {
            String option = family == Family.V4 ? "-4" : "-6";
            Both<Route> both = read(() -> routes.list(family), option, "-d", "-j", "route");
            List<Map<String, Object>> theirs =
                    both.theirs().stream().map(IpAgreementLiveTest::comparable).toList();
            List<Map<String, Object>> ours =
                    both.ours().stream().map(this::shown).toList();
            assertThat(theirs)
                    .hasSizeGreaterThanOrEqualTo(family == Family.V4 ? 8 : 3)
                    .containsExactlyInAnyOrderElementsOf(ours);
        }
    }

    private Map<String, Object> shown(Route route) {
        Map<String, Object> one = new HashMap<>();
        one.put("type", route.type().name().toLowerCase(Locale.ROOT));
        one.put("dst", destination(route.destination()));
        one.put("protocol", route.protocol() == 2 ? "kernel" : route.protocol() == 4 ? "static" : "other");
        route.gateway().ifPresent(g -> one.put("gateway", g.toString()));
        route.source().ifPresent(s -> one.put("prefsrc", s.toString()));
        route.metric().ifPresent(m -> one.put("metric", (long) m));
        route.link()
                .ifPresent(
                        index -> one.put("dev", links.find(index).orElseThrow().name()));
        one.put("onlink", route.onLink());
        one.put(
                "nexthops",
                route.hops().stream()
                        .map(h -> Map.<String, Object>of(
                                "gateway",
                                h.gateway().orElseThrow().toString(),
                                "dev",
                                links.find(h.link()).orElseThrow().name(),
                                "weight",
                                (long) h.weight(),
                                "onlink",
                                h.onLink()))
                        .collect(Collectors.toSet()));
        return one;
    }

    private static String destination(Prefix prefix) {
        if (prefix.length() == 0) {
            return "default";
        }
        boolean host = prefix.length() == prefix.address().family().bits();
        return host ? prefix.address().toString() : prefix.toString();
    }

    private static Map<String, Object> comparable(Map<String, Object> shown) {
        Map<String, Object> one = new HashMap<>(shown);
        one.keySet().retainAll(List.of("type", "dst", "protocol", "gateway", "prefsrc", "metric", "dev"));
        one.put("onlink", ((List<?>) shown.getOrDefault("flags", List.of())).contains("onlink"));
        one.put(
                "nexthops",
                ((List<?>) shown.getOrDefault("nexthops", List.of()))
                        .stream().map(IpAgreementLiveTest::hop).collect(Collectors.toSet()));
        if (shown.containsKey("nexthops")) {
            one.remove("dev");
        }
        return one;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> hop(Object shown) {
        Map<String, Object> hop = new HashMap<>((Map<String, Object>) shown);
        hop.put("onlink", ((List<?>) hop.getOrDefault("flags", List.of())).contains("onlink"));
        hop.keySet().retainAll(List.of("gateway", "dev", "weight", "onlink"));
        return hop;
    }
}
