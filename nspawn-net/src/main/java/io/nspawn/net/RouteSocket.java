package io.nspawn.net;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the kernel's rtnetlink in one network namespace; the start of everything here.
 *
 * <p><b>Threads.</b> Any thread may use it. One lock covers a request and its whole reply: a second caller waits for
 * the first, up to its own timeout. For work in parallel open several.
 *
 * <p><b>Waiting.</b> Each request has the timeout given at the opening. Close, the deadline and interruption end a
 * wait. The kernel works a request off inside the send, under a lock of its own, and that part cannot be cut short. A
 * request given up half way has an {@linkplain Outcome#UNKNOWN unknown outcome}; its connection is dropped and the next
 * request opens a new one, provided that the path still leads to the same namespace.
 *
 * <p><b>Privileges.</b> Reading needs none. Changing needs CAP_NET_ADMIN in the user namespace that owns the network
 * namespace; entering another network namespace needs CAP_SYS_ADMIN as well. Linux 5.5 or later. See rtnetlink(7),
 * netlink(7).
 */
public final class RouteSocket implements AutoCloseable {
    /** The timeout of a request if none is chosen: 10 seconds. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(RouteSocket.class);
    private static final int DUMP_ATTEMPTS = 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final NetworkNamespace namespace;
    private final String identity;
    private final Duration timeout;
    private volatile @Nullable NetlinkSocket socket;
    private volatile boolean closed;
    private int sequence;

    /**
     * The whole reply to a request.
     *
     * @param entries what the messages were decoded to
     * @param consistent false if the kernel saw a change while it listed
     */
    record Reply<T>(List<T> entries, boolean consistent) {}

    private RouteSocket(NetworkNamespace namespace, Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a timeout is positive: " + timeout);
        }
        this.namespace = namespace;
        this.timeout = timeout;
        this.identity = namespace.identity();
        this.socket = NetlinkSocket.open(namespace);
    }

    /**
     * Opens a connection in this process' own namespace, with the default timeout.
     *
     * @return the connection, to be closed
     * @throws NetlinkException if the kernel refuses
     */
    public static RouteSocket open() {
        return open(NetworkNamespace.current());
    }

    /**
     * Opens a connection in a namespace, with the default timeout.
     *
     * @param namespace where
     * @return the connection, to be closed
     * @throws NetlinkException.NotFound if there is no such namespace
     * @throws NetlinkException.PermissionDenied without CAP_SYS_ADMIN over a foreign namespace
     */
    public static RouteSocket open(NetworkNamespace namespace) {
        return open(namespace, DEFAULT_TIMEOUT);
    }

    /**
     * Opens a connection in a namespace.
     *
     * @param namespace where
     * @param timeout how long one request may take, waiting for other callers included; positive
     * @return the connection, to be closed
     * @throws NetlinkException.NotFound if there is no such namespace
     * @throws NetlinkException.PermissionDenied without CAP_SYS_ADMIN over a foreign namespace
     */
    public static RouteSocket open(NetworkNamespace namespace, Duration timeout) {
        return new RouteSocket(namespace, timeout);
    }

    /**
     * Gives the links of the namespace.
     *
     * @return a view that uses this connection
     */
    public Links links() {
        return new Links(this);
    }

    /**
     * Gives the addresses of the namespace.
     *
     * @return a view that uses this connection
     */
    public Addresses addresses() {
        return new Addresses(this);
    }

    /**
     * Gives the routes of the namespace.
     *
     * @return a view that uses this connection
     */
    public Routes routes() {
        return new Routes(this);
    }

    /**
     * Gives the neighbours of the namespace.
     *
     * @return a view that uses this connection
     */
    public Neighbours neighbours() {
        return new Neighbours(this);
    }

    /**
     * Gives what can be changed on the macvlans and macvtaps of the namespace.
     *
     * @return a view that uses this connection
     */
    public Macvlans macvlans() {
        return new Macvlans(links());
    }

    /**
     * Gives the ids by which the namespace knows others.
     *
     * @return a view that uses this connection
     */
    public NamespaceIds namespaceIds() {
        return new NamespaceIds(this);
    }

    /**
     * Names the namespace.
     *
     * @return as given at the opening
     */
    public NetworkNamespace namespace() {
        return namespace;
    }

    /** Sends a change and waits for the acknowledgement. */
    void change(MessageEncoder request) throws KernelRefusal {
        call(request, message -> Optional.<Void>empty());
    }

    /** Sends one request and decodes the messages of its reply. */
    <T> Reply<T> call(MessageEncoder request, Function<Message, Optional<T>> decoder) throws KernelRefusal {
        Deadline deadline = Deadline.after(timeout);
        acquire(deadline);
        try {
            return converse(request, decoder, deadline);
        } finally {
            lock.unlock();
        }
    }

    /** Lists; a listing that changed under the kernel's hands is tried again, with pauses that grow and vary. */
    <T> Listing<T> dump(MessageEncoder request, Function<Message, Optional<T>> decoder) throws KernelRefusal {
        for (int attempt = 1; ; attempt++) {
            Reply<T> reply = call(request, decoder);
            if (reply.consistent() || attempt == DUMP_ATTEMPTS) {
                return new Listing<>(reply.entries(), reply.consistent());
            }
            LOG.debug("listing changed while it was read, attempt {}", attempt);
            pause(Duration.ofNanos(ThreadLocalRandom.current().nextLong(500_000, 2_000_000L * attempt)));
        }
    }

    private void acquire(Deadline deadline) {
        try {
            if (!lock.tryLock(Math.max(0, deadline.remaining()), TimeUnit.NANOSECONDS)) {
                throw new NetlinkException.Timeout(ended("another request took longer than " + timeout, false));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NetlinkException.Interrupted(ended("the thread was interrupted", false));
        }
    }

    private <T> Reply<T> converse(MessageEncoder request, Function<Message, Optional<T>> decoder, Deadline deadline)
            throws KernelRefusal {
        NetlinkSocket connection = connection();
        sequence = sequence == -1 ? 1 : sequence + 1;
        Conversation<T> conversation = new Conversation<>(sequence, request.flags(), decoder);
        boolean finished = false;
        try {
            connection.send(request.toBytes(sequence));
            while (!conversation.isOver()) {
                Optional<ByteBuffer> datagram = connection.poll();
                datagram.ifPresent(conversation::accept);
                if (datagram.isEmpty()) {
                    await(connection, deadline);
                }
            }
            finished = true;
        } finally {
            if (!finished) {
                drop(connection);
            }
        }
        return conversation.reply();
    }

    private void await(NetlinkSocket connection, Deadline deadline) {
        NetlinkSocket.Wait wait = connection.await(deadline);
        if (closed) {
            throw new NetlinkException.Closed(ended("the socket was closed meanwhile", true));
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new NetlinkException.Interrupted(ended("the thread was interrupted", true));
        }
        if (wait == NetlinkSocket.Wait.TIMEOUT) {
            throw new NetlinkException.Timeout(ended("no reply within " + timeout.toMillis() + " ms", true));
        }
    }

    private void pause(Duration length) {
        Deadline end = Deadline.after(length);
        acquire(Deadline.after(timeout));
        try {
            NetlinkSocket connection = connection();
            while (end.remaining() > 0) {
                connection.await(end);
                if (closed || Thread.currentThread().isInterrupted()) {
                    throw closed
                            ? new NetlinkException.Closed(ended("the socket was closed meanwhile", false))
                            : new NetlinkException.Interrupted(ended("the thread was interrupted", false));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives the connection, a new one after the last was dropped. */
    private NetlinkSocket connection() {
        if (closed) {
            throw new NetlinkException.Closed(ended("the socket is closed", false));
        }
        NetlinkSocket present = socket;
        if (present != null) {
            return present;
        }
        if (!namespace.identity().equals(identity)) {
            throw new NetlinkException.NotFound(ended("the path leads to another namespace by now", false));
        }
        NetlinkSocket fresh = NetlinkSocket.open(namespace);
        socket = fresh;
        if (closed) {
            // A close that came while there was no connection to wake.
            drop(fresh);
            throw new NetlinkException.Closed(ended("the socket is closed", false));
        }
        return fresh;
    }

    private void drop(NetlinkSocket connection) {
        socket = null;
        connection.close();
    }

    private NetlinkException.Failure ended(String text, boolean sent) {
        return NetlinkException.Failure.of(
                "complete", "a netlink request in " + namespace, text, sent ? Outcome.UNKNOWN : Outcome.NOT_APPLIED);
    }

    /** Ends the connection. A request under way in another thread ends with {@link NetlinkException.Closed}. */
    @Override
    public void close() {
        closed = true;
        NetlinkSocket present = socket;
        if (present != null) {
            present.wake();
        }
        lock.lock();
        try {
            NetlinkSocket last = socket;
            if (last != null) {
                drop(last);
            }
        } finally {
            lock.unlock();
        }
    }
}
