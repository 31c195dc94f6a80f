package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** The bus, or the service behind it, went away in the middle of the call. */
public final class ConnectionLostException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public ConnectionLostException(Failure failure) {
        this(failure, null);
    }

    public ConnectionLostException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
