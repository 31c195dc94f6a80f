package io.nspawn.btrfs;

/**
 * The number of a quota group, written {@code level/id}. Those of level 0 belong to the subvolume with that id.
 *
 * @param level 0 to 65535
 * @param id 0 to 2^48-1
 */
public record QuotaGroupId(int level, long id) implements Comparable<QuotaGroupId> {
    private static final int ID_BITS = 48;
    private static final long LARGEST_ID = (1L << ID_BITS) - 1;
    private static final int LARGEST_LEVEL = 0xffff;

    /** Refuses numbers out of range. */
    public QuotaGroupId {
        if (level < 0 || level > LARGEST_LEVEL || id < 0 || id > LARGEST_ID) {
            throw new IllegalArgumentException("not a quota group: " + level + "/" + id);
        }
    }

    /** The group of a subvolume. */
    public static QuotaGroupId of(SubvolumeId subvolume) {
        return new QuotaGroupId(0, subvolume.value());
    }

    static QuotaGroupId ofKey(long key) {
        return new QuotaGroupId((int) (key >>> ID_BITS), key & LARGEST_ID);
    }

    long key() {
        return (long) level << ID_BITS | id;
    }

    @Override
    public int compareTo(QuotaGroupId other) {
        return Long.compareUnsigned(key(), other.key());
    }

    /** {@code level/id}. */
    @Override
    public String toString() {
        return level + "/" + id;
    }
}
