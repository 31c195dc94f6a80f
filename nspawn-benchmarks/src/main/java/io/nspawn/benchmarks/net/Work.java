package io.nspawn.benchmarks.net;

/** What a subject can be asked for, on the macvlans b0, b1 and so on. */
enum Work {
    /** Macvlans on one lower link, one after the other; the time is that of all. */
    CREATE("create"),
    /** The same, straight in another namespace. */
    CREATE_IN_NAMESPACE("create-netns"),
    /** All that are there; the time is that of all. */
    DELETE("delete"),
    /** Every link, once; the count is how many there must be. */
    LIST("list"),
    /** One by its name; the time is that of one. */
    GET("get");

    private final String word;

    Work(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
