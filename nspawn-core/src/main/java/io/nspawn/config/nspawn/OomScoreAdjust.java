package io.nspawn.config.nspawn;

/**
 * {@code OOMScoreAdjust=}.
 *
 * @param isSet whether it counts
 * @param value -1000 to 1000; an empty assignment unsets it, and systemd keeps the number that was there
 */
public record OomScoreAdjust(boolean isSet, int value) {
    public static final OomScoreAdjust UNSET = new OomScoreAdjust(false, 0);

    public OomScoreAdjust {
        if (!isValid(value)) {
            throw new IllegalArgumentException("no OOM score adjustment from -1000 to 1000: " + value);
        }
    }

    static boolean isValid(int value) {
        return value >= -1000 && value <= 1000;
    }
}
