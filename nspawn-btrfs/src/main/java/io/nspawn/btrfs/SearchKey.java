package io.nspawn.btrfs;

/**
 * The key of an item of a tree: one number of 136 bits, compared unsigned.
 *
 * @param objectid the high 64 bits
 * @param type the middle 8 bits
 * @param offset the low 64 bits
 */
record SearchKey(long objectid, int type, long offset) implements Comparable<SearchKey> {
    static final int MAXIMUM_TYPE = 255;

    static final int INODE_ITEM = 1;
    static final int ORPHAN_ITEM = 48;
    static final int DIR_ITEM = 84;
    static final int EXTENT_DATA = 108;
    static final int ROOT_ITEM = 132;
    static final int ROOT_BACKREF = 144;
    static final int ROOT_REF = 156;
    static final int QGROUP_STATUS = 240;
    static final int QGROUP_INFO = 242;
    static final int QGROUP_LIMIT = 244;
    static final int QGROUP_RELATION = 246;
    static final int UUID_SUBVOL = 251;
    static final int UUID_RECEIVED = 252;

    static SearchKey first(long objectid, int type) {
        return new SearchKey(objectid, type, 0);
    }

    static SearchKey last(long objectid, int type) {
        return new SearchKey(objectid, type, -1L);
    }

    /** The key that follows; the last of all wraps round to the first. */
    SearchKey next() {
        if (offset != -1L) {
            return new SearchKey(objectid, type, offset + 1);
        }
        if (type != MAXIMUM_TYPE) {
            return new SearchKey(objectid, type + 1, 0);
        }
        return new SearchKey(objectid + 1, 0, 0);
    }

    @Override
    public int compareTo(SearchKey other) {
        int order = Long.compareUnsigned(objectid, other.objectid);
        if (order == 0) {
            order = Integer.compare(type, other.type);
        }
        return order == 0 ? Long.compareUnsigned(offset, other.offset) : order;
    }
}
