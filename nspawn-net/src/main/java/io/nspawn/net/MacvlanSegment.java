package io.nspawn.net;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A way for macvlans onto a bridge, and so to the host: a veth pair, one end a port of the bridge, the other the lower
 * link of the macvlans.
 *
 * <p>A link never talks to the macvlans on it, so that with macvlans on the bridge itself containers reach each other
 * and the wire, but not the host's address on the bridge. Through this pair they reach all three; with mode private
 * they reach the host but not each other.
 *
 * @param bridge the bridge
 * @param port the end that is a port of the bridge
 * @param lower the end that carries the macvlans: what {@code MACVLAN=} names
 */
public record MacvlanSegment(InterfaceName bridge, InterfaceName port, InterfaceName lower) {
    private static final Logger LOG = LoggerFactory.getLogger(MacvlanSegment.class);

    /**
     * Checks that the names differ.
     *
     * @throws IllegalArgumentException if two are the same
     */
    public MacvlanSegment {
        if (bridge.equals(port) || bridge.equals(lower) || port.equals(lower)) {
            throw new IllegalArgumentException(
                    "three different names are needed: " + bridge + " " + port + " " + lower);
        }
    }

    /**
     * Names the pair after the bridge: {@code veth-X1} and {@code veth-X2} for {@code br-X}, shortened as systemd
     * does where {@code X} has more than nine bytes.
     *
     * @param bridge the bridge
     * @return the segment
     */
    public static MacvlanSegment of(InterfaceName bridge) {
        String stem = bridge.value().startsWith("br-") ? bridge.value().substring(3) : bridge.value();
        return new MacvlanSegment(
                bridge,
                NspawnNames.HASHED.shorten("veth-" + stem + "1"),
                NspawnNames.HASHED.shorten("veth-" + stem + "2"));
    }

    /**
     * Sees to it that the pair is there, joined to the bridge, up, and of the bridge's MTU. What is there already
     * stays, so that this can be called again at any time.
     *
     * @param socket the namespace of the bridge
     * @return the lower link for macvlans
     * @throws NetlinkException.NotFound if there is no such bridge
     * @throws NetlinkException.AlreadyExists if a name is taken by some other link
     */
    public Link ensure(RouteSocket socket) {
        Links links = socket.links();
        Link master = bridge(links);
        Optional<Link> first = links.find(port);
        if (first.isEmpty() && links.find(lower).isEmpty()) {
            create(links, master);
        } else {
            repair(links, master, checkedPair(links, first));
        }
        return links.get(lower.value());
    }

    private Link bridge(Links links) {
        Link master = links.get(bridge.value());
        if (!master.kind().equals("bridge")) {
            throw new NetlinkException.InvalidArgument(NetlinkException.Failure.of(
                    "make a macvlan segment on", bridge.value(), "it is no bridge: " + master, Outcome.NOT_APPLIED));
        }
        return master;
    }

    private void create(Links links, Link master) {
        int mtu = (int) master.mtu();
        VethPeer carrier = new VethPeer(lower).mtu(mtu).setUp();
        links.create(LinkSpec.veth(port.value(), carrier)
                .mtu(mtu)
                .master(master.index())
                .up());
        LOG.info("made macvlan segment {} on bridge {}", lower, bridge);
    }

    /** Refuses to touch links that only happen to have our names. */
    private Link checkedPair(Links links, Optional<Link> first) {
        Optional<Link> second = links.find(lower);
        boolean ours = first.isPresent()
                && second.isPresent()
                && first.get().kind().equals("veth")
                && second.get().liesOn(first.get().index());
        if (!ours) {
            Link stranger = first.or(() -> second).orElseThrow();
            throw new NetlinkException.AlreadyExists(NetlinkException.Failure.of(
                    "make a macvlan segment on",
                    bridge.value(),
                    port + " and " + lower + " are not the two ends of one veth pair: " + stranger,
                    Outcome.NOT_APPLIED));
        }
        return first.get();
    }

    private void repair(Links links, Link master, Link first) {
        Link second = links.get(lower.value());
        if (first.master().isPresent() && first.master().getAsInt() != master.index()) {
            throw new NetlinkException.AlreadyExists(NetlinkException.Failure.of(
                    "make a macvlan segment on", bridge.value(), port + " is a port elsewhere", Outcome.NOT_APPLIED));
        }
        for (Link end : new Link[] {first, second}) {
            if (end.mtu() != master.mtu()) {
                links.mtu(end.index(), (int) master.mtu());
            }
            if (!end.isUp()) {
                links.up(end.index());
            }
        }
        if (first.master().isEmpty()) {
            links.master(first.index(), master.index());
        }
    }

    /**
     * Removes the pair and with it every macvlan on it. Nothing happens if it is gone.
     *
     * @param socket the namespace of the bridge
     * @throws NetlinkException.AlreadyExists if the names belong to other links, which are left alone
     */
    public void remove(RouteSocket socket) {
        Links links = socket.links();
        Optional<Link> first = links.find(port);
        if (first.isEmpty() && links.find(lower).isEmpty()) {
            return;
        }
        Link end = checkedPair(links, first);
        try {
            links.delete(end.index());
        } catch (NetlinkException.NotFound e) {
            LOG.debug("macvlan segment {} has gone by itself", lower);
        }
    }
}
