package io.nspawn.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * The time of a {@link FakeHost}. It stands still until somebody waits on the host, or calls {@link #advance}; then it
 * jumps, and what was due on the way happens in its order. Nobody ever waits for real.
 */
public final class VirtualClock {
    private static final Instant BOOT = Instant.ofEpochSecond(1_767_225_600);

    private record Event(Instant due, long order, Runnable action) {}

    private final Object monitor;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparing(Event::due).thenComparingLong(Event::order));
    private Instant now = BOOT;
    private Runnable afterEach = () -> {};
    private long order;

    VirtualClock(Object monitor) {
        this.monitor = monitor;
    }

    /** What the host's clock shows; it starts at the beginning of 2026, UTC. */
    public Instant now() {
        synchronized (monitor) {
            return now;
        }
    }

    /** Lets time pass: all that is due within it happens. */
    public void advance(Duration time) {
        synchronized (monitor) {
            runUntil(() -> false, time);
        }
    }

    /** Has something done after each event. */
    void afterEach(Runnable action) {
        afterEach = action;
    }

    void after(Duration time, Runnable action) {
        events.add(new Event(now.plus(time), order++, action));
    }

    /** Lets time pass until the condition holds, at most until the deadline; returns whether it held in time. */
    boolean runUntil(BooleanSupplier condition, Duration deadline) {
        Instant end = now.plus(deadline);
        while (!condition.getAsBoolean()) {
            Event next = events.peek();
            if (next == null || next.due().isAfter(end)) {
                now = end;
                return false;
            }
            events.remove();
            now = next.due().isAfter(now) ? next.due() : now;
            next.action().run();
            afterEach.run();
        }
        return true;
    }

    void reset() {
        events.clear();
        now = BOOT;
    }

    /** Forgets all that was to happen, as a power loss does. */
    void forgetEvents() {
        events.clear();
    }
}
