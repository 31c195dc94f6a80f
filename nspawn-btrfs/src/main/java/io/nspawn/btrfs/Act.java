package io.nspawn.btrfs;

/** Something asked of the kernel: what it is called in an error, and the first kernel that has it. */
interface Act {
    String text();

    String since();

    /** Whether EINVAL means that the object is no subvolume. */
    default boolean invalidMeansNoSubvolume() {
        return false;
    }
}
