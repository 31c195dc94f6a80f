package io.nspawn.deploy;

import java.util.List;

/** Carries out the steps of one phase, for all containers together. */
@FunctionalInterface
interface PhaseAction {
    /**
     * Does the steps.
     *
     * @param steps all of the phase's own kind
     * @param ledger takes a note of each change before it is made
     * @param tally told of each step that ended
     */
    void run(List<Step> steps, Ledger ledger, Tally tally);
}
