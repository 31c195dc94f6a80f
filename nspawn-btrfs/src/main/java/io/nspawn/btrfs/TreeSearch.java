package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Predicate;
import jnr.constants.platform.Errno;

/**
 * Reads a range of a tree by TREE_SEARCH_V2. The range is between two compound keys, so items of other types lie in
 * it and are for the reader to pass over. Each call of the kernel sees its leaves as they are then: a long search is
 * no snapshot.
 *
 * @param tree the number of the tree; 0 is the tree of the subvolume that the descriptor is in
 * @param from the first key
 * @param to the last key
 * @param oldest only items in leaves that were written in this transaction or later
 */
record TreeSearch(long tree, SearchKey from, SearchKey to, long oldest) {
    static final long ROOT_TREE = 1;
    static final long QUOTA_TREE = 8;
    static final long UUID_TREE = 9;
    static final long ROOT_TREE_DIRECTORY = 6;
    static final long ORPHAN_OBJECTID = -5;

    static final int TREE_ID = 0;
    static final int MIN_OBJECTID = 8;
    static final int MAX_OBJECTID = 16;
    static final int MIN_OFFSET = 24;
    static final int MAX_OFFSET = 32;
    static final int MIN_TRANSID = 40;
    static final int MAX_TRANSID = 48;
    static final int MIN_TYPE = 56;
    static final int MAX_TYPE = 60;
    static final int NR_ITEMS = 64;
    static final int BUFFER_SIZE = 104;
    static final int BUFFER = 112;

    static final int HEADER_SIZE = 32;
    static final int HEADER_TRANSID = 0;
    static final int HEADER_OBJECTID = 8;
    static final int HEADER_OFFSET = 16;
    static final int HEADER_TYPE = 24;
    static final int HEADER_LENGTH = 28;

    /** Best of 4 KiB to 16 MiB for long lists. */
    private static final int LONG_LIST = 64 * 1024;

    /** Enough for one item of every type that is looked up alone. */
    private static final int SHORT_LIST = 4096 - BUFFER;

    private static final int LARGEST_BUFFER = 16 * 1024 * 1024;

    TreeSearch(long tree, SearchKey from, SearchKey to) {
        this(tree, from, to, 0);
    }

    /**
     * An item of a tree.
     *
     * @param key its key
     * @param data its content, packed and little-endian; valid only until the reader returns
     */
    record Item(SearchKey key, ByteBuffer data) {}

    /** Hands every item to the reader until it answers false. */
    void read(Descriptor fd, Predicate<Item> reader) {
        read(fd, LONG_LIST, reader);
    }

    /** As {@link #read}, for searches that find an item or a few. */
    void readFew(Descriptor fd, Predicate<Item> reader) {
        read(fd, SHORT_LIST, reader);
    }

    private void read(Descriptor fd, int size, Predicate<Item> reader) {
        ByteBuffer buffer = Wire.buffer(BUFFER + size);
        SearchKey next = from;
        while (next.compareTo(to) <= 0) {
            buffer = fill(fd, buffer, next);
            int count = buffer.getInt(NR_ITEMS);
            if (count == 0) {
                return;
            }
            SearchKey last = Items.hand(buffer, count, reader);
            if (last.equals(Items.STOPPED) || last.equals(to)) {
                return;
            }
            next = last.next();
        }
    }

    /** One call of the kernel, in a larger buffer if an item does not fit into this one. */
    private ByteBuffer fill(Descriptor fd, ByteBuffer buffer, SearchKey start) {
        pack(buffer, start);
        int result = fd.attempt(Ioctl.TREE_SEARCH_V2, buffer);
        long needed = buffer.getLong(BUFFER_SIZE);
        if (result == -Errno.EOVERFLOW.intValue() && needed > buffer.capacity() - BUFFER && needed <= LARGEST_BUFFER) {
            return fill(fd, Wire.buffer(BUFFER + (int) needed), start);
        }
        Failure.check(Ioctl.TREE_SEARCH_V2, fd.path(), result);
        return buffer;
    }

    void pack(ByteBuffer buffer, SearchKey start) {
        buffer.putLong(TREE_ID, tree);
        buffer.putLong(MIN_OBJECTID, start.objectid());
        buffer.putLong(MAX_OBJECTID, to.objectid());
        buffer.putLong(MIN_OFFSET, start.offset());
        buffer.putLong(MAX_OFFSET, to.offset());
        buffer.putLong(MIN_TRANSID, oldest);
        buffer.putLong(MAX_TRANSID, -1L);
        buffer.putInt(MIN_TYPE, start.type());
        buffer.putInt(MAX_TYPE, to.type());
        buffer.putInt(NR_ITEMS, -1);
        buffer.putLong(BUFFER_SIZE, buffer.capacity() - BUFFER);
    }

    /** What the kernel wrote behind the argument: a header and its item, and the next header at once, unaligned. */
    static final class Items {
        /** No tree has this key: type 0 is not in use. */
        static final SearchKey STOPPED = new SearchKey(0, 0, 0);

        private Items() {}

        /** Hands the items over and returns the key of the last. */
        static SearchKey hand(ByteBuffer buffer, int count, Predicate<Item> reader) {
            SearchKey last = STOPPED;
            int at = BUFFER;
            for (int i = 0; i < count; i++) {
                last = new SearchKey(
                        buffer.getLong(at + HEADER_OBJECTID),
                        buffer.getInt(at + HEADER_TYPE),
                        buffer.getLong(at + HEADER_OFFSET));
                int length = buffer.getInt(at + HEADER_LENGTH);
                ByteBuffer data = buffer.slice(at + HEADER_SIZE, length).order(ByteOrder.LITTLE_ENDIAN);
                if (!reader.test(new Item(last, data))) {
                    return STOPPED;
                }
                at += HEADER_SIZE + length;
            }
            return last;
        }
    }
}
