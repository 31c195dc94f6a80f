package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** The answer did not come in time; {@link #outcome()} is mostly {@link Outcome#UNKNOWN}. */
public final class DeadlineExceededException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public DeadlineExceededException(Failure failure) {
        this(failure, null);
    }

    public DeadlineExceededException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
