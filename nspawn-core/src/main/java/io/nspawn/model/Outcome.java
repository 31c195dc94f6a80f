package io.nspawn.model;

/** What a failed call left behind. */
public enum Outcome {
    /** The host is as it was before the call. */
    NOT_APPLIED,
    /** The change was made; what failed came after it. */
    APPLIED,
    /** The reply was lost: look at the host before deciding. */
    UNKNOWN
}
