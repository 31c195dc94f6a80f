package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** The name is taken: an image, a machine, a link or a file that this library did not make. */
public final class AlreadyExistsException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public AlreadyExistsException(Failure failure) {
        this(failure, null);
    }

    public AlreadyExistsException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
