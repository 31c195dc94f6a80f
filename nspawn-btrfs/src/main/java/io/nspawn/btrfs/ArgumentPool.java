package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Spare arguments of ioctls, so that a call costs no memory: allocating and zeroing one anew takes as long as some of
 * the calls themselves. Holds a bounded number; when more are in use at once, the others are allocated and forgotten.
 */
final class ArgumentPool {
    /** The largest argument that an ioctl of BTRFS has a fixed size for. */
    static final int SIZE = 4096;

    private static final int SPARES = 16;
    private static final byte[] ZEROS = new byte[SIZE];

    private final AtomicReferenceArray<ByteBuffer> spares = new AtomicReferenceArray<>(SPARES);

    /** A zeroed argument of {@link #SIZE} bytes, for the caller alone until it is given back. */
    ByteBuffer borrow() {
        for (int i = 0; i < SPARES; i++) {
            ByteBuffer spare = spares.get(i) == null ? null : spares.getAndSet(i, null);
            if (spare != null) {
                return spare.put(0, ZEROS);
            }
        }
        return Wire.buffer(SIZE);
    }

    /** Takes back what was borrowed; the caller does not touch it again. */
    void giveBack(ByteBuffer argument) {
        for (int i = 0; i < SPARES; i++) {
            if (spares.get(i) == null && spares.compareAndSet(i, null, argument)) {
                return;
            }
        }
    }
}
