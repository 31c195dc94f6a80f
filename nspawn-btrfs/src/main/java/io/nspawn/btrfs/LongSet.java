package io.nspawn.btrfs;

/** A set of numbers other than zero, without an object for each: a subvolume can have millions of extents. */
final class LongSet {
    private static final int SPREAD_SHIFT = 32;

    private long[] slots = new long[64];
    private int size;

    /** Adds a number and says whether it was new. */
    boolean add(long number) {
        if (2 * size >= slots.length) {
            grow();
        }
        boolean added = put(slots, number);
        if (added) {
            size++;
        }
        return added;
    }

    int size() {
        return size;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (long number : slots) {
            if (number != 0) {
                put(larger, number);
            }
        }
        slots = larger;
    }

    private static boolean put(long[] slots, long number) {
        long spread = number * 0x9E3779B97F4A7C15L;
        int at = (int) (spread >>> SPREAD_SHIFT) & (slots.length - 1);
        while (slots[at] != 0) {
            if (slots[at] == number) {
                return false;
            }
            at = (at + 1) & (slots.length - 1);
        }
        slots[at] = number;
        return true;
    }
}
