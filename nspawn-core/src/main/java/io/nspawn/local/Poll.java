package io.nspawn.local;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A set of descriptors to wait for: poll(2). Used by one thread. */
final class Poll {
    static final short READ = LibC.POLLIN;
    static final short WRITE = LibC.POLLOUT;

    private static final int SIZE = 8;
    private static final int EVENTS = 4;
    private static final int HAPPENED = 6;

    private final Native os;
    private final int count;
    private final ByteBuffer set;

    /** A set with room for so many; a place that nothing was put in is passed over. */
    Poll(Native os, int count) {
        this.os = os;
        this.count = count;
        this.set = ByteBuffer.allocateDirect(count * SIZE).order(ByteOrder.nativeOrder());
        for (int place = 0; place < count; place++) {
            forget(place);
        }
    }

    void watch(int place, int descriptor, short events) {
        set.putInt(place * SIZE, descriptor);
        set.putShort(place * SIZE + EVENTS, events);
    }

    /** The kernel passes over descriptors below zero. */
    void forget(int place) {
        watch(place, -1, (short) 0);
    }

    /** Waits until one is ready. */
    void await() {
        os.poll(set, count, -1);
    }

    /** Waits until one is ready, or the time is over. */
    void await(int milliseconds) {
        os.poll(set, count, milliseconds);
    }

    /** Looks which are ready now. */
    void look() {
        os.poll(set, count, 0);
    }

    /** Whether it was ready when last waited for: for what was asked, or because its other end is gone. */
    boolean isReady(int place) {
        return set.getShort(place * SIZE + HAPPENED) != 0;
    }
}
