package io.nspawn.btrfs;

import java.nio.ByteBuffer;

/**
 * The data that was written to a subvolume after a transaction, in bytes on disk.
 *
 * <p>It contains every data extent that the files of the subvolume refer to and that was allocated after the
 * transaction, once and whole, however many references there are and however little of it is still visible:
 * compressed data with its compressed length, preallocated space too; and small files kept inside the metadata,
 * with their length. It does not contain metadata, nested subvolumes, copies made by RAID or DUP profiles, data
 * that was deleted, data not flushed yet, and data that was there at the transaction. A later snapshot of the
 * subvolume shares its data and does not lower the figure; a file cloned into the subvolume (reflink) counts if
 * its data is younger than the transaction, wherever that was written.
 *
 * @param extentBytes the space of data extents
 * @param inlineBytes the length of data kept inside metadata
 * @param extents the number of data extents
 */
public record WrittenData(long extentBytes, long inlineBytes, long extents) {
    /** All of it. */
    public long bytes() {
        return extentBytes + inlineBytes;
    }

    static WrittenData read(Descriptor subvolume, long transaction) {
        Sum sum = new Sum(transaction);
        new TreeSearch(0, SearchKey.first(0, 0), SearchKey.last(-1L, SearchKey.MAXIMUM_TYPE), transaction + 1)
                .read(subvolume, item -> {
                    if (item.key().type() == SearchKey.EXTENT_DATA) {
                        sum.add(item.data());
                    }
                    return true;
                });
        return new WrittenData(sum.extentBytes, sum.inlineBytes, sum.seen.size());
    }

    /** struct btrfs_file_extent_item, packed and little-endian. A leaf that changed has old items in it too. */
    static final class Sum {
        static final int GENERATION = 0;
        static final int TYPE = 20;
        static final int DISK_BYTENR = 21;
        static final int DISK_NUM_BYTES = 29;
        static final int INLINE_DATA = 21;
        private static final int INLINE = 0;

        private final long transaction;
        private final LongSet seen = new LongSet();
        private long extentBytes;
        private long inlineBytes;

        Sum(long transaction) {
            this.transaction = transaction;
        }

        void add(ByteBuffer item) {
            if (Long.compareUnsigned(item.getLong(GENERATION), transaction) <= 0) {
                return;
            }
            if (item.get(TYPE) == INLINE) {
                inlineBytes += item.limit() - INLINE_DATA;
                return;
            }
            long address = item.getLong(DISK_BYTENR);
            boolean hole = address == 0;
            if (!hole && seen.add(address)) {
                extentBytes += item.getLong(DISK_NUM_BYTES);
            }
        }

        long extentBytes() {
            return extentBytes;
        }

        long inlineBytes() {
            return inlineBytes;
        }
    }
}
