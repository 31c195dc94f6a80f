package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** This kernel, file system or systemd lacks what the call needs; the message names the version that has it. */
public final class UnsupportedException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public UnsupportedException(Failure failure) {
        this(failure, null);
    }

    public UnsupportedException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
