package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes of one network namespace. A view on a {@link RouteSocket}, whose rules for threads, timeouts and
 * privileges hold.
 */
public final class Routes {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    private static final int FIXED = 12;
    private static final int HOP = 8;

    private final RouteSocket socket;

    Routes(RouteSocket socket) {
        this.socket = socket;
    }

    /**
     * Lists the main table.
     *
     * @param family IPv4 or IPv6
     * @return the routes, a consistent set
     * @throws NetlinkException.Inconsistent if they changed during each of ten attempts
     */
    public List<Route> list(IpAddress.Family family) {
        return list(family, Route.MAIN);
    }

    /**
     * Lists one table.
     *
     * @param family IPv4 or IPv6
     * @param table the number of the table
     * @return the routes, a consistent set; empty also if there is no such table
     * @throws NetlinkException.Inconsistent if they changed during each of ten attempts
     */
    public List<Route> list(IpAddress.Family family, int table) {
        return listing(family, table).orThrow("routes");
    }

    /**
     * Lists one table, and takes an inconsistent set rather than none.
     *
     * @param family IPv4 or IPv6
     * @param table the number of the table
     * @return the routes, with a word on whether the set is consistent
     */
    public Listing<Route> listing(IpAddress.Family family, int table) {
        byte[] fixed = new byte[FIXED];
        fixed[0] = (byte) family.number();
        MessageEncoder request = new MessageEncoder(Rtm.GETROUTE, Nl.REQUEST | Nl.DUMP).raw(fixed);
        try {
            return socket.dump(request.u32(Rtm.RTA_TABLE, table), Routes::decode)
                    .filter(r -> r.table() == table);
        } catch (KernelRefusal e) {
            if (e.is(Errno.ENOENT)) {
                return new Listing<>(List.of(), true);
            }
            throw e.toException("list", "routes");
        }
    }

    /**
     * Adds a route.
     *
     * @param route what to add
     * @throws NetlinkException.AlreadyExists if there is one to the same destination with the same metric
     * @throws NetlinkException.InvalidArgument if the gateway cannot be reached or the link is down
     */
    public void add(Route route) {
        change("add", route, encode(Rtm.NEWROUTE, Nl.CREATE | Nl.EXCL, route));
    }

    /**
     * Adds a route, or changes the one to the same destination with the same metric.
     *
     * @param route what to have
     * @throws NetlinkException.InvalidArgument if the gateway cannot be reached or the link is down
     */
    public void replace(Route route) {
        change("replace", route, encode(Rtm.NEWROUTE, Nl.CREATE | Nl.REPLACE, route));
    }

    /**
     * Deletes a route.
     *
     * @param route the route; destination, table, and what else it names must fit
     * @throws NetlinkException.NotFound if there is none
     */
    public void delete(Route route) {
        change("delete", route, encode(Rtm.DELROUTE, 0, route));
    }

    private void change(String operation, Route route, MessageEncoder request) {
        String object = "route to " + route.destination()
                + route.gateway().map(g -> " via " + g).orElse("");
        try {
            socket.change(request);
        } catch (KernelRefusal e) {
            throw e.toException(operation, object);
        }
        LOG.info("{} {} in {}", operation, object, socket.namespace());
    }

    static MessageEncoder encode(int type, int flags, Route route) {
        if (!route.hops().isEmpty()
                && (route.gateway().isPresent() || route.link().isPresent())) {
            throw new IllegalArgumentException("a route with several next hosts has no gateway or link of its own");
        }
        IpAddress destination = route.destination().address();
        int length = route.destination().length();
        boolean smallTable = route.table() > 0 && route.table() < 256;
        MessageEncoder out = new MessageEncoder(type, Nl.REQUEST | Nl.ACK | flags).raw(new byte[] {
            (byte) destination.family().number(),
            (byte) length,
            0,
            0,
            (byte) (smallTable ? route.table() : 0),
            (byte) route.protocol(),
            (byte) route.scope(),
            (byte) route.type().number()
        });
        out.raw(ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(0, route.onLink() ? Rtm.RTNH_F_ONLINK : 0)
                .array());
        if (length > 0) {
            out.bytes(Rtm.RTA_DST, destination.bytes());
        }
        route.gateway().ifPresent(g -> out.bytes(Rtm.RTA_GATEWAY, g.bytes()));
        route.source().ifPresent(s -> out.bytes(Rtm.RTA_PREFSRC, s.bytes()));
        route.metric().ifPresent(m -> out.u32(Rtm.RTA_PRIORITY, m));
        route.link().ifPresent(index -> out.u32(Rtm.RTA_OIF, index));
        if (!smallTable) {
            out.u32(Rtm.RTA_TABLE, route.table());
        }
        return route.hops().isEmpty()
                ? out
                : out.nest(Rtm.RTA_MULTIPATH, list -> route.hops().forEach(hop -> encode(list, hop)));
    }

    private static void encode(MessageEncoder out, Route.Hop hop) {
        int length = HOP
                + hop.gateway().map(g -> Nl.ATTRIBUTE_HEADER + g.bytes().length).orElse(0);
        out.raw(ByteBuffer.allocate(HOP)
                .order(ByteOrder.nativeOrder())
                .putShort((short) length)
                .put((byte) (hop.onLink() ? Rtm.RTNH_F_ONLINK : 0))
                .put((byte) (hop.weight() - 1))
                .putInt(LinkSpec.index(hop.link()))
                .array());
        hop.gateway().ifPresent(g -> out.bytes(Rtm.RTA_GATEWAY, g.bytes()));
    }

    static Optional<Route> decode(Message message) {
        return message.type() == Rtm.NEWROUTE ? route(message) : Optional.empty();
    }

    /** Reads RTM_NEWROUTE and RTM_DELROUTE; another family than IP is left out. */
    static Optional<Route> route(Message message) {
        ByteBuffer fixed = message.fixed(FIXED);
        Attributes a = message.attributes(FIXED);
        int family = fixed.get(0);
        if (family != Rtm.AF_INET && family != Rtm.AF_INET6) {
            return Optional.empty();
        }
        IpAddress any = IpAddress.any(family == Rtm.AF_INET ? IpAddress.Family.V4 : IpAddress.Family.V6);
        return Optional.of(Addresses.decoded(() -> new Route(
                new Prefix(a.ip(Rtm.RTA_DST).orElse(any), fixed.get(1) & 0xff),
                a.ip(Rtm.RTA_GATEWAY),
                a.s32(Rtm.RTA_OIF),
                a.s32(Rtm.RTA_PRIORITY),
                a.ip(Rtm.RTA_PREFSRC),
                a.s32(Rtm.RTA_TABLE).orElse(fixed.get(4) & 0xff),
                Route.Type.of(fixed.get(7) & 0xff),
                fixed.get(6) & 0xff,
                fixed.get(5) & 0xff,
                (fixed.getInt(8) & Rtm.RTNH_F_ONLINK) != 0,
                a.bytes(Rtm.RTA_MULTIPATH).map(Routes::hops).orElse(List.of()))));
    }

    /** Reads a list of rtnexthop, each followed by its own attributes. */
    private static List<Route.Hop> hops(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        List<Route.Hop> hops = new ArrayList<>();
        while (in.remaining() >= HOP) {
            int start = in.position();
            int length = in.getShort(start) & 0xffff;
            if (length < HOP || length > in.remaining()) {
                throw NetlinkException.malformed("a next hop says it has " + length + " bytes");
            }
            Attributes a = Attributes.parse(in.slice(start + HOP, length - HOP));
            hops.add(new Route.Hop(
                    a.ip(Rtm.RTA_GATEWAY),
                    in.getInt(start + 4),
                    (in.get(start + 3) & 0xff) + 1,
                    (in.get(start + 2) & Rtm.RTNH_F_ONLINK) != 0));
            in.position(Math.min(in.limit(), start + Nl.align(length)));
        }
        return hops;
    }
}
