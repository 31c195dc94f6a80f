package io.nspawn.config.nspawn;

/** Where the container's journal is kept: {@code LinkJournal=}. */
public enum LinkJournal implements Choice {
    NO,
    AUTO,
    HOST,
    TRY_HOST,
    GUEST,
    TRY_GUEST;

    /** Whether a failure to link is passed over. */
    public boolean isTried() {
        return this == TRY_HOST || this == TRY_GUEST;
    }
}
