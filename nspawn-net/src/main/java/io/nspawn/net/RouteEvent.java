package io.nspawn.net;

import java.util.List;

/** Something that happened in a network namespace, as {@link RouteEvents} reports it. */
public sealed interface RouteEvent {
    /**
     * A link was made or changed.
     *
     * @param link as it is now
     */
    record LinkChanged(Link link) implements RouteEvent {}

    /**
     * A link has gone.
     *
     * @param link as it was
     */
    record LinkRemoved(Link link) implements RouteEvent {}

    /**
     * An address was added or changed.
     *
     * @param address as it is now
     */
    record AddressChanged(Address address) implements RouteEvent {}

    /**
     * An address has gone.
     *
     * @param address as it was
     */
    record AddressRemoved(Address address) implements RouteEvent {}

    /**
     * A route was added or changed.
     *
     * @param route as it is now
     */
    record RouteChanged(Route route) implements RouteEvent {}

    /**
     * A route has gone.
     *
     * @param route as it was
     */
    record RouteRemoved(Route route) implements RouteEvent {}

    /** Events were lost because they came faster than they were taken. A {@link Snapshot} follows. */
    record Overrun() implements RouteEvent {}

    /**
     * All there is, read anew: the first event, and the one after each {@link Overrun}. What was known before and is
     * not in it has gone. Of what is subscribed to only; the other lists are empty.
     *
     * @param links every link
     * @param addresses every address
     * @param routes every route of the main tables
     * @param consistent false if it changed while it was read, each time; the events that follow set it right
     */
    record Snapshot(List<Link> links, List<Address> addresses, List<Route> routes, boolean consistent)
            implements RouteEvent {
        /** Copies the lists. */
        public Snapshot {
            links = List.copyOf(links);
            addresses = List.copyOf(addresses);
            routes = List.copyOf(routes);
        }
    }
}
