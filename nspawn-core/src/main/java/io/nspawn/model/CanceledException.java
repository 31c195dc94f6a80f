package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** Somebody cancelled it, here or elsewhere; nothing of it is left. */
public final class CanceledException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public CanceledException(Failure failure) {
        this(failure, null);
    }

    public CanceledException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
