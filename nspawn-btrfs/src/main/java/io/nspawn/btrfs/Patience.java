package io.nspawn.btrfs;

import java.time.Duration;

/** The longest wait of a call. */
final class Patience {
    /** Longer than any wait, and short enough to count in nanoseconds. */
    private static final Duration FOREVER = Duration.ofDays(365);

    private Patience() {}

    static Duration of(Duration given) {
        if (given.isNegative()) {
            throw new IllegalArgumentException("a negative time to wait: " + given);
        }
        return given.compareTo(FOREVER) < 0 ? given : FOREVER;
    }
}
