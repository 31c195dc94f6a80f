package io.nspawn.model;

import java.util.List;

/** A deploy that failed in the middle: which step, why (the cause), and what was undone. */
public final class DeployException extends NspawnException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> undone;
    private final transient List<String> notUndone;

    public DeployException(Failure failure, List<String> undone, List<String> notUndone, Throwable cause) {
        super(failure, cause);
        this.undone = List.copyOf(undone);
        this.notUndone = List.copyOf(notUndone);
    }

    /** The steps that were taken back, in the order in which they were. */
    public List<String> undone() {
        return undone;
    }

    /** The steps that could not be taken back, each with the reason; the next deploy or remove finds them. */
    public List<String> notUndone() {
        return notUndone;
    }
}
