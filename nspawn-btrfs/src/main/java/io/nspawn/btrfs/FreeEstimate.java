package io.nspawn.btrfs;

import java.util.List;

/**
 * The bytes of data that still fit, as {@code btrfs filesystem usage} estimates them: what is free in the chunks of
 * data, and what no chunk has yet, if all of it goes to data with as many copies as data has now.
 *
 * @param bytes the estimate
 * @param minimum the same, if all new chunks have as many copies as the profile with the most
 */
public record FreeEstimate(long bytes, long minimum) {
    /** Less than this cannot become a chunk. */
    private static final long LEAST_UNALLOCATED = 16L << 20;

    static FreeEstimate of(long devices, List<Space.Allocation> allocations) {
        long dataOnDevices = 0;
        long usedOnDevices = 0;
        long data = 0;
        long allOnDevices = 0;
        int most = 1;
        for (Space.Allocation a : allocations) {
            if (a.purpose() == Space.Purpose.GLOBAL_RESERVE) {
                continue;
            }
            int copies = a.profile().copies();
            most = Math.max(most, copies);
            allOnDevices += a.total() * copies;
            if (a.purpose() == Space.Purpose.DATA || a.purpose() == Space.Purpose.MIXED) {
                dataOnDevices += a.total() * copies;
                usedOnDevices += a.used() * copies;
                data += a.total();
            }
        }
        double ratio = data == 0 ? 1 : (double) dataOnDevices / data;
        long inChunks = (long) ((dataOnDevices - usedOnDevices) / ratio);
        long unallocated = devices - allOnDevices;
        return unallocated < LEAST_UNALLOCATED
                ? new FreeEstimate(inChunks, inChunks)
                : new FreeEstimate(inChunks + (long) (unallocated / ratio), inChunks + unallocated / most);
    }
}
