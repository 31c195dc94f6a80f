package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How full a filesystem is. BTRFS first allocates chunks of the devices to data or to metadata, then fills them, so
 * it can be out of space for the one while there is space in the other.
 *
 * @param total bytes of all devices (statfs)
 * @param free bytes not in use (statfs)
 * @param available bytes that data can have, as the kernel guesses (statfs)
 * @param allocations what is allocated, and how much of it is used
 */
public record Space(long total, long free, long available, List<Allocation> allocations) {
    /** Copies the list. */
    public Space {
        allocations = List.copyOf(allocations);
    }

    /** What a chunk is for. */
    public enum Purpose {
        /** Content of files. */
        DATA,
        /** Trees. */
        METADATA,
        /** The chunk tree. */
        SYSTEM,
        /** Data and metadata together, as on small filesystems made with {@code mkfs.btrfs --mixed}. */
        MIXED,
        /** The part of metadata kept back for the kernel's own needs; it is contained in METADATA. */
        GLOBAL_RESERVE,
        /** Something this library does not know. */
        UNKNOWN
    }

    /** How a chunk is spread over devices. */
    public enum Profile {
        /** One copy. */
        SINGLE(0),
        /** Striped, one copy. */
        RAID0(1L << 3),
        /** Two copies on two devices. */
        RAID1(1L << 4),
        /** Two copies, also on one device. */
        DUP(1L << 5),
        /** Striped, two copies. */
        RAID10(1L << 6),
        /** Striped with one parity. */
        RAID5(1L << 7),
        /** Striped with two parities. */
        RAID6(1L << 8),
        /** Three copies. */
        RAID1C3(1L << 9),
        /** Four copies. */
        RAID1C4(1L << 10);

        static final long MASK = 0x7f8;
        private final long bit;

        Profile(long bit) {
            this.bit = bit;
        }

        /** How often each byte is on the devices; 0 if that is no whole number. */
        int copies() {
            return switch (this) {
                case SINGLE, RAID0 -> 1;
                case RAID1, DUP, RAID10 -> 2;
                case RAID1C3 -> 3;
                case RAID1C4 -> 4;
                case RAID5, RAID6 -> 0;
            };
        }

        static Profile of(long flags) {
            for (Profile profile : values()) {
                if ((flags & MASK) == profile.bit) {
                    return profile;
                }
            }
            return SINGLE;
        }
    }

    /**
     * The chunks of one purpose and profile. Copies are not counted: of DUP and RAID1 the devices hold twice as much.
     *
     * @param purpose what for
     * @param profile how spread
     * @param total bytes allocated
     * @param used bytes used of them
     */
    public record Allocation(Purpose purpose, Profile profile, long total, long used) {
        static final int SIZE = 24;
        static final int FLAGS = 0;
        static final int TOTAL = 8;
        static final int USED = 16;
        private static final long GLOBAL_RSV = 1L << 49;

        static Allocation unpack(ByteBuffer from, int at) {
            long flags = from.getLong(at + FLAGS);
            return new Allocation(purpose(flags), Profile.of(flags), from.getLong(at + TOTAL), from.getLong(at + USED));
        }

        private static Purpose purpose(long flags) {
            if ((flags & GLOBAL_RSV) != 0) {
                return Purpose.GLOBAL_RESERVE;
            }
            return switch ((int) (flags & 7)) {
                case 1 -> Purpose.DATA;
                case 2 -> Purpose.SYSTEM;
                case 4 -> Purpose.METADATA;
                case 5 -> Purpose.MIXED;
                default -> Purpose.UNKNOWN;
            };
        }
    }

    /** The bytes allocated to a purpose, over all profiles. */
    public long total(Purpose purpose) {
        return allocations.stream()
                .filter(a -> a.purpose == purpose)
                .mapToLong(Allocation::total)
                .sum();
    }

    /** The bytes used for a purpose, over all profiles. */
    public long used(Purpose purpose) {
        return allocations.stream()
                .filter(a -> a.purpose == purpose)
                .mapToLong(Allocation::used)
                .sum();
    }

    /**
     * The bytes of data that still fit; empty with RAID5 and RAID6, where that depends on how many devices each chunk
     * is spread over.
     */
    public Optional<FreeEstimate> estimate() {
        boolean parity = allocations.stream().anyMatch(a -> a.profile.copies() == 0);
        return parity ? Optional.empty() : Optional.of(FreeEstimate.of(total, allocations));
    }

    static Space read(Descriptor fd) {
        StatfsArgs statfs = StatfsArgs.of(fd);
        return new Space(
                statfs.blocks() * statfs.blockSize(),
                statfs.free() * statfs.blockSize(),
                statfs.available() * statfs.blockSize(),
                SpaceArgs.read(fd));
    }

    /** struct btrfs_ioctl_space_args. */
    static final class SpaceArgs {
        static final int SIZE = 16;
        static final int SLOTS = 0;
        static final int COUNT = 8;

        private SpaceArgs() {}

        /** The count can grow between asking for it and reading: then it is asked for again. */
        static List<Allocation> read(Descriptor fd) {
            long slots = fd.ioctl(Ioctl.SPACE_INFO, fd.path(), buffer -> {}, buffer -> buffer.getLong(COUNT));
            while (true) {
                ByteBuffer buffer = Wire.buffer(SIZE + Math.toIntExact(slots) * Allocation.SIZE);
                buffer.putLong(SLOTS, slots);
                Failure.check(Ioctl.SPACE_INFO, fd.path(), fd.attempt(Ioctl.SPACE_INFO, buffer));
                long count = buffer.getLong(COUNT);
                if (count < slots || slots == 0) {
                    return unpack(buffer, Math.toIntExact(count));
                }
                // A full answer may be a cut one: with one slot more it can be told.
                slots = count + 1;
            }
        }

        static List<Allocation> unpack(ByteBuffer from, int count) {
            List<Allocation> found = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                found.add(Allocation.unpack(from, SIZE + i * Allocation.SIZE));
            }
            return found;
        }
    }
}
