package io.nspawn.benchmarks.net;

/** One of those that are compared. */
interface Subject {
    String name();

    /**
     * Does some work.
     *
     * @return the nanoseconds it took, once or several times
     */
    long[] perform(Work work, int count);
}
