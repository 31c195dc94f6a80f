package io.nspawn.benchmarks.fake;

/** What is measured, in this order, in one virtual machine. */
enum Work {
    START("fake-start"),
    PLAN("plan1000"),
    DEPLOY("deploy1000"),
    AGAIN("noop1000");

    private final String name;

    Work(String name) {
        this.name = name;
    }

    /** Its name in a table and in a file. */
    String title() {
        return name;
    }
}
