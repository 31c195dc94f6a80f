package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * Identity and sizes of a filesystem (struct btrfs_ioctl_fs_info_args).
 *
 * @param fsid its UUID
 * @param devices the number of devices
 * @param highestDeviceId the highest device id in use
 * @param nodeSize bytes in a metadata block
 * @param sectorSize bytes in a data block
 * @param generation the last transaction; 0 before Linux 5.9
 */
public record FilesystemInfo(
        UUID fsid, long devices, long highestDeviceId, int nodeSize, int sectorSize, long generation) {
    static final int SIZE = 1024;
    static final int MAX_ID = 0;
    static final int NUM_DEVICES = 8;
    static final int FSID = 16;
    static final int NODESIZE = 32;
    static final int SECTORSIZE = 36;
    static final int FLAGS = 48;
    static final int GENERATION = 56;

    /** BTRFS_FS_INFO_FLAG_GENERATION: newer fields are answered only when asked for. */
    static final long WITH_GENERATION = 2;

    static void pack(ByteBuffer to) {
        to.putLong(FLAGS, WITH_GENERATION);
    }

    static FilesystemInfo unpack(ByteBuffer from) {
        return new FilesystemInfo(
                Wire.uuid(from, FSID).orElse(new UUID(0, 0)),
                from.getLong(NUM_DEVICES),
                from.getLong(MAX_ID),
                from.getInt(NODESIZE),
                from.getInt(SECTORSIZE),
                from.getLong(GENERATION));
    }
}
