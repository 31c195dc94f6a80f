package io.nspawn.btrfs;

/** How a subvolume is deleted. */
public enum DeleteOption {
    /**
     * Subvolumes nested in it are deleted first, the deepest first; read-only ones are made writable where the
     * kernel asks for it. Needs CAP_SYS_ADMIN and Linux 5.7.
     */
    RECURSIVE
}
