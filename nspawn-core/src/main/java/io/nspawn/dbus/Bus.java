package io.nspawn.dbus;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One private connection to a message bus, thread-safe. It reconnects by itself: on the next call, or at once (with a
 * back-off) while somebody is subscribed.
 *
 * <p>Values are plain Java, by the letters of the D-Bus specification's type system:
 *
 * <table>
 * <caption>D-Bus and Java types</caption>
 * <tr><td>{@code y q u t x}</td><td>Long; {@code t} keeps its 64 bits, so that UINT64_MAX is -1</td></tr>
 * <tr><td>{@code n i}</td><td>Integer</td></tr>
 * <tr><td>{@code b d s}</td><td>Boolean, Double, String</td></tr>
 * <tr><td>{@code o g}</td><td>String</td></tr>
 * <tr><td>{@code ay}</td><td>byte[]</td></tr>
 * <tr><td>{@code a… (…)}</td><td>List</td></tr>
 * <tr><td>{@code a{…}}</td><td>Map, in the sender's order</td></tr>
 * <tr><td>{@code v}</td><td>received: the bare value; sent: a {@link Variant}</td></tr>
 * <tr><td>{@code h}</td><td>received: a {@link Descriptor}, owned by whoever gets it; sent: a {@link Descriptor} or a
 * {@link java.io.FileDescriptor}, which stays the sender's</td></tr>
 * </table>
 *
 * <p>Errors: every failure is one of {@link io.nspawn.model.NspawnException}'s types; a reply that did not come leaves
 * the outcome unknown. An argument that does not fit its signature is an {@link IllegalArgumentException}, and nothing
 * was sent.
 */
public interface Bus extends AutoCloseable {

    /** The variable that names another system bus (dbus-daemon(1)). */
    String SYSTEM_ADDRESS_VARIABLE = "DBUS_SYSTEM_BUS_ADDRESS";

    /** Where the system bus listens when nothing says otherwise. */
    String SYSTEM_ADDRESS = "unix:path=/run/dbus/system_bus_socket";

    /** Where PID 1 listens by itself. */
    String PID1_ADDRESS = "unix:path=/run/systemd/private";

    /** How long connecting and the bus's own methods may take: the daemon answers them by itself. */
    Duration CONTROL_TIMEOUT = Duration.ofSeconds(10);

    /**
     * Connects to the system bus.
     *
     * @throws io.nspawn.model.HostNotReadyException where no system bus runs
     * @throws io.nspawn.model.PermissionDeniedException where the bus refuses this user
     * @throws io.nspawn.model.UnsupportedException where the JVM was started without native access
     */
    static Bus system() {
        return at(Optional.ofNullable(System.getenv(SYSTEM_ADDRESS_VARIABLE)).orElse(SYSTEM_ADDRESS));
    }

    /**
     * Connects to PID 1 itself, past the bus, as systemctl(1) does: half the way for each call, but no other service, no
     * subscriptions and no descriptors. Empty where that cannot be: it lets in nobody but root, and is not asked for where
     * {@value #SYSTEM_ADDRESS_VARIABLE} says that the bus is elsewhere.
     */
    static Optional<Bus> pid1() {
        return System.getenv(SYSTEM_ADDRESS_VARIABLE) == null
                ? SocketBus.toPeer(BusAddress.parse(PID1_ADDRESS).get(0))
                : Optional.empty();
    }

    /**
     * Connects to the bus at an address: {@code unix:path=…} or {@code unix:abstract=…}, several parted by semicolons.
     *
     * @throws IllegalArgumentException where the text is no such address
     */
    static Bus at(String address) {
        return SocketBus.connect(BusAddress.parse(address));
    }

    /**
     * Connects to a bus that another way leads to; after a loss it is gone again.
     *
     * @param timeout for connecting
     */
    static Bus through(Doorway doorway, Duration timeout) {
        return SocketBus.connect(doorway, timeout);
    }

    /**
     * Calls a method and waits for its reply.
     *
     * @param remote whom to call
     * @param member the method
     * @param signature the arguments' types
     * @param arguments one value for each complete type of the signature
     * @param timeout how long to wait, connecting included
     * @return the values of the reply
     * @throws io.nspawn.model.DeadlineExceededException where no reply came in time
     * @throws io.nspawn.model.InterruptedOperationException where the thread was interrupted; not sent if it already was
     * @throws io.nspawn.model.ConnectionLostException where the bus or the service went away before replying
     */
    List<Object> call(Remote remote, String member, String signature, List<?> arguments, Duration timeout);

    /** Calls a method that takes no arguments. */
    default List<Object> call(Remote remote, String member, Duration timeout) {
        return call(remote, member, "", List.of(), timeout);
    }

    /** All properties of the remote's interface, by {@code org.freedesktop.DBus.Properties.GetAll}. */
    default Map<String, Object> getAll(Remote remote, Duration timeout) {
        List<Object> reply = call(remote.properties(), "GetAll", "s", List.of(remote.interfaceName()), timeout);
        return Reply.of("GetAll", remote, reply).properties(0);
    }

    /**
     * The counters (type {@code t}) among all properties of each remote's interface, in the order asked; one that it does not
     * have is not in its map. The calls are under way together, which takes a fraction of the time of one after the other;
     * the first that fails is what is thrown.
     *
     * @param names which of them are of interest
     * @param timeout for all of them together
     */
    List<Map<String, Object>> counters(List<Remote> remotes, Set<String> names, Duration timeout);

    /**
     * One property each, in the order asked, empty where the object does not have it: an older version may not. The calls
     * are under way together; the first that fails is what is thrown.
     *
     * @param timeout for all of them together
     */
    List<Optional<Object>> find(List<Property> wanted, Duration timeout);

    /** One property of the remote's interface. */
    default Object get(Remote remote, String property, Duration timeout) {
        List<Object> reply = call(remote.properties(), "Get", "ss", List.of(remote.interfaceName(), property), timeout);
        return Reply.of("Get", remote, reply).value(0);
    }

    /**
     * Delivers what matches, from now on and over reconnects, until closed. When this returns, the bus has taken the
     * match: no later signal is missed, but for those told by {@link BusEvent.Resynced}.
     *
     * <p>Handlers run one at a time, in the order of arrival, on the bus's dispatcher thread; a slow one holds up all
     * others, a throwing one is logged and stays subscribed. They may call the bus.
     */
    Subscription subscribe(Match match, Consumer<BusEvent> handler);

    /** Runs the task on the dispatcher thread, after every signal that has arrived by now was delivered. */
    void afterDelivered(Runnable task);

    /** Runs the task on the dispatcher thread after a pause; drops it once the bus is closed. */
    void after(Duration pause, Runnable task);

    /** Whether descriptors pass over the present connection; a call that sends one fails first where they do not. */
    boolean passesDescriptors();

    State state();

    /** Ends the connection, its threads, and every call in flight. Does nothing the second time. */
    @Override
    void close();

    /** What the connection is. */
    enum State {
        CONNECTED,
        /** Lost; the next call connects again. */
        DISCONNECTED,
        /** Closed for good. */
        CLOSED
    }

    /** A subscription; closing it ends delivery, and never waits. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
