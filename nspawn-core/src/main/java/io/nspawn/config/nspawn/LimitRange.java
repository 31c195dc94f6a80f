package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;

/**
 * A soft and a hard limit, as unsigned numbers.
 *
 * @param soft what counts, at most {@code hard}
 * @param hard up to where the container may raise it
 */
public record LimitRange(long soft, long hard) {
    /** No limit: 2^64-1. */
    public static final long INFINITY = -1;

    public LimitRange {
        if (Long.compareUnsigned(soft, hard) > 0) {
            throw new InvalidFileException(
                    0,
                    "Limit",
                    "has a soft limit of " + Long.toUnsignedString(soft) + " above the hard one of "
                            + Long.toUnsignedString(hard),
                    "the soft limit is at most the hard one");
        }
    }

    static String text(long limit) {
        return limit == INFINITY ? "infinity" : Long.toUnsignedString(limit);
    }

    @Override
    public String toString() {
        return soft == hard ? text(soft) : text(soft) + ":" + text(hard);
    }
}
