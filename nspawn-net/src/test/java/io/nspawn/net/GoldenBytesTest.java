package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares our requests byte by byte with those recorded from iproute2 6.1. */
class GoldenBytesTest {
    private static final Map<String, String> RECORDED = new HashMap<>();

    static {
        VectorsTest.vectors("golden.tsv").forEach(v -> RECORDED.put(v[0], v[1]));
    }

    private final Map<String, MessageEncoder> ours = new HashMap<>();
    private final LinkEncoder encoder = new LinkEncoder(Optional::empty, namespace -> 4);

    static Set<String> commands() {
        return RECORDED.keySet();
    }

    /** Also fails for a recording that we have no request for. */
    @ParameterizedTest
    @MethodSource("commands")
    void everyRequestIsThatOfIp(String command) {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "recorded on a little-endian machine");
        macvlans();
        macvlanSettings();
        otherKinds();
        changesOfOneLink();
        neighboursAndNamespaceIds();
        addresses();
        routes();
        assertThat(HexFormat.ofDelimiter(" ")
                        .formatHex(Objects.requireNonNull(ours.get(command), command)
                                .toBytes(0)))
                .isEqualTo(RECORDED.get(command));
    }

    private void check(String command, MessageEncoder request) {
        assertThat(RECORDED).containsKey(command);
        ours.put(command, request);
    }

    private void check(String command, LinkSpec spec) {
        check(command, encoder.create(spec, Optional.empty()));
    }

    private void macvlans() {
        check(
                "ip link add link up0 name mv2 type macvlan mode bridge bcqueuelen 7",
                LinkSpec.on("mv2", new LinkKind.Macvlan(MacvlanMode.BRIDGE).broadcastQueueLength(7), 3));
        check(
                "ip link add link up0 name mv0 address 02:00:00:00:00:01 type macvlan mode bridge",
                LinkSpec.macvlan("mv0", 3, MacvlanMode.BRIDGE).mac(MacAddress.parse("02:00:00:00:00:01")));
        LinkKind queued = new LinkKind.Macvlan(MacvlanMode.SOURCE).broadcastQueueLength(5000);
        check(
                "ip link add link up0 name mv1 mtu 1400 group 500 up type macvlan mode source bcqueuelen 5000",
                LinkSpec.on("mv1", queued, 3).mtu(1400).group(500).up());
    }

    private void macvlanSettings() {
        MacAddress first = MacAddress.parse("02:11:22:33:44:55");
        MacAddress second = MacAddress.parse("02:11:22:33:44:66");
        check(
                "ip link set mv0 type macvlan mode private",
                LinkRequest.kindData(4, "macvlan", data -> data.u32(Ifla.MACVLAN_MODE, MacvlanMode.PRIVATE.number())));
        check(
                "ip link set mv1 type macvlan macaddr set 02:11:22:33:44:55 02:11:22:33:44:66",
                LinkRequest.kindData(5, "macvlan", data -> LinkEncoder.sources(data, List.of(first, second))));
        check(
                "ip link set mv1 type macvlan macaddr add 02:11:22:33:44:55",
                LinkRequest.kindData(5, "macvlan", data -> Macvlans.source(data, Ifla.MACADDR_ADD, first)));
        check("ip link set mv1 type macvlan macaddr flush", LinkRequest.kindData(5, "macvlan", Macvlans::flush));
    }

    private void otherKinds() {
        check("ip link add ve0 type veth peer name ve1", LinkSpec.veth("ve0", new VethPeer(InterfaceName.of("ve1"))));
        check(
                "ip link add br9 type bridge stp_state 0 ageing_time 3000",
                LinkSpec.of(
                        "br9",
                        new LinkKind.Bridge().with(BridgeOption.STP, false).with(BridgeOption.AGEING_TIME, 3000)));
        check(
                "ip link add vx9 type vxlan id 42 local 10.1.1.1 remote 10.1.1.2 dstport 4789 nolearning",
                LinkSpec.of(
                        "vx9",
                        new LinkKind.Vxlan(42)
                                .between(IpAddress.parse("10.1.1.1"), IpAddress.parse("10.1.1.2"))
                                .withoutLearning()));
        check(
                "ip link add vx8 type vxlan id 8 dstport 4789 dev up0 ttl 9",
                LinkSpec.on("vx8", new LinkKind.Vxlan(8).ttl(9), 3));
    }

    private void changesOfOneLink() {
        check("ip link set ve0 up", LinkRequest.up(7));
        check("ip link set ve0 master br9", LinkRequest.set(7).u32(Ifla.MASTER, 8));
        check("ip link set ve0 nomaster", LinkRequest.set(7).u32(Ifla.MASTER, 0));
        check("ip link set mv0 alias hello", LinkRequest.set(4).chars(Ifla.ALIAS, "hello"));
        check(
                "ip link property add dev mv0 altname a-long-alternative-name",
                LinkRequest.addName(4, "a-long-alternative-name"));
        check("ip link set mv0 netns lab-n name mvx", LinkRequest.move(4, 4, InterfaceName.of("mvx")));
        check("ip link del br9", LinkRequest.delete(8));
        check("ip link del group 500", LinkRequest.deleteGroup(500));
        check("ip link del vx9", LinkRequest.delete(9));
        check("ip link del ve0", LinkRequest.delete(7));
        check("ip link set ve1 up", LinkRequest.up(6));
        check("ip link set wx0 down", LinkRequest.down(8));
        check("ip link set wx0 group 7", LinkRequest.set(8).u32(Ifla.GROUP, 7));
        check("ip link set wx0 mtu 1400", LinkRequest.set(8).u32(Ifla.MTU, 1400));
        check("ip link set wx0 name wx2", LinkRequest.set(8).string(Ifla.IFNAME, "wx2"));
        check("ip link property del dev wx2 altname another", LinkRequest.removeName(8, "another"));
        check(
                "ip link set wire0 type bridge_slave hairpin on",
                LinkRequest.portData(2, new BridgePort().with(BridgePortOption.HAIRPIN, true)));
    }

    private void neighboursAndNamespaceIds() {
        IpAddress ip = IpAddress.parse("10.20.30.7");
        Neighbour neighbour = Neighbour.permanent(3, ip, MacAddress.parse("02:00:00:00:00:07"));
        Neighbour other = Neighbour.permanent(3, ip, MacAddress.parse("02:00:00:00:00:08"));
        check(
                "ip neigh add 10.20.30.7 lladdr 02:00:00:00:00:07 dev up0",
                Neighbours.encode(Rtm.NEWNEIGH, Nl.CREATE | Nl.EXCL, neighbour));
        check(
                "ip neigh replace 10.20.30.7 lladdr 02:00:00:00:00:08 nud reachable dev up0",
                Neighbours.encode(Rtm.NEWNEIGH, Nl.CREATE | Nl.REPLACE, other.state(Neighbour.State.REACHABLE)));
        check("ip neigh del 10.20.30.7 dev up0", Neighbours.encode(Rtm.DELNEIGH, 0, neighbour));
        check("ip netns set x 5", NamespaceIds.assignment(6, 5));
    }

    private void addresses() {
        check(
                "ip addr add 10.20.30.40/24 brd + dev ve0",
                Addresses.encode(
                        Rtm.NEWADDR,
                        Nl.CREATE | Nl.EXCL,
                        Address.of(7, Prefix.parse("10.20.30.40/24")).broadcast(IpAddress.parse("10.20.30.255"))));
        check(
                "ip -6 addr add fd00::1/64 dev ve0 nodad",
                Addresses.encode(
                        Rtm.NEWADDR,
                        Nl.CREATE | Nl.EXCL,
                        Address.of(7, Prefix.parse("fd00::1/64")).withoutDad()));
        check(
                "ip addr del 10.20.30.40/24 dev up0",
                Addresses.encode(Rtm.DELADDR, 0, Address.of(3, Prefix.parse("10.20.30.40/24"))));
    }

    private void routes() {
        check(
                "ip route add 10.99.0.0/16 via 10.20.30.1 dev ve0 proto static metric 100",
                Routes.encode(
                        Rtm.NEWROUTE,
                        Nl.CREATE | Nl.EXCL,
                        Route.via(Prefix.parse("10.99.0.0/16"), IpAddress.parse("10.20.30.1"))
                                .link(7)
                                .metric(100)));
        Route byHand = new Route(
                Prefix.parse("0.0.0.0/0"),
                Optional.of(IpAddress.parse("10.20.30.1")),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Route.MAIN,
                Route.Type.UNICAST,
                0,
                3,
                false,
                List.of());
        int add = Nl.CREATE | Nl.EXCL;
        check(
                "ip route add 10.98.0.0/16 via 192.0.2.1 dev up0 proto static onlink",
                Routes.encode(
                        Rtm.NEWROUTE,
                        add,
                        Route.via(Prefix.parse("10.98.0.0/16"), IpAddress.parse("192.0.2.1"))
                                .link(3)
                                .withGatewayOnLink()));
        check(
                "ip route add 10.97.0.0/16 proto static nexthop via 10.20.30.1 dev up0 weight 1"
                        + " nexthop via 10.20.30.2 dev up0 weight 3",
                Routes.encode(
                        Rtm.NEWROUTE,
                        add,
                        Route.via(
                                Prefix.parse("10.97.0.0/16"),
                                List.of(
                                        Route.Hop.via(IpAddress.parse("10.20.30.1"), 3, 1),
                                        Route.Hop.via(IpAddress.parse("10.20.30.2"), 3, 3)))));
        check(
                "ip route add unreachable 10.96.0.0/16 proto static",
                Routes.encode(Rtm.NEWROUTE, add, Route.dropping(Prefix.parse("10.96.0.0/16"), Route.Type.UNREACHABLE)));
        check("ip route add default via 10.20.30.1", Routes.encode(Rtm.NEWROUTE, Nl.CREATE | Nl.EXCL, byHand));
    }
}
