package io.nspawn.testkit;

import io.nspawn.model.BusyException;
import io.nspawn.model.Failure;
import io.nspawn.model.InterruptedOperationException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Locks of the host. One that another thread holds is waited for; one that another process holds is never given back, nor
 * can a thread wait for itself: for these the deadline passes at once.
 */
final class FakeLocks {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Object monitor;
    private final VirtualClock clock;
    private final Map<String, Thread> held = new HashMap<>();
    private final Set<String> heldElsewhere = new TreeSet<>();

    FakeLocks(Object monitor, VirtualClock clock) {
        this.monitor = monitor;
        this.clock = clock;
    }

    void take(String file, Duration deadline) {
        synchronized (monitor) {
            boolean own = Thread.currentThread().equals(held.get(file));
            if (own || heldElsewhere.contains(file)) {
                clock.advance(deadline);
                throw busy(file, deadline);
            }
            long end = System.nanoTime() + deadline.toNanos();
            try {
                while (held.putIfAbsent(file, Thread.currentThread()) != null) {
                    long left = end - System.nanoTime();
                    if (left <= 0) {
                        throw busy(file, deadline);
                    }
                    monitor.wait(Math.max(1, left / NANOS_PER_MILLI));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedOperationException(Failure.of("lock", file, "the thread was interrupted"), e);
            }
        }
    }

    void giveBack(String file) {
        synchronized (monitor) {
            held.remove(file);
            monitor.notifyAll();
        }
    }

    void holdElsewhere(String file) {
        heldElsewhere.add(file);
    }

    /** Locks die with their holders. */
    void reset() {
        held.clear();
        heldElsewhere.clear();
        monitor.notifyAll();
    }

    private static BusyException busy(String file, Duration deadline) {
        return new BusyException(
                Failure.of("lock", file, "another deploy on this host holds it for " + Failure.span(deadline))
                        .remedy("Wait for it to end."));
    }
}
