package io.nspawn.model;

/** How a host keeps images and the roots of containers. */
public enum Storage {
    /** As subvolumes of a btrfs: a clone is a snapshot, made at once and taking no space of its own. */
    BTRFS,

    /**
     * As plain directories of whatever filesystem holds {@code /var/lib/machines}. A clone is a copy of all files, which
     * takes its time, and the image's space once more unless the filesystem lets files share their blocks (xfs, btrfs).
     * There are no limits, and a snapshot or clone of what runs is refused, as a copy would hold files of different
     * moments; so is one of a root with paths longer than 4095 bytes. All else is as with btrfs.
     */
    PLAIN_DIRECTORIES
}
