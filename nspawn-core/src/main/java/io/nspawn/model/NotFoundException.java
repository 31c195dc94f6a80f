package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** There is no such image, machine, unit or interface. */
public final class NotFoundException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public NotFoundException(Failure failure) {
        this(failure, null);
    }

    public NotFoundException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
