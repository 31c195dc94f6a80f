package io.nspawn.btrfs;

/** The commands of a send stream: enum btrfs_send_cmd, in its order. */
enum StreamCommandType {
    SUBVOL(1, 1),
    SNAPSHOT(2, 1),
    MKFILE(3, 1),
    MKDIR(4, 1),
    MKNOD(5, 1),
    MKFIFO(6, 1),
    MKSOCK(7, 1),
    SYMLINK(8, 1),
    RENAME(9, 1),
    LINK(10, 1),
    UNLINK(11, 1),
    RMDIR(12, 1),
    SET_XATTR(13, 1),
    REMOVE_XATTR(14, 1),
    WRITE(15, 1),
    CLONE(16, 1),
    TRUNCATE(17, 1),
    CHMOD(18, 1),
    CHOWN(19, 1),
    UTIMES(20, 1),
    END(21, 1),
    UPDATE_EXTENT(22, 1),
    FALLOCATE(23, 2),
    FILEATTR(24, 2),
    ENCODED_WRITE(25, 2),
    ENABLE_VERITY(26, 3);

    private static final StreamCommandType[] ALL = values();

    private final int number;
    private final int since;

    /** The number, and the version of the protocol that has it first. */
    StreamCommandType(int number, int since) {
        this.number = number;
        this.since = since;
    }

    int number() {
        return number;
    }

    static boolean isKnown(int number, int version) {
        return number >= 1 && number <= ALL.length && ALL[number - 1].since <= version;
    }

    /** The one that has a number that is known. */
    static StreamCommandType of(int number) {
        return ALL[number - 1];
    }
}
