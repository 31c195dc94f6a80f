package io.nspawn.btrfs;

import static io.nspawn.btrfs.Ioctl.Direction.NONE;
import static io.nspawn.btrfs.Ioctl.Direction.READ;
import static io.nspawn.btrfs.Ioctl.Direction.READ_WRITE;
import static io.nspawn.btrfs.Ioctl.Direction.WRITE;

/**
 * The ioctls of linux/btrfs.h that are used. The direction is part of the request number only: several of them lie
 * about it, so every argument is zeroed first and counts as both input and output.
 */
enum Ioctl implements Act {
    SYNC(NONE, 8, 0, "sync", "2.6.29"),
    RESIZE(WRITE, 3, 4096, "resize", "2.6.29"),
    SNAP_DESTROY(WRITE, 15, 4096, "delete subvolume", "2.6.33"),
    SNAP_DESTROY_V2(WRITE, 63, 4096, "delete subvolume", "5.7"),
    TREE_SEARCH_V2(READ_WRITE, 17, 112, "search tree", "3.16"),
    INO_LOOKUP(READ_WRITE, 18, 4096, "look up path", "2.6.34"),
    DEFAULT_SUBVOL(WRITE, 19, 8, "set default subvolume", "2.6.34"),
    SPACE_INFO(READ_WRITE, 20, 16, "read space", "2.6.34"),
    WAIT_SYNC(WRITE, 22, 8, "wait for commit", "2.6.38"),
    SNAP_CREATE_V2(WRITE, 23, 4096, "take snapshot", "3.0"),
    SUBVOL_CREATE_V2(WRITE, 24, 4096, "create subvolume", "3.6"),
    START_SYNC(READ, 24, 8, "start commit", "2.6.38"),
    SUBVOL_GETFLAGS(READ, 25, 8, "read flags", "3.0"),
    SUBVOL_SETFLAGS(WRITE, 26, 8, "set flags", "3.0"),
    CLONE_RANGE(WRITE, 13, 32, "clone range", "3.0"),
    SET_RECEIVED_SUBVOL(READ_WRITE, 37, 200, "mark as received", "3.6"),
    SEND(WRITE, 38, 72, "send subvolume", "3.6"),
    ENCODED_WRITE(WRITE, 64, 128, "write encoded data", "5.18"),
    DEV_INFO(READ_WRITE, 30, 4096, "read device", "3.0"),
    FS_INFO(READ, 31, 1024, "read filesystem", "3.0"),
    QUOTA_CTL(READ_WRITE, 40, 16, "switch quota", "3.6"),
    QGROUP_ASSIGN(WRITE, 41, 24, "assign quota group", "3.6"),
    QGROUP_CREATE(WRITE, 42, 16, "create quota group", "3.6"),
    QGROUP_LIMIT(READ, 43, 48, "limit quota group", "3.6"),
    QUOTA_RESCAN(WRITE, 44, 64, "rescan quota", "3.11"),
    QUOTA_RESCAN_STATUS(READ, 45, 64, "ask for quota rescan", "3.11"),
    GET_FSLABEL(READ, 49, 256, "read label", "3.9"),
    SET_FSLABEL(WRITE, 50, 256, "set label", "3.9"),
    GET_DEV_STATS(READ_WRITE, 52, 1032, "read device statistics", "3.5"),
    GET_FEATURES(READ, 57, 24, "read features", "3.14"),
    GET_SUBVOL_INFO(READ, 60, 504, "read subvolume", "4.18"),
    GET_SUBVOL_ROOTREF(READ_WRITE, 61, 4096, "list child subvolumes", "4.18"),
    INO_LOOKUP_USER(READ_WRITE, 62, 4096, "look up path", "4.18");

    private static final long MAGIC = 0x94;

    private final long request;
    private final int argumentSize;
    private final String text;
    private final String since;

    Ioctl(Direction direction, int number, int argumentSize, String text, String since) {
        this.request = (direction.bits << 30) | ((long) argumentSize << 16) | (MAGIC << 8) | number;
        this.argumentSize = argumentSize;
        this.text = text;
        this.since = since;
    }

    /** Up to 2^32-1: an unsigned int in a long. */
    long request() {
        return request;
    }

    int argumentSize() {
        return argumentSize;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public String since() {
        return since;
    }

    @Override
    public boolean invalidMeansNoSubvolume() {
        return switch (this) {
            case SNAP_DESTROY, SNAP_CREATE_V2, SUBVOL_GETFLAGS, SUBVOL_SETFLAGS -> true;
            default -> false;
        };
    }

    enum Direction {
        NONE(0),
        WRITE(1),
        READ(2),
        READ_WRITE(3);

        private final long bits;

        Direction(long bits) {
            this.bits = bits;
        }
    }
}
