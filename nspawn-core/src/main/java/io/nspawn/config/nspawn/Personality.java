package io.nspawn.config.nspawn;

/** The architecture that uname(2) shows: {@code Personality=}. */
public enum Personality {
    /** The host's own. */
    NATIVE,
    /** The 32-bit architecture that the host's processor runs besides. */
    SECONDARY
}
