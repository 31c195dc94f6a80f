package io.nspawn.btrfs;

import java.util.Arrays;
import java.util.Optional;

/** How data is encoded in a stream (BTRFS_ENCODED_IO_COMPRESSION_ of linux/btrfs.h). */
public enum Compression {
    /** Not at all. */
    NONE(0),
    /** One zlib stream. */
    ZLIB(1),
    /** One zstd frame. */
    ZSTD(2),
    /** LZO by blocks of 4 KiB. */
    LZO_4K(3),
    /** LZO by blocks of 8 KiB. */
    LZO_8K(4),
    /** LZO by blocks of 16 KiB. */
    LZO_16K(5),
    /** LZO by blocks of 32 KiB. */
    LZO_32K(6),
    /** LZO by blocks of 64 KiB. */
    LZO_64K(7);

    private final int number;

    Compression(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Optional<Compression> of(int number) {
        return Arrays.stream(values()).filter(c -> c.number == number).findFirst();
    }
}
