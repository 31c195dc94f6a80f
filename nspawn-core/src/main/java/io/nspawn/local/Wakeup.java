package io.nspawn.local;

/** A way to wake a thread that waits for descriptors; harmless once that thread has closed it. Thread-safe. */
final class Wakeup implements AutoCloseable {
    private final Native os;
    private final int counter;
    private boolean closed;

    Wakeup(Native os) {
        this.os = os;
        this.counter = os.openCounter();
    }

    void watch(Poll poll, int place) {
        poll.watch(place, counter, Poll.READ);
    }

    synchronized void signal() {
        if (!closed) {
            os.signal(counter);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            os.close(counter);
        }
    }
}
