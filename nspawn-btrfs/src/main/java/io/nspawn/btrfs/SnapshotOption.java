package io.nspawn.btrfs;

/** How a snapshot is taken. */
public enum SnapshotOption {
    /** The snapshot is read-only from the start; with {@link #RECURSIVE}, once it is complete. */
    READ_ONLY,

    /**
     * Subvolumes nested in the source are snapshotted too, into the places they have there. Without it BTRFS leaves
     * an empty directory in each such place. Each nested snapshot is taken by itself, so the whole is not one moment
     * in time. Needs CAP_SYS_ADMIN.
     */
    RECURSIVE
}
