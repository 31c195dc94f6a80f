package io.nspawn.net;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Turns a {@link LinkSpec} into one RTM_NEWLINK. */
final class LinkEncoder {
    private final Supplier<Optional<MacAddress>> macs;
    private final ToIntFunction<NetworkNamespace> descriptors;

    /**
     * Makes an encoder.
     *
     * @param macs gives the MAC address for a link that asks for none, empty to leave it to the kernel
     * @param descriptors gives an open descriptor for a namespace
     */
    LinkEncoder(Supplier<Optional<MacAddress>> macs, ToIntFunction<NetworkNamespace> descriptors) {
        this.macs = macs;
        this.descriptors = descriptors;
    }

    LinkEncoder(ToIntFunction<NetworkNamespace> descriptors) {
        this(() -> Optional.of(MacAddress.random(ThreadLocalRandom.current())), descriptors);
    }

    MessageEncoder create(LinkSpec spec, Optional<NetworkNamespace> target) {
        int up = spec.isUp() ? Ifla.UP : 0;
        MessageEncoder out = MessageEncoder.link(Rtm.NEWLINK, Nl.REQUEST | Nl.ACK | Nl.CREATE | Nl.EXCL, 0, up, up);
        ownMac(spec).ifPresent(mac -> out.bytes(Ifla.ADDRESS, mac.bytes()));
        spec.mtu().ifPresent(mtu -> out.u32(Ifla.MTU, mtu));
        if (spec.group() != 0) {
            out.u32(Ifla.GROUP, spec.group());
        }
        if (!(spec.kind() instanceof LinkKind.Vxlan)) {
            spec.lower().ifPresent(index -> out.u32(Ifla.LINK, index));
        }
        spec.master().ifPresent(index -> out.u32(Ifla.MASTER, index));
        target.ifPresent(ns -> out.u32(Ifla.NET_NS_FD, descriptors.applyAsInt(ns)));
        out.string(Ifla.IFNAME, spec.name().value());
        return out.nest(Ifla.LINKINFO, info -> info(info, spec));
    }

    /**
     * Chooses a MAC address where the kernel would choose one at random. Some kinds take that of their lower link; a
     * bridge takes that of a port, and one that is given an address has no carrier until it has a port.
     */
    private Optional<MacAddress> ownMac(LinkSpec spec) {
        LinkKind kind = spec.kind();
        boolean borrowed = kind instanceof LinkKind.Bridge
                || kind instanceof LinkKind.Vlan
                || kind instanceof LinkKind.Ipvlan
                || isPassthru(kind);
        return borrowed ? spec.mac() : spec.mac().or(macs);
    }

    private static boolean isPassthru(LinkKind kind) {
        return (kind instanceof LinkKind.Macvlan m && m.mode() == MacvlanMode.PASSTHRU)
                || (kind instanceof LinkKind.Macvtap t && t.settings().mode() == MacvlanMode.PASSTHRU);
    }

    private void info(MessageEncoder info, LinkSpec spec) {
        LinkKind kind = spec.kind();
        info.chars(Ifla.INFO_KIND, kind.kernelName());
        if (!(kind instanceof LinkKind.Dummy)) {
            info.nest(Ifla.INFO_DATA, data -> data(data, spec));
        }
    }

    private void data(MessageEncoder data, LinkSpec spec) {
        LinkKind kind = spec.kind();
        if (kind instanceof LinkKind.Macvlan macvlan) {
            macvlan(data, macvlan);
        } else if (kind instanceof LinkKind.Macvtap macvtap) {
            macvlan(data, macvtap.settings());
        } else if (kind instanceof LinkKind.Veth veth) {
            data.nest(Ifla.VETH_PEER, peer -> peer(peer, veth.peer(), spec.mtu()));
        } else if (kind instanceof LinkKind.Bridge bridge) {
            bridge.options().forEach((option, value) -> option.format.encode(data, value));
        } else if (kind instanceof LinkKind.Vxlan vxlan) {
            vxlan(data, vxlan, spec.lower());
        } else if (kind instanceof LinkKind.Vlan vlan) {
            data.u16(Ifla.VLAN_ID, vlan.id());
        } else if (kind instanceof LinkKind.Ipvlan ipvlan) {
            data.u16(Ifla.IPVLAN_MODE, ipvlan.mode().number());
        }
    }

    private static void macvlan(MessageEncoder data, LinkKind.Macvlan macvlan) {
        macvlan.broadcastQueueLength().ifPresent(length -> data.u32(Ifla.MACVLAN_BC_QUEUE_LEN, length));
        // The mode is always sent: without it the kernel takes vepa.
        data.u32(Ifla.MACVLAN_MODE, macvlan.mode().number());
        macvlan.broadcastCutoff().ifPresent(receivers -> data.u32(Ifla.MACVLAN_BC_CUTOFF, receivers));
        if (macvlan.flags() != 0) {
            data.u16(Ifla.MACVLAN_FLAGS, macvlan.flags());
        }
        if (!macvlan.sources().isEmpty()) {
            sources(data, macvlan.sources());
        }
    }

    static void sources(MessageEncoder data, Iterable<MacAddress> sources) {
        data.u32(Ifla.MACVLAN_MACADDR_MODE, Ifla.MACADDR_SET);
        data.nest(
                Ifla.MACVLAN_MACADDR_DATA,
                list -> sources.forEach(mac -> list.bytes(Ifla.MACVLAN_MACADDR, mac.bytes())));
    }

    private void peer(MessageEncoder out, VethPeer peer, OptionalInt mtuOfFirst) {
        // Not UP: the kernel would open this end before the other is there, and fail with ENOTCONN.
        out.ifinfo(0, 0, 0);
        peer.mac().or(macs).ifPresent(mac -> out.bytes(Ifla.ADDRESS, mac.bytes()));
        OptionalInt mtu = peer.mtu().isPresent() ? peer.mtu() : mtuOfFirst;
        mtu.ifPresent(bytes -> out.u32(Ifla.MTU, bytes));
        peer.namespace().ifPresent(ns -> out.u32(Ifla.NET_NS_FD, descriptors.applyAsInt(ns)));
        out.string(Ifla.IFNAME, peer.name().value());
    }

    private static void vxlan(MessageEncoder data, LinkKind.Vxlan vxlan, OptionalInt lower) {
        lower.ifPresent(index -> data.u32(Ifla.VXLAN_LINK, index));
        vxlan.ttl().ifPresent(hops -> data.u8(Ifla.VXLAN_TTL, hops));
        data.u32(Ifla.VXLAN_ID, vxlan.id());
        vxlan.local().ifPresent(ip -> data.bytes(is6(ip) ? Ifla.VXLAN_LOCAL6 : Ifla.VXLAN_LOCAL, ip.bytes()));
        vxlan.remote().ifPresent(ip -> data.bytes(is6(ip) ? Ifla.VXLAN_GROUP6 : Ifla.VXLAN_GROUP, ip.bytes()));
        data.u8(Ifla.VXLAN_LEARNING, vxlan.learning() ? 1 : 0);
        data.be16(Ifla.VXLAN_PORT, vxlan.port());
    }

    private static boolean is6(IpAddress ip) {
        return ip.family() == IpAddress.Family.V6;
    }
}
