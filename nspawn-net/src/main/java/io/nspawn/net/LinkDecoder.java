package io.nspawn.net;

import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads RTM_NEWLINK and RTM_DELLINK. */
final class LinkDecoder {
    private static final int FIXED = 16;

    private LinkDecoder() {}

    /** Reads a link from the reply to a GETLINK. */
    static Optional<Link> decode(Message message) {
        return message.type() == Rtm.NEWLINK ? any(message) : Optional.empty();
    }

    /**
     * Reads NEWLINK and DELLINK. Those of the family AF_BRIDGE are about a port's part in its bridge: such a DELLINK
     * means that a port was taken out, not that a link has gone.
     */
    static Optional<Link> any(Message message) {
        return message.fixed(FIXED).get(0) == Rtm.AF_UNSPEC ? Optional.of(link(message)) : Optional.empty();
    }

    private static Link link(Message message) {
        ByteBuffer fixed = message.fixed(FIXED);
        Attributes a = message.attributes(FIXED);
        Attributes info = a.nested(Ifla.LINKINFO);
        String kind = info.string(Ifla.INFO_KIND).orElse("");
        return new Link(
                fixed.getInt(4),
                a.string(Ifla.IFNAME).orElse(""),
                a.nested(Ifla.PROP_LIST).strings(Ifla.ALT_IFNAME),
                a.string(Ifla.ALIAS).orElse(""),
                kind,
                fixed.getShort(2) & 0xffff,
                a.mac(Ifla.ADDRESS),
                a.u32(Ifla.MTU).orElse(0),
                a.s32(Ifla.GROUP).orElse(0),
                fixed.getInt(8),
                OperState.of(a.u8(Ifla.OPERSTATE).orElse(0)),
                lower(a),
                a.s32(Ifla.MASTER),
                port(info),
                details(kind, info.nested(Ifla.INFO_DATA)));
    }

    private static Optional<BridgePort> port(Attributes info) {
        return info.string(Ifla.INFO_SLAVE_KIND).filter("bridge"::equals).isPresent()
                ? Optional.of(BridgePort.read(info.nested(Ifla.INFO_SLAVE_DATA)))
                : Optional.empty();
    }

    private static Optional<Link.Lower> lower(Attributes a) {
        OptionalInt index = a.s32(Ifla.LINK);
        // An index of 0 is what a veth shows whose other end has gone, or a tunnel without a lower link.
        return index.isPresent() && index.getAsInt() > 0
                ? Optional.of(new Link.Lower(index.getAsInt(), a.s32(Ifla.LINK_NETNSID)))
                : Optional.empty();
    }

    private static LinkDetails details(String kind, Attributes data) {
        return switch (kind) {
            case "macvlan", "macvtap" -> macvlan(data);
            case "bridge" -> bridge(data);
            case "vxlan" ->
                new LinkDetails.Vxlan(
                        data.u32(Ifla.VXLAN_ID).orElse(0),
                        data.ip(Ifla.VXLAN_LOCAL).or(() -> data.ip(Ifla.VXLAN_LOCAL6)),
                        data.ip(Ifla.VXLAN_GROUP).or(() -> data.ip(Ifla.VXLAN_GROUP6)),
                        data.be16(Ifla.VXLAN_PORT).orElse(0),
                        data.u8(Ifla.VXLAN_LEARNING).orElse(0) != 0,
                        positive(data.s32(Ifla.VXLAN_LINK)),
                        data.u8(Ifla.VXLAN_TTL).orElse(0));
            case "vlan" -> new LinkDetails.Vlan(data.u16(Ifla.VLAN_ID));
            default -> new LinkDetails.None();
        };
    }

    private static LinkDetails macvlan(Attributes data) {
        int flags = data.u16(Ifla.MACVLAN_FLAGS).orElse(0);
        return new LinkDetails.Macvlan(
                MacvlanMode.of((int) data.u32(Ifla.MACVLAN_MODE).orElse(0)),
                data.nested(Ifla.MACVLAN_MACADDR_DATA).macs(Ifla.MACVLAN_MACADDR),
                (flags & Ifla.MACVLAN_FLAG_NOPROMISC) == 0,
                (flags & Ifla.MACVLAN_FLAG_NODST) == 0,
                data.u32(Ifla.MACVLAN_BC_QUEUE_LEN),
                data.u32(Ifla.MACVLAN_BC_QUEUE_LEN_USED),
                data.s32(Ifla.MACVLAN_BC_CUTOFF));
    }

    private static LinkDetails bridge(Attributes data) {
        Map<BridgeOption, Long> options = new EnumMap<>(BridgeOption.class);
        for (BridgeOption option : BridgeOption.values()) {
            option.format.read(data).ifPresent(value -> options.put(option, value));
        }
        return new LinkDetails.Bridge(options);
    }

    private static OptionalInt positive(OptionalInt index) {
        return index.isPresent() && index.getAsInt() > 0 ? index : OptionalInt.empty();
    }
}
