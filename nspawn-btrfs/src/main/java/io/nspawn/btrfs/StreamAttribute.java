package io.nspawn.btrfs;

/** The attributes of the commands of a send stream: enum btrfs_send_attr, in its order. */
enum StreamAttribute {
    UUID(1, 1),
    CTRANSID(2, 1),
    INO(3, 1),
    SIZE(4, 1),
    MODE(5, 1),
    UID(6, 1),
    GID(7, 1),
    RDEV(8, 1),
    CTIME(9, 1),
    MTIME(10, 1),
    ATIME(11, 1),
    OTIME(12, 1),
    XATTR_NAME(13, 1),
    XATTR_DATA(14, 1),
    PATH(15, 1),
    PATH_TO(16, 1),
    PATH_LINK(17, 1),
    FILE_OFFSET(18, 1),
    DATA(19, 1),
    CLONE_UUID(20, 1),
    CLONE_CTRANSID(21, 1),
    CLONE_PATH(22, 1),
    CLONE_OFFSET(23, 1),
    CLONE_LEN(24, 1),
    FALLOCATE_MODE(25, 2),
    FILEATTR(26, 2),
    UNENCODED_FILE_LEN(27, 2),
    UNENCODED_LEN(28, 2),
    UNENCODED_OFFSET(29, 2),
    COMPRESSION(30, 2),
    ENCRYPTION(31, 2),
    VERITY_ALGORITHM(32, 3),
    VERITY_BLOCK_SIZE(33, 3),
    VERITY_SALT_DATA(34, 3),
    VERITY_SIG_DATA(35, 3);

    private static final StreamAttribute[] ALL = values();

    private final int number;
    private final int since;

    /** The number, and the version of the protocol that has it first. */
    StreamAttribute(int number, int since) {
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
    static StreamAttribute of(int number) {
        return ALL[number - 1];
    }
}
