package io.nspawn.model;

/** How a pool counts the space of its subvolumes (btrfs-quota(8)). */
public enum QuotaMode {
    /** Not at all: nothing can be limited. */
    NONE,
    /** Each block for whoever wrote it first (simple quotas, Linux 6.7): cheap. */
    SIMPLE,
    /** Shared and exclusive space of every subvolume: each clone and each removal gets slower with their number. */
    FULL
}
