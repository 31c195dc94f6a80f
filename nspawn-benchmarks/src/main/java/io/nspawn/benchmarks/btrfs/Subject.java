package io.nspawn.benchmarks.btrfs;

/** One of those that are compared. */
interface Subject {
    String name();

    /**
     * Does some work.
     *
     * @return the nanoseconds that each operation took
     */
    long[] perform(Work work, int count);
}
