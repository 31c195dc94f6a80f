package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The features of the format that a filesystem uses (struct btrfs_ioctl_feature_flags). A kernel mounts it only if it
 * knows the incompatible ones, and writable only if it knows those compatible with reading.
 *
 * @param compatible bits of {@code BTRFS_FEATURE_COMPAT_*}
 * @param compatibleReadOnly bits of {@code BTRFS_FEATURE_COMPAT_RO_*}
 * @param incompatible bits of {@code BTRFS_FEATURE_INCOMPAT_*}
 */
public record Features(long compatible, long compatibleReadOnly, long incompatible) {
    static final int SIZE = 24;
    static final int COMPATIBLE = 0;
    static final int COMPATIBLE_READ_ONLY = 8;
    static final int INCOMPATIBLE = 16;

    /** A feature by its name in linux/btrfs.h. Those with a number in {@link #incompatible()} say so. */
    public enum Feature {
        FREE_SPACE_TREE(false, 0),
        FREE_SPACE_TREE_VALID(false, 1),
        VERITY(false, 2),
        BLOCK_GROUP_TREE(false, 3),
        MIXED_BACKREF(true, 0),
        DEFAULT_SUBVOL(true, 1),
        MIXED_GROUPS(true, 2),
        COMPRESS_LZO(true, 3),
        COMPRESS_ZSTD(true, 4),
        BIG_METADATA(true, 5),
        EXTENDED_IREF(true, 6),
        RAID56(true, 7),
        SKINNY_METADATA(true, 8),
        NO_HOLES(true, 9),
        METADATA_UUID(true, 10),
        RAID1C34(true, 11),
        ZONED(true, 12),
        EXTENT_TREE_V2(true, 13),
        RAID_STRIPE_TREE(true, 14),
        SIMPLE_QUOTA(true, 16);

        private final boolean incompatible;
        private final long bit;

        Feature(boolean incompatible, int number) {
            this.incompatible = incompatible;
            this.bit = 1L << number;
        }

        /** Whether a kernel that does not know it cannot mount the filesystem at all. */
        public boolean isIncompatible() {
            return incompatible;
        }

        long bit() {
            return bit;
        }
    }

    /** Those that this library has a name for. */
    public Set<Feature> known() {
        Set<Feature> known = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.values()) {
            if (has(feature)) {
                known.add(feature);
            }
        }
        return Collections.unmodifiableSet(known);
    }

    /** Whether the filesystem uses it. */
    public boolean has(Feature feature) {
        return ((feature.incompatible ? incompatible : compatibleReadOnly) & feature.bit) != 0;
    }

    /** The names of those that are known, and the numbers of those that are not. */
    @Override
    public String toString() {
        long otherReadOnly = compatibleReadOnly;
        long otherIncompatible = incompatible;
        for (Feature feature : known()) {
            otherReadOnly &= feature.incompatible ? -1 : ~feature.bit;
            otherIncompatible &= feature.incompatible ? ~feature.bit : -1;
        }
        return "Features" + known() + other(" compatible ", compatible) + other(" read-only compatible ", otherReadOnly)
                + other(" incompatible ", otherIncompatible);
    }

    private static String other(String kind, long bits) {
        return bits == 0 ? "" : kind + "0x" + Long.toHexString(bits);
    }

    static Features unpack(ByteBuffer from) {
        return new Features(from.getLong(COMPATIBLE), from.getLong(COMPATIBLE_READ_ONLY), from.getLong(INCOMPATIBLE));
    }
}
