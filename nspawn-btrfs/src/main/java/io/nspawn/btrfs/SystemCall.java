package io.nspawn.btrfs;

/** What a system call that is no ioctl of BTRFS does, for errors. */
enum SystemCall implements Act {
    OPEN("open directory", "2.6.16"),
    STAT("look at", "4.11"),
    STATFS("look at filesystem", "2.6.12"),
    LOCK("lock directory", "2.6.12"),
    RENAME("rename", "3.16"),
    MAKE_DIRECTORY("make directory", "2.6.16"),
    REMOVE_DIRECTORY("remove directory", "2.6.16"),
    OPEN_FILE("open file", "2.6.16"),
    OPEN_SUBVOLUME("open subvolume by its id", "2.6.39"),
    MAKE("make", "2.6.16"),
    LINK("link", "2.6.16"),
    REMOVE("remove", "2.6.16"),
    CHANGE_MODE("set permissions", "2.6.16"),
    CHANGE_OWNER("set owner", "2.6.16"),
    SET_TIMES("set times", "2.6.22"),
    SET_XATTR("set extended attribute", "2.6.29"),
    REMOVE_XATTR("remove extended attribute", "2.6.29"),
    WRITE("write", "2.6.29"),
    TRUNCATE("truncate", "2.6.29"),
    ALLOCATE("allocate", "2.6.38"),
    SET_FLAGS("set flags of file", "2.6.29"),
    ENABLE_VERITY("enable verity", "5.15"),
    PIPE("make pipe", "2.6.27"),
    READ("read pipe", "2.6.27");

    private final String text;
    private final String since;

    SystemCall(String text, String since) {
        this.text = text;
        this.since = since;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public String since() {
        return since;
    }
}
