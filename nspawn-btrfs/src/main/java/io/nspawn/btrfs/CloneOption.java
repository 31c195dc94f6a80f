package io.nspawn.btrfs;

/** How clones are made. */
public enum CloneOption {
    /**
     * Subvolumes nested in the source are cloned too, into the places they have there: see
     * {@link SnapshotOption#RECURSIVE}. Without it BTRFS leaves an empty directory in each such place. Needs
     * CAP_SYS_ADMIN.
     */
    RECURSIVE
}
