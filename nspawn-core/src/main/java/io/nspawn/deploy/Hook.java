package io.nspawn.deploy;

import io.nspawn.model.MachineName;

/**
 * A deployer's own code at a point of a deploy. It runs on the thread that deploys, and the deploy waits for it; jobs that
 * are under way go on meanwhile. What it throws fails the deploy, which is taken back.
 */
@FunctionalInterface
public interface Hook {
    /** Where a hook runs, for each container of which that is true. */
    enum Point {
        /** Its root and files are in place, all that it waits for is ready, and it is about to be started. */
        BEFORE_START,
        /** Its init is up, and nothing that waits for it was started yet. */
        AFTER_START,
        /** It is about to be stopped for a restart. */
        BEFORE_STOP,
        /** It was stopped for a restart. */
        AFTER_STOP
    }

    /** Runs. */
    void run(MachineName machine);
}
