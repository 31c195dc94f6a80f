package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** struct btrfs_ioctl_vol_args and struct btrfs_ioctl_vol_args_v2: what creates, snapshots and deletes subvolumes. */
final class VolumeArgs {
    static final int SIZE = 4096;
    static final int V1_FD = 0;
    static final int V1_NAME = 8;

    static final int V2_FD = 0;
    static final int V2_FLAGS = 16;
    static final int V2_INHERIT_SIZE = 24;
    static final int V2_INHERIT = 32;
    static final int V2_NAME = 56;
    static final int V2_SUBVOLUME_ID = 56;

    static final long READ_ONLY = 1L << 1;
    static final long INHERIT = 1L << 2;
    static final long BY_ID = 1L << 4;

    private VolumeArgs() {}

    /** For the calls that take a name, or a command such as the size to resize to. */
    static Consumer<ByteBuffer> named(byte[] name) {
        return buffer -> Wire.put(buffer, V1_NAME, name);
    }

    static Consumer<ByteBuffer> create(EntryName name) {
        return buffer -> name.copyTo(buffer, V2_NAME);
    }

    static Consumer<ByteBuffer> snapshot(int sourceFd, EntryName name, boolean readOnly) {
        return buffer -> {
            buffer.putLong(V2_FD, sourceFd);
            buffer.putLong(V2_FLAGS, readOnly ? READ_ONLY : 0);
            name.copyTo(buffer, V2_NAME);
        };
    }

    static Consumer<ByteBuffer> byId(SubvolumeId id) {
        return buffer -> {
            buffer.putLong(V2_FLAGS, BY_ID);
            buffer.putLong(V2_SUBVOLUME_ID, id.value());
        };
    }
}
