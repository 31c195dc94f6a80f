package io.nspawn.net;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A route.
 *
 * @param destination where it leads; a length of 0 is the default route
 * @param gateway the next host, if there is one
 * @param link the index of the link it goes out by, if it names one
 * @param metric the lower the better; empty for none (IPv4) or the kernel's 1024 (IPv6)
 * @param source the own address to prefer
 * @param table the routing table, 254 for the main one
 * @param type what it does with packets
 * @param scope how far the destination is: 0 anywhere, 253 on the link, 254 in this host
 * @param protocol who made it: 2 the kernel, 3 an administrator's command, 4 a static configuration, 16 DHCP
 * @param onLink whether the gateway counts as directly on the link, though no network of the link holds it
 * @param hops the next hosts of a route with several; such a route has neither a gateway nor a link of its own
 */
public record Route(
        Prefix destination,
        Optional<IpAddress> gateway,
        OptionalInt link,
        OptionalInt metric,
        Optional<IpAddress> source,
        int table,
        Type type,
        int scope,
        int protocol,
        boolean onLink,
        List<Hop> hops) {
    /** The main routing table. */
    public static final int MAIN = 254;
    /** The protocol number of a static configuration. */
    public static final int STATIC = 4;

    private static final int SCOPE_LINK = 253;

    /** What a route does with packets. */
    public enum Type {
        /** Sends them on. */
        UNICAST(1),
        /** Takes them in. */
        LOCAL(2),
        /** Takes them in as broadcast. */
        BROADCAST(3),
        /** Takes them in as broadcast, sends as unicast. */
        ANYCAST(4),
        /** Is for groups. */
        MULTICAST(5),
        /** Drops them. */
        BLACKHOLE(6),
        /** Drops them and says that the destination cannot be reached. */
        UNREACHABLE(7),
        /** Drops them and says that it is forbidden. */
        PROHIBIT(8),
        /** A type that this library has no name for. */
        OTHER(0);

        private final int number;

        Type(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        static Type of(int number) {
            return Arrays.stream(values())
                    .filter(t -> t.number == number)
                    .findFirst()
                    .orElse(OTHER);
        }
    }

    /**
     * One of several next hosts.
     *
     * @param gateway the next host, if there is one
     * @param link the index of the link it is reached by
     * @param weight its share, 1 to 256
     * @param onLink whether the gateway counts as directly on the link
     */
    public record Hop(Optional<IpAddress> gateway, int link, int weight, boolean onLink) {
        /**
         * Checks the range.
         *
         * @throws IllegalArgumentException for a weight out of range
         */
        public Hop {
            if (weight < 1 || weight > 256) {
                throw new IllegalArgumentException("the weight of a next host is 1 to 256, not " + weight);
            }
        }

        /**
         * Makes a next host.
         *
         * @param gateway its address
         * @param link the index of the link it is reached by
         * @param weight its share, 1 to 256
         * @return one whose address lies in a network of the link
         */
        public static Hop via(IpAddress gateway, int link, int weight) {
            return new Hop(Optional.of(gateway), link, weight, false);
        }
    }

    /**
     * Checks the families and copies the list.
     *
     * @throws IllegalArgumentException if source or a next host is of another family than the destination
     */
    public Route {
        hops = List.copyOf(hops);
        sameFamily("source", source, destination);
        sameFamily("gateway", gateway, destination);
        for (Hop hop : hops) {
            sameFamily("gateway", hop.gateway(), destination);
        }
    }

    private static void sameFamily(String what, Optional<IpAddress> address, Prefix destination) {
        if (address.isPresent()
                && address.get().family() != destination.address().family()) {
            throw new IllegalArgumentException(what + " " + address.get() + " is not of the family of " + destination);
        }
    }

    /**
     * Starts a route to a network through a host.
     *
     * @param destination the network; host bits are cleared
     * @param gateway the next host
     * @return a static route in the main table
     */
    public static Route via(Prefix destination, IpAddress gateway) {
        return new Route(
                destination.network(),
                Optional.of(gateway),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                MAIN,
                Type.UNICAST,
                0,
                STATIC,
                false,
                List.of());
    }

    /**
     * Starts a route to a network that is directly on a link.
     *
     * @param destination the network; host bits are cleared
     * @param link the index of the link
     * @return a static route in the main table
     */
    public static Route on(Prefix destination, int link) {
        boolean v4 = destination.address().family() == IpAddress.Family.V4;
        return new Route(
                destination.network(),
                Optional.empty(),
                OptionalInt.of(LinkSpec.index(link)),
                OptionalInt.empty(),
                Optional.empty(),
                MAIN,
                Type.UNICAST,
                v4 ? SCOPE_LINK : 0,
                STATIC,
                false,
                List.of());
    }

    /**
     * Starts a route to a network through several hosts, each of which gets its share.
     *
     * @param destination the network; host bits are cleared
     * @param hops two or more next hosts of the same family
     * @return a static route in the main table
     */
    public static Route via(Prefix destination, List<Hop> hops) {
        return of(destination, Type.UNICAST, hops);
    }

    /**
     * Starts a route that drops packets.
     *
     * @param destination the network; host bits are cleared
     * @param type {@link Type#BLACKHOLE}, {@link Type#UNREACHABLE} or {@link Type#PROHIBIT}
     * @return a static route in the main table
     * @throws IllegalArgumentException for another type
     */
    public static Route dropping(Prefix destination, Type type) {
        if (type != Type.BLACKHOLE && type != Type.UNREACHABLE && type != Type.PROHIBIT) {
            throw new IllegalArgumentException("a route of type " + type + " does not drop packets");
        }
        return of(destination, type, List.of());
    }

    private static Route of(Prefix destination, Type type, List<Hop> hops) {
        return new Route(
                destination.network(),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                MAIN,
                type,
                0,
                STATIC,
                false,
                hops);
    }

    /**
     * Starts the default route.
     *
     * @param gateway the next host
     * @return a static route in the main table
     */
    public static Route defaultVia(IpAddress gateway) {
        return via(Prefix.all(gateway.family()), gateway);
    }

    /**
     * Names the link it goes out by.
     *
     * @param index the index of the link
     * @return a changed copy
     */
    public Route link(int index) {
        OptionalInt out = OptionalInt.of(LinkSpec.index(index));
        return new Route(destination, gateway, out, metric, source, table, type, scope, protocol, onLink, hops);
    }

    /**
     * Has the gateway count as directly on the link, though no network of the link holds it. The link must be named.
     *
     * @return a changed copy
     * @throws IllegalArgumentException without a gateway and a link
     */
    public Route withGatewayOnLink() {
        if (gateway.isEmpty() || link.isEmpty()) {
            throw new IllegalArgumentException("a gateway that is on the link needs a gateway and a link");
        }
        return new Route(destination, gateway, link, metric, source, table, type, scope, protocol, true, hops);
    }

    /**
     * Sets the metric.
     *
     * @param value the lower the better; not negative
     * @return a changed copy
     */
    public Route metric(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("a metric is not negative: " + value);
        }
        OptionalInt m = OptionalInt.of(value);
        return new Route(destination, gateway, link, m, source, table, type, scope, protocol, onLink, hops);
    }

    /**
     * Prefers an own address.
     *
     * @param address an address of this host, of the same family
     * @return a changed copy
     */
    public Route source(IpAddress address) {
        Optional<IpAddress> s = Optional.of(address);
        return new Route(destination, gateway, link, metric, s, table, type, scope, protocol, onLink, hops);
    }

    /**
     * Puts it into another table.
     *
     * @param number the table, not 0
     * @return a changed copy
     */
    public Route table(int number) {
        if (number == 0) {
            throw new IllegalArgumentException("there is no routing table 0");
        }
        return new Route(destination, gateway, link, metric, source, number, type, scope, protocol, onLink, hops);
    }

    /** As ip-route(8) writes it, with the index for the link's name: {@code 10.4.0.0/16 via 10.1.0.1 dev 5 metric 100}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (type != Type.UNICAST) {
            text.append(type.name().toLowerCase(Locale.ROOT)).append(' ');
        }
        text.append(destination.length() == 0 ? "default" : destination);
        next(text, gateway, link, onLink);
        source.ifPresent(address -> text.append(" src ").append(address));
        metric.ifPresent(value -> text.append(" metric ").append(value));
        if (table != MAIN) {
            text.append(" table ").append(table);
        }
        for (Hop hop : hops) {
            next(text.append(" nexthop"), hop.gateway(), OptionalInt.of(hop.link()), hop.onLink());
            text.append(" weight ").append(hop.weight());
        }
        return text.toString();
    }

    private static void next(StringBuilder text, Optional<IpAddress> gateway, OptionalInt link, boolean onLink) {
        gateway.ifPresent(address -> text.append(" via ").append(address));
        link.ifPresent(index -> text.append(" dev ").append(index));
        if (onLink) {
            text.append(" onlink");
        }
    }
}
