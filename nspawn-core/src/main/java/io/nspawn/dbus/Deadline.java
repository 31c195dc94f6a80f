package io.nspawn.dbus;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The end of a wait that several steps share. */
record Deadline(long nanoTime, Duration given) {

    private static final Duration LONGEST = Duration.ofDays(3650);

    static Deadline in(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("a time-out is longer than nothing, not " + timeout);
        }
        Duration bounded = timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
        return new Deadline(System.nanoTime() + bounded.toNanos(), timeout);
    }

    /** Nanoseconds left, at least 0. */
    long nanosLeft() {
        return Math.max(0, nanoTime - System.nanoTime());
    }

    /** Milliseconds left, at least 1: sockets take 0 for "for ever". */
    int millisLeft() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanosLeft())));
    }
}
