package io.nspawn.deploy;

import io.nspawn.deploy.Step.Phase;
import io.nspawn.model.Progress;
import java.util.function.Consumer;

/** Counts a phase's steps as they end, and tells whoever listens. */
final class Tally {
    private final Consumer<? super Progress> listener;
    private final Phase phase;
    private final int total;
    private int done;

    Tally(Phase phase, int total, Consumer<? super Progress> listener) {
        this.phase = phase;
        this.total = total;
        this.listener = listener;
    }

    void done(Step step) {
        done++;
        String subject = step.machine().map(Object::toString).orElse("host");
        listener.accept(new Progress(phase.label(), subject, done, total));
    }

    void allDone(Iterable<? extends Step> steps) {
        steps.forEach(this::done);
    }
}
