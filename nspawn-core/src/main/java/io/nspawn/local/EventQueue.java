package io.nspawn.local;

import io.nspawn.model.HostEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a watcher events on a thread of its own, so that one that is slow, or that uses the host, holds up nobody. */
final class EventQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final int MOST = 10_000;

    private final Consumer<? super HostEvent> watcher;
    private final Runnable overrun;
    /** Guarded by itself. */
    private final Deque<HostEvent> waiting = new ArrayDeque<>();

    private volatile boolean closed;

    /**
     * A queue that has begun to tell.
     *
     * @param overrun run when the watcher was so slow that events had to be dropped: it needs a snapshot
     */
    EventQueue(Consumer<? super HostEvent> watcher, Runnable overrun) {
        this.watcher = watcher;
        this.overrun = overrun;
        Thread thread = new Thread(this::tellAll, "nspawn-watcher");
        thread.setDaemon(true);
        thread.start();
    }

    void add(HostEvent event) {
        boolean dropped = false;
        synchronized (waiting) {
            if (event instanceof HostEvent.Snapshot || waiting.size() >= MOST) {
                dropped = !(event instanceof HostEvent.Snapshot);
                waiting.clear();
            }
            if (!dropped) {
                waiting.add(event);
            }
            waiting.notifyAll();
        }
        if (dropped) {
            overrun.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (waiting) {
            waiting.clear();
            waiting.notifyAll();
        }
    }

    private void tellAll() {
        try {
            while (!closed) {
                for (HostEvent event : take()) {
                    tell(event);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("a watcher was interrupted and hears no more", e);
        }
    }

    private List<HostEvent> take() throws InterruptedException {
        synchronized (waiting) {
            while (waiting.isEmpty() && !closed) {
                waiting.wait();
            }
            List<HostEvent> events = new ArrayList<>(waiting);
            waiting.clear();
            return events;
        }
    }

    private void tell(HostEvent event) {
        if (closed) {
            return;
        }
        try {
            watcher.accept(event);
        } catch (RuntimeException | AssertionError e) {
            LOG.warn("a watcher failed at {}; it stays", event, e);
        }
    }
}
