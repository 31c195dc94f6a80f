package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.Optional;

/** struct btrfs_ioctl_get_subvol_info_args. */
final class SubvolumeInfoArgs {
    static final int SIZE = 504;
    static final int ID = 0;
    static final int NAME = 8;
    static final int NAME_SIZE = 256;
    static final int PARENT_ID = 264;
    static final int DIRECTORY = 272;
    static final int GENERATION = 280;
    static final int FLAGS = 288;
    static final int UUID = 296;
    static final int PARENT_UUID = 312;
    static final int RECEIVED_UUID = 328;
    static final int CTRANSID = 344;
    static final int OTRANSID = 352;
    static final int STRANSID = 360;
    static final int CTIME = 376;
    static final int OTIME = 392;

    /** BTRFS_ROOT_SUBVOL_RDONLY: not the bit that SUBVOL_SETFLAGS uses. */
    static final long READ_ONLY = 1;

    private SubvolumeInfoArgs() {}

    static SubvolumeInfo unpack(ByteBuffer from) {
        long parent = from.getLong(PARENT_ID);
        byte[] name = Wire.text(from, NAME, NAME_SIZE);
        return new SubvolumeInfo(
                new SubvolumeId(from.getLong(ID)),
                parent == 0 ? Optional.empty() : Optional.of(new SubvolumeId(parent)),
                from.getLong(DIRECTORY),
                name.length == 0 ? Optional.empty() : Optional.of(EntryName.ofBytes(name)),
                Wire.uuid(from, UUID),
                Wire.uuid(from, PARENT_UUID),
                Wire.uuid(from, RECEIVED_UUID),
                from.getLong(GENERATION),
                from.getLong(CTRANSID),
                from.getLong(OTRANSID),
                Wire.time(from, CTIME),
                Wire.time(from, OTIME),
                (from.getLong(FLAGS) & READ_ONLY) != 0);
    }
}
