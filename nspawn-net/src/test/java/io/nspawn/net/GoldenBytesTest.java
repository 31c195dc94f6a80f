package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares our requests byte by byte with those recorded from iproute2 6.1. */
class GoldenBytesTest {
    private static final Map<String, String> RECORDED = new HashMap<>();

    static {
        VectorsTest.vectors("golden.tsv").forEach(v -> RECORDED.put(v[0], v[1]));
    }

    private final LinkEncoder encoder = new LinkEncoder(Optional::empty, namespace -> 4);

    @BeforeEach
    void needsTheByteOrderOfTheRecording() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "recorded on a little-endian machine");
    }

    private static void check(String command, MessageEncoder request) {
        assertThat(HexFormat.ofDelimiter(" ").formatHex(request.toBytes(0)))
                .as(command)
                .isEqualTo(RECORDED.get(command));
    }

    private void check(String command, LinkSpec spec) {
        check(command, encoder.create(spec, Optional.empty()));
    }

    @Test
    void macvlans() {
        check(
                "ip link add link up0 name mv0 address 02:00:00:00:00:01 type macvlan mode bridge",
                LinkSpec.macvlan("mv0", 3, MacvlanMode.BRIDGE).mac(MacAddress.parse("02:00:00:00:00:01")));
        LinkKind queued = new LinkKind.Macvlan(MacvlanMode.SOURCE, List.of(), OptionalLong.of(5000), true);
        check(
                "ip link add link up0 name mv1 mtu 1400 group 500 up type macvlan mode source bcqueuelen 5000",
                LinkSpec.on("mv1", queued, 3).mtu(1400).group(500).up());
    }

    @Test
    void macvlanSettings() {
        check("ip link set mv0 type macvlan mode private", LinkRequest.mode(4, MacvlanMode.PRIVATE));
        check(
                "ip link set mv1 type macvlan macaddr set 02:11:22:33:44:55 02:11:22:33:44:66",
                LinkRequest.sources(
                        5, List.of(MacAddress.parse("02:11:22:33:44:55"), MacAddress.parse("02:11:22:33:44:66"))));
        check("ip link set mv1 type macvlan macaddr flush", LinkRequest.sources(5, List.of()));
    }

    @Test
    void otherKinds() {
        check(
                "ip link add ve0 type veth peer name ve1",
                LinkSpec.veth("ve0", new LinkKind.Peer(InterfaceName.of("ve1"))));
        check(
                "ip link add br9 type bridge stp_state 0 ageing_time 3000",
                LinkSpec.of(
                        "br9",
                        new LinkKind.Bridge(
                                Optional.of(false), OptionalInt.of(3000), OptionalInt.empty(), Optional.empty())));
        check(
                "ip link add vx9 type vxlan id 42 local 10.1.1.1 remote 10.1.1.2 dstport 4789 nolearning",
                LinkSpec.of(
                        "vx9",
                        new LinkKind.Vxlan(
                                42,
                                Optional.of(IpAddress.parse("10.1.1.1")),
                                Optional.of(IpAddress.parse("10.1.1.2")),
                                4789,
                                false)));
    }

    @Test
    void changesOfOneLink() {
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
    }

    @Test
    void addresses() {
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
    }

    @Test
    void routes() {
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
                List.of());
        check("ip route add default via 10.20.30.1", Routes.encode(Rtm.NEWROUTE, Nl.CREATE | Nl.EXCL, byHand));
    }
}
