package io.nspawn.model;

import org.jspecify.annotations.Nullable;

/** Not allowed: root, a capability or a polkit action is missing. */
public final class PermissionDeniedException extends NspawnException {
    private static final long serialVersionUID = 1L;

    public PermissionDeniedException(Failure failure) {
        this(failure, null);
    }

    public PermissionDeniedException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
    }
}
