package io.nspawn.btrfs;

/** How a filesystem counts the space of its subvolumes. */
public enum QuotaMode {
    /** Not at all. */
    NONE,
    /**
     * Shared and exclusive space of every subvolume (qgroups). With tens of snapshots of one subvolume it slows
     * every commit down, and deleting them can keep the kernel busy for minutes.
     */
    FULL,
    /** Each extent for the subvolume that first wrote it (simple quotas, Linux 6.7): cheap. */
    SIMPLE
}
