package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds who refers to which data by reading the file extents of every subvolume once. Snapshots share whole leaves, so
 * that the reference counts of extents do not tell; the leaves themselves do.
 */
final class DataUsageSearch {
    /** The rest of struct btrfs_file_extent_item that {@link WrittenData.Sum} has no use for. */
    static final int NUM_BYTES = 45;

    private static final int INLINE = 0;

    private final Map<Long, Extent> extents = new HashMap<>();
    private final List<Sum> sums = new ArrayList<>();

    /** What is known of a data extent; as long as it has one owner, how much that owner refers to. */
    private static final class Extent {
        private final long diskBytes;
        private final Sum owner;
        private long content;
        private boolean shared;

        Extent(Sum owner, long diskBytes) {
            this.owner = owner;
            this.diskBytes = diskBytes;
        }
    }

    private static final class Sum {
        private long content;
        private long exclusiveContent;
        private long disk;
        private long exclusiveDisk;
        private final LongSet seen = new LongSet();
    }

    /**
     * Reads them all.
     *
     * @param owners each counts as one
     * @param others all other subvolumes
     */
    static List<DataUsage> read(Descriptor fd, List<Set<SubvolumeId>> owners, Set<SubvolumeId> others) {
        DataUsageSearch search = new DataUsageSearch();
        for (Set<SubvolumeId> owner : owners) {
            Sum sum = new Sum();
            search.sums.add(sum);
            owner.forEach(id -> search.read(fd, id, sum));
        }
        // Who of the others shares with whom is of no interest: together they are one more owner.
        Sum rest = new Sum();
        others.forEach(id -> search.read(fd, id, rest));
        return search.sums.stream()
                .map(s -> new DataUsage(s.content, s.exclusiveContent, s.disk, s.exclusiveDisk))
                .toList();
    }

    private void read(Descriptor fd, SubvolumeId id, Sum sum) {
        try {
            new TreeSearch(id.value(), SearchKey.first(0, 0), SearchKey.last(-1L, SearchKey.MAXIMUM_TYPE))
                    .read(fd, item -> {
                        if (item.key().type() == SearchKey.EXTENT_DATA) {
                            add(sum, item.data());
                        }
                        return true;
                    });
        } catch (BtrfsException.NotFound e) {
            // It was deleted since it was listed, and refers to nothing any more.
        }
    }

    private void add(Sum sum, ByteBuffer item) {
        if (item.get(WrittenData.Sum.TYPE) == INLINE || item.getLong(WrittenData.Sum.DISK_BYTENR) == 0) {
            return;
        }
        long address = item.getLong(WrittenData.Sum.DISK_BYTENR);
        long content = item.getLong(NUM_BYTES);
        Extent extent =
                extents.computeIfAbsent(address, a -> new Extent(sum, item.getLong(WrittenData.Sum.DISK_NUM_BYTES)));
        sum.content += content;
        boolean first = sum.seen.add(address);
        if (first) {
            sum.disk += extent.diskBytes;
        }
        if (extent.shared) {
            return;
        }
        if (extent.owner == sum) {
            extent.content += content;
            sum.exclusiveContent += content;
            sum.exclusiveDisk += first ? extent.diskBytes : 0;
        } else {
            extent.shared = true;
            extent.owner.exclusiveContent -= extent.content;
            extent.owner.exclusiveDisk -= extent.diskBytes;
        }
    }
}
