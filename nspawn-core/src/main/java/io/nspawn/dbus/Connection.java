package io.nspawn.dbus;

import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.freedesktop.dbus.messages.DBusSignal;
import org.freedesktop.dbus.messages.MethodCall;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One life of a connection: it pairs replies with calls until it is lost, once and for good. Thread-safe.
 *
 * <p>A thread of its own writes, so that a bus that does not read cannot hold a caller past its deadline. Only what
 * certainly fits into the socket's buffer is written by the caller, which saves waking that thread.
 */
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.dbus");

    /** Together a third of what a socket's buffer takes (net.core.wmem_default), whatever the bus has not read yet. */
    private static final int MOST_UNANSWERED = 64;

    private static final int SMALL = 1024;

    /**
     * How long a caller looks for its reply, letting everybody else run, before it sleeps: an idle bus answers within
     * this time, and to be woken would take as long again.
     */
    private static final long LOOK = TimeUnit.MICROSECONDS.toNanos(150);

    private final Wire wire;
    private final Consumer<Incoming> signals;
    private final Runnable onLoss;
    private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
    private final BlockingQueue<Pending> outbox = new LinkedBlockingQueue<>();
    /** Messages in the outbox or on their way out of it: whoever finds none may overtake nobody. */
    private final AtomicInteger queued = new AtomicInteger();

    /** Messages that were written since the bus last showed that it reads. */
    private final AtomicInteger unanswered = new AtomicInteger();

    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicReference<Optional<IOException>> loss = new AtomicReference<>(Optional.empty());
    private final Thread reader;
    private final Thread writer;

    /**
     * A connection that runs.
     *
     * @param signals gets every signal, on the reading thread
     * @param onLoss is told once when the connection ends, for whatever reason
     */
    static Connection start(Wire wire, Consumer<Incoming> signals, Runnable onLoss) {
        Connection connection = new Connection(wire, signals, onLoss);
        connection.reader.start();
        connection.writer.start();
        return connection;
    }

    private Connection(Wire wire, Consumer<Incoming> signals, Runnable onLoss) {
        this.wire = wire;
        this.signals = signals;
        this.onLoss = onLoss;
        this.reader = daemon("nspawn-bus-reader", this::readAll);
        this.writer = daemon("nspawn-bus-writer", this::writeAll);
    }

    boolean isAlive() {
        return loss.get().isEmpty();
    }

    boolean passesDescriptors() {
        return wire.passesDescriptors();
    }

    /** How many calls wait for their reply. */
    int inFlight() {
        return pending.size();
    }

    /** Sends a call and waits for its reply, or for the error that came in its stead. */
    Incoming call(Outgoing message, Deadline deadline, Failure failure) {
        return await(begin(message, failure), deadline, failure);
    }

    /** Sends a call; whoever does so awaits or abandons it. */
    Pending begin(Outgoing message, Failure failure) {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedOperationException(failure.outcome(Outcome.NOT_APPLIED));
        }
        Pending call = new Pending(message);
        pending.put(message.getSerial(), call);
        if (!writesAtOnce(call)) {
            enqueue(call);
        }
        loss.get().ifPresent(this::failAll);
        return call;
    }

    /** Lets a reply that nobody waits for any more go by. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void abandon(Pending call) {
        pending.remove(call.message.getSerial(), call);
        if (!call.withdraw()) {
            call.reply.thenAccept(Incoming::close);
        }
    }

    /** Waits for the reply of a call that was sent. */
    Incoming await(Pending call, Deadline deadline, Failure failure) {
        call.lookForReply();
        try {
            return call.reply.get(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return giveUp(
                    call,
                    left -> new DeadlineExceededException(
                            reason(failure, "no reply within " + Failure.span(deadline.given()), left)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return giveUp(
                    call,
                    left -> new InterruptedOperationException(
                            reason(failure, "interrupted while waiting for the reply", left)));
        } catch (ExecutionException e) {
            throw lost(call, failure, Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    /** Sends a call that wants no reply. */
    void send(Outgoing message) {
        enqueue(new Pending(message));
    }

    private void enqueue(Pending call) {
        queued.incrementAndGet();
        outbox.add(call);
    }

    private boolean writesAtOnce(Pending call) {
        boolean fits = call.message.bytes().length <= SMALL && unanswered.get() < MOST_UNANSWERED;
        if (!fits || !call.message.descriptors().isEmpty() || queued.get() > 0 || !writing.tryLock()) {
            return false;
        }
        try {
            write(call);
        } catch (IOException | RuntimeException e) {
            lose(e instanceof IOException io ? io : new IOException("cannot write to the bus: " + e, e));
        } finally {
            writing.unlock();
        }
        return true;
    }

    private void write(Pending call) throws IOException {
        if (call.claim()) {
            unanswered.incrementAndGet();
            wire.send(call.message.bytes(), call.message.descriptors());
        }
    }

    /** Ends the connection; waits a moment for its threads, unless called by one of them. */
    void close() {
        lose(new IOException("the bus was closed"));
        for (Thread thread : new Thread[] {reader, writer}) {
            join(thread);
        }
    }

    private Incoming giveUp(Pending call, Function<Outcome, RuntimeException> failure) {
        if (pending.remove(call.message.getSerial(), call)) {
            throw failure.apply(call.withdraw() ? Outcome.NOT_APPLIED : Outcome.UNKNOWN);
        }
        // The reader has taken the call and is about to complete it: take the reply, it may own descriptors.
        try {
            return call.reply.join();
        } catch (CompletionException e) {
            throw failure.apply(call.withdraw() ? Outcome.NOT_APPLIED : Outcome.UNKNOWN);
        }
    }

    private static ConnectionLostException lost(Pending call, Failure failure, Throwable cause) {
        Outcome left = call.withdraw() ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
        return new ConnectionLostException(
                reason(failure, "the bus connection was lost: " + cause.getMessage(), left)
                        .remedy("The next call connects again; look at the host before repeating this one"),
                cause);
    }

    private static Failure reason(Failure failure, String reason, Outcome left) {
        return new Failure(failure.operation(), failure.subject(), reason, failure.errorName(), failure.remedy(), left);
    }

    private void readAll() {
        try {
            while (isAlive()) {
                dispatch(wire.receive());
            }
        } catch (IOException | RuntimeException e) {
            lose(e instanceof IOException io ? io : new IOException("the bus sent what cannot be read: " + e, e));
        } finally {
            wire.discardArrived();
        }
    }

    private void dispatch(Incoming message) {
        if (message.message() instanceof DBusSignal) {
            signals.accept(message);
        } else if (message.message() instanceof MethodCall call) {
            LOG.debug("ignored a call of {} by {}: nothing is served here", call.getName(), call.getSource());
            message.close();
        } else {
            unanswered.set(0);
            Pending call = pending.remove(message.message().getReplySerial());
            if (call == null || !call.reply.complete(message)) {
                LOG.debug("dropped a late reply to call {}", message.message().getReplySerial());
                message.close();
            }
        }
    }

    private void writeAll() {
        try {
            while (isAlive()) {
                Pending next = outbox.take();
                writing.lock();
                try {
                    write(next);
                } finally {
                    writing.unlock();
                    queued.decrementAndGet();
                }
            }
        } catch (InterruptedException e) {
            LOG.trace("writer ended", e);
        } catch (IOException | RuntimeException e) {
            lose(e instanceof IOException io ? io : new IOException("cannot write to the bus: " + e, e));
        }
    }

    private void lose(IOException cause) {
        if (!loss.compareAndSet(Optional.empty(), Optional.of(cause))) {
            return;
        }
        LOG.debug("bus connection ended: {}", cause.toString());
        try {
            wire.close();
        } catch (IOException e) {
            LOG.debug("closing the bus socket: {}", e.toString());
        }
        writer.interrupt();
        failAll(cause);
        onLoss.run();
    }

    private void failAll(IOException cause) {
        for (Pending call : List.copyOf(pending.values())) {
            if (pending.remove(call.message.getSerial(), call)) {
                call.reply.completeExceptionally(cause);
            }
        }
    }

    private static void join(Thread thread) {
        if (thread.equals(Thread.currentThread())) {
            return;
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        return thread;
    }

    /** A call on its way; whoever first claims or withdraws it decides whether it is sent. */
    static final class Pending {
        private enum Fate {
            QUEUED,
            SENT,
            WITHDRAWN
        }

        private final Outgoing message;
        private final CompletableFuture<Incoming> reply = new CompletableFuture<>();
        private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.QUEUED);

        Pending(Outgoing message) {
            this.message = message;
        }

        boolean claim() {
            return fate.compareAndSet(Fate.QUEUED, Fate.SENT);
        }

        // Whether the yielding helps on a machine changes how long a call takes, never what it gives.
        @SuppressWarnings("ThreadPriorityCheck")
        void lookForReply() {
            long end = System.nanoTime() + LOOK;
            while (!reply.isDone() && System.nanoTime() - end < 0) {
                Thread.yield();
            }
        }

        /** Whether the call was kept from being sent. */
        boolean withdraw() {
            return fate.compareAndSet(Fate.QUEUED, Fate.WITHDRAWN) || fate.get() == Fate.WITHDRAWN;
        }
    }
}
