package io.nspawn.net;

import java.time.Duration;

/**
 * A point in time on the monotonic clock.
 *
 * @param nanoTime a value of {@link System#nanoTime()}
 */
record Deadline(long nanoTime) {
    static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + timeout.toNanos());
    }

    /** Gives what is left, in nanoseconds; zero or less once it has passed. */
    long remaining() {
        return nanoTime - System.nanoTime();
    }

    /** Gives what is left for poll(2), rounded up so that the wait never ends just before the deadline. */
    int milliseconds() {
        long left = remaining();
        return left <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, (left + 999_999) / 1_000_000);
    }
}
