package io.nspawn.benchmarks.btrfs;

/** What a subject can be asked for, on the entries t0, t1 and so on of the arena's directory. */
enum Work {
    /** Empty subvolumes, one after the other. */
    CREATE("create"),
    /** Subvolumes that are there, one after the other. */
    DELETE("delete"),
    /** Snapshots of the base, one after the other. */
    SNAPSHOT("snapshot"),
    /** Snapshots of the base, all as one operation, whose end is that all are on disk. */
    CLONE("clone"),
    /** The same, of a base as big as an image. */
    CLONE_IMAGE("clone", BaseTree.IMAGE),
    /** All subvolumes of the filesystem, once; the count is how many there must be. */
    LIST("list"),
    /** Deletes, and waits until the cleaner has given the space back. */
    DELETE_WAIT("delete-wait");

    private final String word;
    private final BaseTree base;

    Work(String word) {
        this(word, BaseTree.SMALL);
    }

    Work(String word, BaseTree base) {
        this.word = word;
        this.base = base;
    }

    String word() {
        return word;
    }

    BaseTree base() {
        return base;
    }
}
