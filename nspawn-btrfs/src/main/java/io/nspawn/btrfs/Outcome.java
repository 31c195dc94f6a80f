package io.nspawn.btrfs;

/** Whether a failed operation changed the filesystem. */
public enum Outcome {
    /** Nothing was changed, or all that was changed was undone. */
    NOT_APPLIED,
    /** The change was made; what failed is what should have followed, such as a wait. */
    APPLIED,
    /** It cannot be told: look again. */
    UNKNOWN
}
