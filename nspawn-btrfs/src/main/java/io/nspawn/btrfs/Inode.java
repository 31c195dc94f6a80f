package io.nspawn.btrfs;

import java.nio.ByteBuffer;

/**
 * What statx(2) says of a directory entry.
 *
 * @param number the inode number
 * @param mode type and permissions
 * @param owner the user id of the owner
 */
record Inode(long number, int mode, int owner) {
    static final int SIZE = 256;
    static final int UID = 20;
    static final int MODE = 28;
    static final int INO = 32;

    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int FILE_TYPE = 0xf000;
    private static final int DIRECTORY_TYPE = 0x4000;
    private static final int REGULAR_TYPE = 0x8000;

    /** What stands in a snapshot where its source has a nested subvolume. */
    private static final long EMPTY_SUBVOLUME_DIRECTORY = 2;

    static Inode of(Descriptor directory) {
        return look(directory, new byte[1], Flags.AT_EMPTY_PATH, directory.path());
    }

    static Inode of(Descriptor directory, EntryName name) {
        return look(directory, name.terminated(), Flags.AT_SYMLINK_NOFOLLOW, directory.path() + "/" + name);
    }

    private static Inode look(Descriptor directory, byte[] path, int flags, String object) {
        ArgumentPool pool = directory.kernel().arguments();
        ByteBuffer buffer = pool.borrow();
        try {
            Failure.check(
                    SystemCall.STAT,
                    object,
                    directory.use(fd -> directory.kernel().statx(fd, path, flags, STATX_BASIC_STATS, buffer)));
            return unpack(buffer);
        } finally {
            pool.giveBack(buffer);
        }
    }

    static Inode unpack(ByteBuffer from) {
        return new Inode(from.getLong(INO), Short.toUnsignedInt(from.getShort(MODE)), from.getInt(UID));
    }

    boolean isDirectory() {
        return (mode & FILE_TYPE) == DIRECTORY_TYPE;
    }

    boolean isFile() {
        return (mode & FILE_TYPE) == REGULAR_TYPE;
    }

    boolean isSubvolume() {
        return isDirectory() && number == InodeLookup.ROOT_DIRECTORY;
    }

    boolean isPlaceholder() {
        return isDirectory() && number == EMPTY_SUBVOLUME_DIRECTORY;
    }
}
