package io.nspawn.btrfs;

import java.time.Instant;

/**
 * A time of a file, in all the range that a file can have, which is wider than that of {@link Instant}.
 *
 * @param seconds since 1970
 * @param nanoseconds 0 to 999,999,999
 */
public record StreamTime(long seconds, int nanoseconds) {
    private static final int SECOND = 1_000_000_000;

    /** Refuses nanoseconds that are a second or more. */
    public StreamTime {
        if (nanoseconds < 0 || nanoseconds >= SECOND) {
            throw new IllegalArgumentException("not nanoseconds: " + nanoseconds);
        }
    }

    /**
     * The same as an instant.
     *
     * @throws java.time.DateTimeException if it is more than a thousand million years away
     */
    public Instant toInstant() {
        return Instant.ofEpochSecond(seconds, nanoseconds);
    }
}
