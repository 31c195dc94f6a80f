package io.nspawn.btrfs;

/**
 * The number of a subvolume: 5 for the top level of the filesystem, 256 and above for all others. Numbers are never
 * used again within one filesystem.
 *
 * @param value the number, an unsigned 64-bit integer
 */
public record SubvolumeId(long value) implements Comparable<SubvolumeId> {
    /** The top level of every filesystem (BTRFS_FS_TREE_OBJECTID). */
    public static final SubvolumeId TOP_LEVEL = new SubvolumeId(5);

    private static final long FIRST_FREE = 256;
    private static final long LAST_FREE = -256;

    /** Refuses numbers that no subvolume can have. */
    public SubvolumeId {
        boolean free = Long.compareUnsigned(value, FIRST_FREE) >= 0 && Long.compareUnsigned(value, LAST_FREE) <= 0;
        if (!free && value != 5) {
            throw new IllegalArgumentException("not the id of a subvolume: " + Long.toUnsignedString(value));
        }
    }

    static boolean isSubvolume(long value) {
        return Long.compareUnsigned(value, FIRST_FREE) >= 0 && Long.compareUnsigned(value, LAST_FREE) <= 0;
    }

    @Override
    public int compareTo(SubvolumeId other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** The number in decimal. */
    @Override
    public String toString() {
        return Long.toUnsignedString(value);
    }
}
