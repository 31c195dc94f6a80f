package io.nspawn.btrfs;

import jnr.constants.platform.OpenFlags;

/** Flags of the system calls. Those of open(2) differ between platforms; the others do not. */
final class Flags {
    /** Every directory is opened so. */
    static final int DIRECTORY = OpenFlags.O_RDONLY.intValue()
            | OpenFlags.O_DIRECTORY.intValue()
            | OpenFlags.O_NONBLOCK.intValue()
            | OpenFlags.O_CLOEXEC.intValue();

    static final int NO_FOLLOW = OpenFlags.O_NOFOLLOW.intValue();

    static final int CLOSE_ON_EXEC = OpenFlags.O_CLOEXEC.intValue();

    /** A file that is there: neither a symlink is followed nor a pipe waited for. */
    static final int READ_FILE =
            OpenFlags.O_RDONLY.intValue() | OpenFlags.O_NONBLOCK.intValue() | NO_FOLLOW | CLOSE_ON_EXEC;

    static final int WRITE_FILE =
            OpenFlags.O_RDWR.intValue() | OpenFlags.O_NONBLOCK.intValue() | NO_FOLLOW | CLOSE_ON_EXEC;

    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;

    static final int RENAME_NOREPLACE = 1;
    static final int RENAME_EXCHANGE = 2;

    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;

    private Flags() {}
}
