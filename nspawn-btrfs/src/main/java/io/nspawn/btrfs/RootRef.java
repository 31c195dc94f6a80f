package io.nspawn.btrfs;

import java.nio.ByteBuffer;

/**
 * struct btrfs_root_ref: where a subvolume lies.
 *
 * @param parent the subvolume it lies in
 * @param directory the inode number of the directory, within the parent
 * @param name the name in that directory
 */
record RootRef(SubvolumeId parent, long directory, EntryName name) {
    static final int SIZE = 18;
    static final int DIRECTORY = 0;
    static final int NAME_LENGTH = 16;

    static RootRef unpack(SubvolumeId parent, ByteBuffer data) {
        int length = Short.toUnsignedInt(data.getShort(NAME_LENGTH));
        return new RootRef(parent, data.getLong(DIRECTORY), EntryName.read(data, SIZE, length));
    }
}
