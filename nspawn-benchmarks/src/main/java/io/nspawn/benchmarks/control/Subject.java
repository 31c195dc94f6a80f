package io.nspawn.benchmarks.control;

/** One of those that are compared, at one work. */
interface Subject {
    Work work();

    String name();

    /** Whether each time is a process, which takes long and has nothing to warm up. */
    boolean startsProcesses();

    /**
     * Does its work.
     *
     * @return the nanoseconds that each time took
     */
    long[] perform(int times);
}
