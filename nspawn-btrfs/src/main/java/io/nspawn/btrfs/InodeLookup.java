package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** struct btrfs_ioctl_ino_lookup_args: from an inode number to the path of that directory within its subvolume. */
final class InodeLookup {
    static final int SIZE = 4096;
    static final int TREE_ID = 0;
    static final int OBJECTID = 8;
    static final int NAME = 16;
    static final int NAME_SIZE = 4080;

    /** The inode number of the root directory of every subvolume (BTRFS_FIRST_FREE_OBJECTID). */
    static final long ROOT_DIRECTORY = 256;

    private InodeLookup() {}

    /** The subvolume that the descriptor is in. Needs no privilege. */
    static SubvolumeId containing(Descriptor fd) {
        return fd.ioctl(
                Ioctl.INO_LOOKUP,
                fd.path(),
                pack(0, ROOT_DIRECTORY),
                buffer -> new SubvolumeId(buffer.getLong(TREE_ID)));
    }

    /** The names from the root of a subvolume down to a directory in it. Needs CAP_SYS_ADMIN. */
    static List<EntryName> path(Descriptor fd, SubvolumeId subvolume, long directory) {
        return directory == ROOT_DIRECTORY
                ? List.of()
                : fd.ioctl(
                        Ioctl.INO_LOOKUP,
                        "inode " + directory + " of subvolume " + subvolume,
                        pack(subvolume.value(), directory),
                        buffer -> SubvolumePath.split(Wire.text(buffer, NAME, NAME_SIZE)));
    }

    static Consumer<ByteBuffer> pack(long tree, long inode) {
        return buffer -> {
            buffer.putLong(TREE_ID, tree);
            buffer.putLong(OBJECTID, inode);
        };
    }
}
