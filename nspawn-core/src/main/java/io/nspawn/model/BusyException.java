package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** The object is in use: an image that runs, a lock that another process holds, a job under way. */
public final class BusyException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public BusyException(Failure failure) {
        this(failure, null);
    }

    public BusyException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
