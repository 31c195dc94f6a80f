package io.nspawn.deploy;

import io.nspawn.config.KeptFiles;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.spi.HostPorts;
import java.time.Duration;
import java.util.List;

/** Replaces a container's root, all or nothing: what fails in the middle is taken back. */
final class Replacing {
    private final HostPorts host;
    private final RootSwap swap;

    Replacing(HostPorts host, Duration deadline) {
        this.host = host;
        this.swap = new RootSwap(host, new SnapshotActions(host), deadline);
    }

    /**
     * Does what replaces a root, and lets the new one be the container's when that has ended well.
     *
     * @param verb what is done, for an error
     * @param beside what is done while the container runs on; then it is stopped
     * @param down what is done after
     * @throws DeployException if it failed, and what became of the container
     */
    void run(String verb, Replacement replacement, Runnable beside, Runnable down) {
        Replacement soFar = replacement;
        try {
            soFar.write(host);
            beside.run();
            soFar = replacement.toStop();
            stop(soFar);
            down.run();
        } catch (NspawnException e) {
            throw takenBack(verb, soFar, e);
        } catch (RuntimeException e) {
            DeployException told = takenBack(verb, soFar, e);
            e.addSuppressed(told);
            throw e;
        }
        swap.commit(replacement);
    }

    boolean runs(MachineName machine) {
        return swap.runs(machine);
    }

    private void stop(Replacement replacement) {
        if (replacement.stopping()) {
            replacement.write(host);
        }
        swap.stop(replacement.machine());
    }

    void swap(MachineName machine, KeptFiles after) {
        swap.forward(machine, after);
    }

    void start(MachineName machine, Duration patience) {
        swap.start(machine, patience);
    }

    /** Runs to its end on an interrupted thread too, which stays interrupted. */
    private DeployException takenBack(String verb, Replacement replacement, RuntimeException cause) {
        boolean interrupted = Thread.interrupted();
        String what = "the new root of " + replacement.machine();
        String state = replacement.ran() ? "the old root runs again" : "it has its old root";
        try {
            swap.back(replacement);
            return failed(verb, replacement, cause, state, Outcome.NOT_APPLIED, List.of(what), List.of());
        } catch (RuntimeException e) {
            String left = "it could not be taken back, which the next deploy does: " + e.getMessage();
            return failed(verb, replacement, cause, left, Outcome.UNKNOWN, List.of(), List.of(what));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static DeployException failed(
            String verb,
            Replacement replacement,
            RuntimeException cause,
            String state,
            Outcome outcome,
            List<String> undone,
            List<String> notUndone) {
        Failure failure = Failure.of(verb, replacement.machine().value(), cause.getMessage() + "; " + state)
                .outcome(outcome);
        if (cause instanceof NspawnException known) {
            failure = known.errorName().map(failure::named).orElse(failure);
            failure = known.remedy().map(failure::remedy).orElse(failure);
        }
        return new DeployException(failure, undone, notUndone, cause);
    }
}
