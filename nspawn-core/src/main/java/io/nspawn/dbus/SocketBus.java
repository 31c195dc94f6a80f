package io.nspawn.dbus;

import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.model.UnsupportedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.freedesktop.dbus.messages.Error;
import org.freedesktop.dbus.messages.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bus over a UNIX socket: it keeps one {@link Connection} alive and everybody subscribed. */
final class SocketBus implements Bus {

    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.dbus");
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    /** How many calls are under way together: a bus refuses more than 128 that have no reply yet (dbus-daemon(1)). */
    private static final int AT_ONCE = 32;

    private final Door door;
    private final Dispatcher dispatcher = new Dispatcher();
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    /** Held while connecting and while the daemon's matches and {@link #subscribers} are made to agree. */
    private final ReentrantLock connecting = new ReentrantLock();

    private volatile Optional<Connection> current = Optional.empty();
    private volatile boolean closed;

    private SocketBus(Door door) {
        this.door = door;
    }

    static SocketBus connect(List<BusAddress> addresses) {
        return connect(Door.at(addresses), CONTROL_TIMEOUT);
    }

    static SocketBus connect(Doorway doorway, Duration timeout) {
        return connect(Door.through(doorway), timeout);
    }

    static Optional<Bus> toPeer(BusAddress address) {
        try {
            return Optional.of(connect(Door.toPeer(address), CONTROL_TIMEOUT));
        } catch (NspawnException e) {
            LOG.debug("no way past the bus: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static SocketBus connect(Door door, Duration timeout) {
        NativeAccess.require();
        SocketBus bus = new SocketBus(door);
        try {
            bus.connection(Deadline.in(timeout));
            return bus;
        } catch (RuntimeException e) {
            bus.close();
            throw e;
        }
    }

    @Override
    public List<Object> call(Remote remote, String member, String signature, List<?> arguments, Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        Outgoing message = Outgoing.call(remote, member, signature, arguments);
        Failure failure = Failure.of(member, subject(remote, arguments), "interrupted before it was sent");
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedOperationException(failure);
        }
        return call(connection(deadline), message, deadline, failure);
    }

    @Override
    public List<Map<String, Object>> counters(List<Remote> remotes, Set<String> names, Duration timeout) {
        List<Outgoing> calls = remotes.stream()
                .map(remote -> Outgoing.call(remote.properties(), "GetAll", "s", List.of(remote.interfaceName())))
                .toList();
        Failure failure = Failure.of("GetAll", remotes.size() + " objects", "");
        return together(calls, failure, timeout, reply -> {
            throwError(reply, failure);
            return read(failure, () -> reply.counters(names));
        });
    }

    @Override
    public List<Optional<Object>> find(List<Property> wanted, Duration timeout) {
        List<Outgoing> calls = wanted.stream().map(Property::get).toList();
        Failure failure = Failure.of("Get", wanted.size() + " properties", "");
        return together(calls, failure, timeout, reply -> {
            if (reply.message() instanceof Error error && BusErrors.isUnknownProperty(error.getName())) {
                reply.close();
                return Optional.empty();
            }
            return Optional.of(new Reply(failure.operation(), failure.subject(), values(reply, failure)).value(0));
        });
    }

    /** Has calls under way together, as many as the bus takes, and reads their replies in their order. */
    private <T> List<T> together(List<Outgoing> calls, Failure failure, Duration timeout, Function<Incoming, T> read) {
        Deadline deadline = Deadline.in(timeout);
        Connection connection = connection(deadline);
        Deque<Connection.Pending> underWay = new ArrayDeque<>();
        List<T> all = new ArrayList<>(calls.size());
        try {
            for (Outgoing call : calls) {
                if (underWay.size() == AT_ONCE) {
                    all.add(read.apply(connection.await(underWay.remove(), deadline, failure)));
                }
                underWay.add(connection.begin(call, failure));
            }
            while (!underWay.isEmpty()) {
                all.add(read.apply(connection.await(underWay.remove(), deadline, failure)));
            }
        } finally {
            underWay.forEach(connection::abandon);
        }
        return all;
    }

    @Override
    public Subscription subscribe(Match match, Consumer<BusEvent> handler) {
        Subscriber subscriber = new Subscriber(match, handler);
        Deadline deadline = Deadline.in(CONTROL_TIMEOUT);
        if (!door.leadsToDaemon()) {
            throw new UnsupportedOperationException(door.place() + " is no bus: nobody takes matches there");
        }
        lock(deadline);
        try {
            Connection connection = connection(deadline);
            subscribers.add(subscriber);
            try {
                addMatch(connection, subscriber, deadline);
            } catch (RuntimeException e) {
                subscribers.remove(subscriber);
                throw e;
            }
        } finally {
            connecting.unlock();
        }
        return () -> unsubscribe(subscriber);
    }

    @Override
    public void afterDelivered(Runnable task) {
        dispatcher.run(task);
    }

    @Override
    public void after(Duration pause, Runnable task) {
        dispatcher.runAfter(pause, task);
    }

    @Override
    public boolean passesDescriptors() {
        return connection(Deadline.in(CONTROL_TIMEOUT)).passesDescriptors();
    }

    @Override
    public State state() {
        if (closed) {
            return State.CLOSED;
        }
        return current.filter(Connection::isAlive).isPresent() ? State.CONNECTED : State.DISCONNECTED;
    }

    @Override
    public void close() {
        closed = true;
        current.ifPresent(Connection::close);
        dispatcher.close();
    }

    /** How many calls wait for their reply. */
    int inFlight() {
        return current.map(Connection::inFlight).orElse(0);
    }

    private List<Object> call(Connection connection, Outgoing message, Deadline deadline, Failure failure) {
        if (!message.descriptors().isEmpty() && !connection.passesDescriptors()) {
            throw new UnsupportedException(Failure.of(
                    failure.operation(), failure.subject(), "this bus connection passes no file descriptors"));
        }
        LOG.debug("call {} {}", failure.operation(), failure.subject());
        return values(connection.call(message, deadline, failure), failure);
    }

    private static List<Object> values(Incoming reply, Failure failure) {
        throwError(reply, failure);
        return read(failure, reply::values);
    }

    private static void throwError(Incoming reply, Failure failure) {
        if (reply.message() instanceof Error error) {
            throw BusErrors.translate(failure, error.getName(), errorText(reply));
        }
    }

    private static <T> T read(Failure failure, Incoming.Reading<T> reading) {
        try {
            return reading.read();
        } catch (Incoming.UnreadableException e) {
            throw new HostFailureException(
                    Failure.of(failure.operation(), failure.subject(), String.valueOf(e.getMessage()))
                            .outcome(Outcome.UNKNOWN),
                    e);
        }
    }

    private static String errorText(Incoming reply) {
        try (reply) {
            List<Object> values = reply.values();
            return values.isEmpty() ? "no explanation was given" : String.valueOf(values.get(0));
        } catch (Incoming.UnreadableException e) {
            return "the explanation is unreadable";
        }
    }

    /** What a call is about, for its error: its first text, which is mostly a name, or else the object. */
    private static String subject(Remote remote, List<?> arguments) {
        if (!arguments.isEmpty() && arguments.get(0) instanceof String name && !name.isEmpty()) {
            return name;
        }
        return remote.path();
    }

    private Connection connection(Deadline deadline) {
        Optional<Connection> alive = current.filter(Connection::isAlive);
        if (alive.isPresent()) {
            return alive.get();
        }
        lock(deadline);
        try {
            if (closed) {
                throw new IllegalStateException("the bus is closed");
            }
            alive = current.filter(Connection::isAlive);
            return alive.isPresent() ? alive.get() : reconnect(deadline);
        } finally {
            connecting.unlock();
        }
    }

    private void lock(Deadline deadline) {
        Failure failure = Failure.of("connect to", "the bus", "another thread was connecting");
        try {
            if (!connecting.tryLock(deadline.nanosLeft(), TimeUnit.NANOSECONDS)) {
                throw new DeadlineExceededException(failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedOperationException(failure);
        }
    }

    private Connection reconnect(Deadline deadline) {
        Connection connection = Connection.start(dial(deadline), this::onSignal, this::onLoss);
        try {
            if (door.leadsToDaemon()) {
                greet(connection, deadline);
            }
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
        boolean again = current.isPresent();
        current = Optional.of(connection);
        if (closed) {
            connection.close();
            throw new IllegalStateException("the bus is closed");
        }
        if (again) {
            LOG.debug("connected to the bus again");
            dispatcher.run(() -> subscribers.forEach(s -> s.deliver(new BusEvent.Resynced())));
        }
        return connection;
    }

    private void greet(Connection connection, Deadline deadline) {
        Outgoing hello = Outgoing.call(Remote.DAEMON, "Hello", "", List.of());
        call(connection, hello, deadline, Failure.of("connect to", "the bus", ""));
        for (Subscriber subscriber : subscribers) {
            addMatch(connection, subscriber, deadline);
        }
    }

    private Wire dial(Deadline deadline) {
        try {
            return door.dial(deadline);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private NspawnException unreachable(IOException cause) {
        String place = door.place();
        Failure failure = Failure.of("connect to", place, String.valueOf(cause.getMessage()));
        if (cause instanceof Handshake.RefusedException
                || String.valueOf(cause.getMessage()).contains("ermission")) {
            return new PermissionDeniedException(failure.remedy("Run as root"), cause);
        }
        if (cause instanceof java.net.SocketTimeoutException) {
            return new DeadlineExceededException(failure, cause);
        }
        if (cause instanceof java.io.EOFException) {
            return new ConnectionLostException(failure, cause);
        }
        return new HostNotReadyException(
                "connect to",
                List.of(new Finding(
                        place,
                        "no message bus runs here: " + cause.getMessage(),
                        "start dbus.service; the library needs a host that was booted with systemd")));
    }

    private static void addMatch(Connection connection, Subscriber subscriber, Deadline deadline) {
        String rule = subscriber.match().rule();
        // Answered by the daemon, hence never through the public call, which would connect within connecting.
        Incoming reply = connection.call(
                Outgoing.call(Remote.DAEMON, "AddMatch", "s", List.of(rule)),
                deadline,
                Failure.of("subscribe to", rule, ""));
        if (reply.message() instanceof Error error) {
            throw BusErrors.translate(Failure.of("subscribe to", rule, ""), error.getName(), errorText(reply));
        }
    }

    private void unsubscribe(Subscriber subscriber) {
        subscriber.end();
        if (subscribers.remove(subscriber)) {
            String rule = subscriber.match().rule();
            current.filter(Connection::isAlive)
                    .ifPresent(connection -> connection.send(
                            Outgoing.callWithoutReply(Remote.DAEMON, "RemoveMatch", "s", List.of(rule))));
        }
    }

    private void onSignal(Incoming signal) {
        Message message = signal.message();
        // One that is addressed to us alone bypassed our matches, and with them the check of who sent it.
        boolean broadcast = message.getDestination() == null;
        if (broadcast && subscribers.stream().anyMatch(s -> s.accepts(message))) {
            dispatcher.run(() -> deliver(signal));
        } else {
            signal.close();
        }
    }

    private void deliver(Incoming incoming) {
        Message message = incoming.message();
        try (incoming) {
            BusEvent.Signal signal = new BusEvent.Signal(
                    String.valueOf(message.getSource()),
                    String.valueOf(message.getPath()),
                    String.valueOf(message.getInterface()),
                    String.valueOf(message.getName()),
                    incoming.values());
            subscribers.stream()
                    .filter(s -> s.accepts(message) && s.match().acceptsValues(signal.arguments()))
                    .forEach(s -> s.deliver(signal));
        } catch (Incoming.UnreadableException e) {
            LOG.warn("dropped an unreadable signal {}: {}", message.getName(), e.getMessage());
        }
    }

    private void onLoss() {
        if (!closed) {
            dispatcher.run(() -> revive(FIRST_RETRY));
        }
    }

    /** Listeners call nothing that would connect again, so somebody has to do it for them. */
    private void revive(Duration pause) {
        if (closed || subscribers.isEmpty()) {
            return;
        }
        try {
            connection(Deadline.in(CONTROL_TIMEOUT));
        } catch (NspawnException | IllegalStateException e) {
            LOG.debug("cannot connect to the bus again yet: {}", e.getMessage());
            Duration next = pause.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? pause.multipliedBy(2) : LAST_RETRY;
            dispatcher.runAfter(pause, () -> revive(next));
        }
    }
}
