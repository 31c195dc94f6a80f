package io.nspawn.model;

import java.util.List;
import java.util.Optional;

/** A unit's job ended without success. */
public final class JobFailedException extends NspawnException {
    private static final long serialVersionUID = 1L;

    private final transient UnitFailure unitFailure;

    public JobFailedException(Failure failure, UnitFailure unitFailure) {
        super(failure, null);
        this.unitFailure = unitFailure;
    }

    /** What the unit and its journal tell. */
    public UnitFailure unitFailure() {
        return unitFailure;
    }

    /**
     * A failed unit, as PID 1 and its journal tell it.
     *
     * @param unit the unit's name
     * @param jobResult the job's result: {@code failed}, {@code timeout}, {@code dependency}, … (org.freedesktop.systemd1(5))
     * @param serviceResult the service's {@code Result=}: {@code exit-code}, {@code timeout}, {@code signal}, …
     * @param exitStatus the exit status, or signal number, of the unit's main process
     * @param journal the last journal lines of that invocation, oldest first; empty where the journal is unreadable
     */
    public record UnitFailure(
            String unit, String jobResult, String serviceResult, int exitStatus, List<String> journal) {
        public UnitFailure {
            journal = List.copyOf(journal);
        }

        /** Why, where the journal's words are known. */
        public Optional<FailureCause> cause() {
            return FailureCause.of(journal);
        }
    }
}
