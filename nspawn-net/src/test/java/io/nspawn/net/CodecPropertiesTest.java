package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What holds for every message, address and name. */
class CodecPropertiesTest {
    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    private static void single(byte[] bytes, Consumer<Message> check) {
        int[] count = {0};
        Message.forEach(buffer(bytes), message -> {
            count[0]++;
            check.accept(message);
        });
        assertThat(count[0]).isEqualTo(1);
    }

    @Property
    void attributesComeBackAsTheyWent(
            @ForAll byte[] bytes, @ForAll String text, @ForAll int number, @ForAll @IntRange(max = 0xffff) int small) {
        String clean = text.replace("\0", "").replaceAll("[\\ud800-\\udfff]", "");
        MessageEncoder out = MessageEncoder.link(Rtm.NEWLINK, Nl.REQUEST, 5, 1, 1)
                .bytes(1, bytes)
                .nest(2, inner -> inner.string(3, clean).u32(4, number).be16(5, small))
                .chars(6, clean)
                .u16(7, small)
                .u8(8, small);
        single(out.toBytes(77), message -> {
            assertThat(message.sequence()).isEqualTo(77);
            Attributes a = message.attributes(16);
            assertThat(a.bytes(1)).hasValue(bytes);
            assertThat(a.nested(2).string(3)).contains(clean);
            assertThat(a.nested(2).s32(4)).hasValue(number);
            assertThat(a.nested(2).be16(5)).hasValue(small);
            assertThat(a.string(6)).contains(clean);
            assertThat(a.u16(7)).hasValue(small);
            assertThat(a.u8(8)).hasValue(small & 0xff);
            assertThat(a.has(9)).isFalse();
        });
    }

    /** Runs a datagram through everything that ever reads one. */
    private static void readAll(byte[] datagram) {
        try {
            Message.forEach(buffer(datagram), message -> {
                RouteEvent event = RouteEvents.event(message).orElse(new RouteEvent.Overrun());
                assertThat(event.toString()).isNotEmpty();
            });
            Conversation<Link> conversation = new Conversation<>(1, Nl.DUMP, LinkDecoder::decode);
            conversation.accept(buffer(datagram));
            if (conversation.isOver()) {
                assertThat(conversation.reply()).isNotNull();
            }
            Message.forEach(buffer(datagram), message -> {
                assertThat(Neighbours.decode(message)).isNotNull();
                assertThat(NamespaceIds.decode(message)).isNotNull();
            });
        } catch (NetlinkException.MalformedReply | KernelRefusal expected) {
            assertThat(expected).hasMessageMatching("(?s).+");
        }
    }

    @Property
    void noiseNeverEscapesAsAnythingElse(@ForAll @Size(max = 300) byte[] noise) {
        readAll(noise);
    }

    /** Noise with a header that fits reaches the decoders behind it. */
    @Property
    void noiseBehindAGoodHeaderNeverEscapes(
            @ForAll @From("types") int type, @ForAll int flags, @ForAll @Size(max = 200) byte[] noise) {
        readAll(new MessageEncoder(type, flags).raw(noise).toBytes(1));
    }

    /** A good message with one byte changed, or cut short, goes deeper still. */
    @Property
    void damagedMessagesNeverEscape(
            @ForAll @IntRange(max = 500) int at, @ForAll byte value, @ForAll @IntRange(max = 500) int length) {
        for (MessageEncoder good :
                new MessageEncoder[] {link(), port(), bridge(), address(), route(), neighbour(), id()}) {
            byte[] bytes = good.toBytes(1);
            bytes[at % bytes.length] = value;
            readAll(bytes);
            byte[] cut = Arrays.copyOf(good.toBytes(1), length % bytes.length);
            if (cut.length >= 4) {
                buffer(cut).putInt(0, cut.length);
            }
            readAll(cut);
        }
    }

    private static MessageEncoder link() {
        LinkSpec spec = LinkSpec.macvlan("mv0", 3, MacvlanMode.SOURCE)
                .mac(MacAddress.parse("02:00:00:00:00:01"))
                .mtu(1400);
        return new LinkEncoder(Optional::empty, namespace -> 4).create(spec, Optional.empty());
    }

    private static MessageEncoder port() {
        BridgePort port = new BridgePort()
                .with(BridgePortOption.HAIRPIN, true)
                .with(BridgePortOption.PRIORITY, 5)
                .with(BridgePortOption.COST, 77);
        return LinkRequest.set(3)
                .nest(
                        Ifla.LINKINFO,
                        info -> info.chars(Ifla.INFO_SLAVE_KIND, "bridge").nest(Ifla.INFO_SLAVE_DATA, port::encode));
    }

    private static MessageEncoder bridge() {
        LinkKind kind = new LinkKind.Bridge()
                .with(BridgeOption.STP, true)
                .with(BridgeOption.PRIORITY, 5)
                .with(BridgeOption.VLAN_FILTERING, true);
        return new LinkEncoder(Optional::empty, namespace -> 4).create(LinkSpec.of("br0", kind), Optional.empty());
    }

    private static MessageEncoder neighbour() {
        return Neighbours.encode(
                Rtm.NEWNEIGH,
                0,
                Neighbour.permanent(3, IpAddress.parse("10.0.0.1"), MacAddress.parse("02:00:00:00:00:01")));
    }

    private static MessageEncoder id() {
        return NamespaceIds.assignment(3, 7);
    }

    /** What was sent comes back from the bytes as it went. */
    @Property
    void neighboursComeBackAsTheyWent(
            @ForAll @Size(16) byte[] ip, @ForAll @Size(6) byte[] mac, @ForAll @IntRange(min = 1) int link) {
        for (IpAddress address : new IpAddress[] {IpAddress.of(ip), IpAddress.of(Arrays.copyOf(ip, 4))}) {
            Neighbour neighbour = Neighbour.permanent(link, address, MacAddress.of(mac));
            single(
                    Neighbours.encode(Rtm.NEWNEIGH, 0, neighbour).toBytes(1),
                    message -> assertThat(Neighbours.decode(message)).contains(neighbour));
        }
    }

    @Property
    void routesWithSeveralNextHostsComeBackAsTheyWent(
            @ForAll @Size(16) byte[] ip,
            @ForAll @IntRange(min = 1, max = 256) int weight,
            @ForAll @IntRange(min = 1) int link,
            @ForAll boolean onLink) {
        IpAddress gateway = IpAddress.of(ip);
        Route route = Route.via(
                Prefix.parse("fd00::/8"),
                List.of(new Route.Hop(Optional.of(gateway), link, weight, onLink), Route.Hop.via(gateway, link, 1)));
        single(
                Routes.encode(Rtm.NEWROUTE, 0, route).toBytes(1),
                message -> assertThat(Routes.decode(message)).contains(route));
    }

    private static MessageEncoder address() {
        Address address = Address.of(3, Prefix.parse("10.0.0.1/24")).broadcast(IpAddress.parse("10.0.0.255"));
        return Addresses.encode(Rtm.NEWADDR, 0, address);
    }

    private static MessageEncoder route() {
        Route route = Route.via(Prefix.parse("10.4.7.0/24"), IpAddress.parse("10.1.0.1"))
                .metric(4);
        MessageEncoder out = Routes.encode(Rtm.NEWROUTE, 0, route);
        byte[] hops = new byte[16];
        ByteBuffer hop = buffer(hops);
        hop.putShort((short) 16).put((byte) 0).put((byte) 1).putInt(3);
        hop.putShort((short) 8).putShort((short) Rtm.RTA_GATEWAY).put(new byte[] {10, 1, 0, 1});
        return out.bytes(Rtm.RTA_MULTIPATH, hops);
    }

    @Provide
    Arbitrary<Integer> types() {
        return Arbitraries.of(
                Nl.NOOP,
                Nl.ERROR,
                Nl.DONE,
                Nl.OVERRUN,
                Rtm.NEWLINK,
                Rtm.DELLINK,
                Rtm.NEWADDR,
                Rtm.NEWROUTE,
                Rtm.NEWNEIGH,
                Rtm.NEWNSID,
                999);
    }

    @Property
    void addressesAndTheirTextAreOneToOne(@ForAll @Size(4) byte[] four, @ForAll @Size(16) byte[] sixteen) {
        for (byte[] bytes : new byte[][] {four, sixteen}) {
            IpAddress address = IpAddress.of(bytes);
            assertThat(address.bytes()).isEqualTo(bytes);
            assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
            assertThat(address.toInetAddress().getAddress()).isEqualTo(bytes);
            Prefix host = Prefix.host(address);
            assertThat(Prefix.parse(host.toString())).isEqualTo(host);
        }
        byte[] six = Arrays.copyOf(sixteen, 6);
        assertThat(MacAddress.parse(MacAddress.of(six).toString()).bytes()).isEqualTo(six);
    }

    @Property
    void aNetworkHoldsItsAddresses(@ForAll @Size(16) byte[] bytes, @ForAll @IntRange(max = 128) int length) {
        Prefix prefix = new Prefix(IpAddress.of(bytes), length);
        Prefix network = prefix.network();
        assertThat(network.contains(prefix.address())).isTrue();
        assertThat(network.network()).isEqualTo(network);
        BigInteger host = BigInteger.ONE.shiftLeft(128 - length).subtract(BigInteger.ONE);
        assertThat(new java.math.BigInteger(1, network.address().bytes())
                        .and(host)
                        .signum())
                .isZero();
    }

    @Property
    void anyTextIsAnAddressOrIsRefused(@ForAll @From("nearAddresses") String text) {
        try {
            IpAddress address = IpAddress.parse(text);
            assertThat(IpAddress.parse(address.toString())).isEqualTo(address);
        } catch (IllegalArgumentException refused) {
            assertThatIllegalArgumentException().isThrownBy(() -> Prefix.parse(text + "/8"));
        }
    }

    @Provide
    Arbitrary<String> nearAddresses() {
        return Arbitraries.strings().withChars("0123456789abf.:%/ ").ofMaxLength(20);
    }
}
