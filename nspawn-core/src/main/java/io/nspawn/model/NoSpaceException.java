package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** The pool is full, or a quota is reached. */
public final class NoSpaceException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public NoSpaceException(Failure failure) {
        this(failure, null);
    }

    public NoSpaceException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
