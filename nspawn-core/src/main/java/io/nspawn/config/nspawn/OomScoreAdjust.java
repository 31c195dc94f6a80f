package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;

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
            throw new InvalidFileException(
                    0, "OOMScoreAdjust", "does not take " + value, "it takes an integer from -1000 to 1000");
        }
    }

    static boolean isValid(int value) {
        return value >= -1000 && value <= 1000;
    }
}
