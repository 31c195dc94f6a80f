package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** The host refused for a reason that has no type of its own; {@link #errorName()} tells it. */
public final class HostFailureException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public HostFailureException(Failure failure) {
        this(failure, null);
    }

    public HostFailureException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
