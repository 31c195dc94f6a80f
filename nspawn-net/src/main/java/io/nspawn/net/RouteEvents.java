package io.nspawn.net;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes in one network namespace, in their order.
 *
 * <p>The first event is a {@link RouteEvent.Snapshot}. When events come faster than they are taken and the kernel drops
 * some, that is told by an {@link RouteEvent.Overrun}, and another snapshot follows: nothing is lost in silence. The
 * kernel keeps up to 8 MiB, some 5,000 events (208 KiB, some 90, without CAP_NET_ADMIN).
 *
 * <p>One thread at a time waits; others queue behind it. Close ends a wait. Reading needs no privilege, see {@link
 * RouteSocket} for foreign namespaces.
 */
public final class RouteEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RouteEvents.class);
    private static final int RECEIVE_BUFFER = 8 * 1024 * 1024;

    /** What to hear of. */
    public enum Topic {
        /** Links. */
        LINKS,
        /** IPv4 and IPv6 addresses. */
        ADDRESSES,
        /** IPv4 and IPv6 routes. */
        ROUTES;

        private int[] groups() {
            return switch (this) {
                case LINKS -> new int[] {Rtm.GROUP_LINK};
                case ADDRESSES -> new int[] {Rtm.GROUP_IPV4_ADDRESS, Rtm.GROUP_IPV6_ADDRESS};
                case ROUTES -> new int[] {Rtm.GROUP_IPV4_ROUTE, Rtm.GROUP_IPV6_ROUTE};
            };
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<RouteEvent> pending = new ArrayDeque<>();
    private final Set<Topic> topics;
    private final NetlinkSocket socket;
    private final RouteSocket requests;
    private volatile boolean closed;
    private boolean started;

    private RouteEvents(NetworkNamespace namespace, Set<Topic> topics, int receiveBuffer) {
        this.topics = Set.copyOf(topics);
        this.requests = RouteSocket.open(namespace);
        boolean complete = false;
        try {
            this.socket = NetlinkSocket.open(namespace, fd -> prepare(fd, receiveBuffer));
            complete = true;
        } finally {
            if (!complete) {
                requests.close();
            }
        }
    }

    /**
     * Subscribes. Nothing that happens after this is missed.
     *
     * @param namespace where to listen
     * @param topics what to hear of, at least one
     * @return the subscription, to be closed
     * @throws NetlinkException if the kernel refuses
     */
    public static RouteEvents open(NetworkNamespace namespace, Set<Topic> topics) {
        return open(namespace, topics, RECEIVE_BUFFER);
    }

    /** Subscribes with another buffer, in bytes, so that a test can make it overflow. */
    static RouteEvents open(NetworkNamespace namespace, Set<Topic> topics, int receiveBuffer) {
        if (topics.isEmpty()) {
            throw new IllegalArgumentException("a subscription needs a topic");
        }
        return new RouteEvents(namespace, topics, receiveBuffer);
    }

    private void prepare(int fd, int receiveBuffer) {
        if (!NetlinkSocket.trySetOption(fd, Nl.SOL_SOCKET, Nl.SO_RCVBUFFORCE, receiveBuffer)) {
            NetlinkSocket.trySetOption(fd, Nl.SOL_SOCKET, Nl.SO_RCVBUF, receiveBuffer);
        }
        for (Topic topic : topics) {
            for (int group : topic.groups()) {
                NetlinkSocket.setOption(fd, Nl.SOL_NETLINK, Nl.ADD_MEMBERSHIP, group, "subscribe to " + topic);
            }
        }
    }

    /**
     * Waits for the next event.
     *
     * @param timeout how long; zero only looks
     * @return the event, empty if none came in time
     * @throws NetlinkException.Closed if it is closed, before or meanwhile
     * @throws NetlinkException.Interrupted if the thread is interrupted; no event is lost by that
     */
    public Optional<RouteEvent> next(Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        lock.lock();
        try {
            while (pending.isEmpty()) {
                checkOpen();
                if (!fill() && !await(deadline)) {
                    return Optional.empty();
                }
            }
            return Optional.of(pending.remove());
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is there; tells whether anything was. */
    private boolean fill() {
        if (!started) {
            pending.add(snapshot());
            started = true;
            return true;
        }
        try {
            Optional<ByteBuffer> datagram = socket.poll();
            datagram.ifPresent(d -> Message.forEach(d, message -> event(message).ifPresent(pending::add)));
            return datagram.isPresent();
        } catch (NetlinkException e) {
            if (!e.errno().equals(OptionalInt.of(Errno.ENOBUFS.intValue()))) {
                throw e;
            }
            resync();
            return true;
        }
    }

    /** What is still queued is older than what was lost and than the snapshot, and would only confuse. */
    private void resync() {
        LOG.debug("events were lost in {}", requests.namespace());
        int dropped = 0;
        while (discard()) {
            dropped++;
        }
        LOG.debug("dropped {} datagrams older than the loss", dropped);
        pending.add(new RouteEvent.Overrun());
        pending.add(snapshot());
    }

    private boolean discard() {
        try {
            return socket.poll().isPresent();
        } catch (NetlinkException e) {
            if (!e.errno().equals(OptionalInt.of(Errno.ENOBUFS.intValue()))) {
                throw e;
            }
            return true;
        }
    }

    private boolean await(Deadline deadline) {
        NetlinkSocket.Wait wait = socket.await(deadline);
        checkOpen();
        if (Thread.currentThread().isInterrupted()) {
            throw new NetlinkException.Interrupted(failure("the thread was interrupted"));
        }
        return wait != NetlinkSocket.Wait.TIMEOUT;
    }

    private void checkOpen() {
        if (closed) {
            throw new NetlinkException.Closed(failure("the subscription is closed"));
        }
    }

    private NetlinkException.Failure failure(String text) {
        return NetlinkException.Failure.of("wait for", "events in " + requests.namespace(), text, Outcome.NOT_APPLIED);
    }

    private RouteEvent.Snapshot snapshot() {
        boolean consistent = true;
        List<Link> links = List.of();
        List<Address> addresses = List.of();
        List<Route> routes = new ArrayList<>();
        if (topics.contains(Topic.LINKS)) {
            Listing<Link> listing = requests.links().listing(LinkFilter.all());
            links = listing.entries();
            consistent = listing.consistent();
        }
        if (topics.contains(Topic.ADDRESSES)) {
            Listing<Address> listing = requests.addresses().listing(OptionalInt.empty());
            addresses = listing.entries();
            consistent &= listing.consistent();
        }
        if (topics.contains(Topic.ROUTES)) {
            for (IpAddress.Family family : IpAddress.Family.values()) {
                Listing<Route> listing = requests.routes().listing(family, Route.MAIN);
                routes.addAll(listing.entries());
                consistent &= listing.consistent();
            }
        }
        return new RouteEvent.Snapshot(links, addresses, routes, consistent);
    }

    static Optional<RouteEvent> event(Message message) {
        return switch (message.type()) {
            case Rtm.NEWLINK -> LinkDecoder.any(message).map(RouteEvent.LinkChanged::new);
            case Rtm.DELLINK -> LinkDecoder.any(message).map(RouteEvent.LinkRemoved::new);
            case Rtm.NEWADDR -> Addresses.address(message).map(RouteEvent.AddressChanged::new);
            case Rtm.DELADDR -> Addresses.address(message).map(RouteEvent.AddressRemoved::new);
            case Rtm.NEWROUTE -> Routes.route(message).map(RouteEvent.RouteChanged::new);
            case Rtm.DELROUTE -> Routes.route(message).map(RouteEvent.RouteRemoved::new);
            default -> Optional.empty();
        };
    }

    /** Ends the subscription; a thread that waits gets {@link NetlinkException.Closed}. */
    @Override
    public void close() {
        closed = true;
        socket.wake();
        lock.lock();
        try {
            socket.close();
            requests.close();
        } finally {
            lock.unlock();
        }
    }
}
