package io.nspawn.btrfs;

/** A system call that is no ioctl. */
enum SystemCall implements Act {
    OPEN("open directory", "2.6.16"),
    STAT("look at", "4.11"),
    STATFS("look at filesystem", "2.6.12"),
    LOCK("lock directory", "2.6.12"),
    RENAME("rename", "3.16"),
    MAKE_DIRECTORY("make directory", "2.6.16"),
    REMOVE_DIRECTORY("remove directory", "2.6.16");

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
