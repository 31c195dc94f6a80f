package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * struct btrfs_ioctl_send_args.
 *
 * @param parent the subvolume that only the changes since are sent of
 * @param cloneSources the subvolumes that data can be shared with
 * @param protocol the version of the format
 * @param compressed whether compressed data stays so
 */
record SendArgs(
        Optional<SubvolumeId> parent, List<SubvolumeId> cloneSources, SendProtocol protocol, boolean compressed) {
    static final int SEND_FD = 0;
    static final int CLONE_SOURCES_COUNT = 8;
    static final int CLONE_SOURCES = 16;
    static final int PARENT_ROOT = 24;
    static final int FLAGS = 32;
    static final int VERSION = 40;

    static final long FLAG_VERSION = 8;
    static final long FLAG_COMPRESSED = 16;

    /** The array that the argument points to. */
    ByteBuffer cloneSourcesArray() {
        ByteBuffer array = Wire.buffer(Math.max(1, cloneSources.size()) * Long.BYTES);
        for (int i = 0; i < cloneSources.size(); i++) {
            array.putLong(i * Long.BYTES, cloneSources.get(i).value());
        }
        return array;
    }

    /** Kernels before 6.0 know no version and refuse the flag, so protocol 1 is not asked for. */
    void pack(ByteBuffer to, int fd, long cloneSourcesAddress) {
        to.putLong(SEND_FD, fd);
        to.putLong(CLONE_SOURCES_COUNT, cloneSources.size());
        to.putLong(CLONE_SOURCES, cloneSources.isEmpty() ? 0 : cloneSourcesAddress);
        to.putLong(PARENT_ROOT, parent.map(SubvolumeId::value).orElse(0L));
        if (protocol != SendProtocol.V1) {
            to.putLong(FLAGS, FLAG_VERSION | (compressed ? FLAG_COMPRESSED : 0));
            to.putInt(VERSION, protocol.number());
        }
    }
}
