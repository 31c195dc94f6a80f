package io.nspawn.config.nspawn;

/** The error with which systemd refuses a file. */
public enum Errno {
    EINVAL(22),
    ERANGE(34),
    EBADMSG(74),
    ENOBUFS(105);

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    /** The number on Linux. */
    public int number() {
        return number;
    }
}
