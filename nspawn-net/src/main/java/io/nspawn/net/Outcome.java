package io.nspawn.net;

/** What a failed request has left behind. */
public enum Outcome {
    /** Nothing was changed. */
    NOT_APPLIED,
    /** The change was made; what failed came after it. */
    APPLIED,
    /** The reply was lost: the change may have been made or not. Look again before going on. */
    UNKNOWN
}
