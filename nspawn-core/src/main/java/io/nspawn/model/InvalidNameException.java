package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** A text that is no name by the rules of systemd or of the kernel. */
public final class InvalidNameException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public InvalidNameException(Failure failure) {
        this(failure, null);
    }

    public InvalidNameException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
