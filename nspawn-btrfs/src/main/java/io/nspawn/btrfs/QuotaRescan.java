package io.nspawn.btrfs;

import java.nio.ByteBuffer;

/**
 * How far counting everything anew is (struct btrfs_ioctl_quota_rescan_args).
 *
 * @param running whether it is under way
 * @param position the logical address, in bytes, up to which extents are counted; 0 when it is not under way
 */
public record QuotaRescan(boolean running, long position) {
    static final int FLAGS = 0;
    static final int PROGRESS = 8;

    static QuotaRescan unpack(ByteBuffer from) {
        boolean running = from.getLong(FLAGS) != 0;
        return new QuotaRescan(running, running ? from.getLong(PROGRESS) : 0);
    }
}
