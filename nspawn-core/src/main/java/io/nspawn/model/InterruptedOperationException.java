package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** The calling thread was interrupted; its interrupt flag is set again. */
public final class InterruptedOperationException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public InterruptedOperationException(Failure failure) {
        this(failure, null);
    }

    public InterruptedOperationException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
