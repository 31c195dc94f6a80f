package io.nspawn.model;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The object is in use: an image that runs, a lock that another process holds, a job under way. */
public final class BusyException extends NspawnException {
    private static final long serialVersionUID = 1L;

    private final long holder;

    public BusyException(Failure failure) {
        this(failure, OptionalLong.empty());
    }

    public BusyException(Failure failure, @Nullable Throwable cause) {
        super(failure, cause);
        this.holder = 0;
    }

    /** For a lock, with the process that holds it where that is known. */
    public BusyException(Failure failure, OptionalLong holder) {
        super(failure, null);
        this.holder = holder.orElse(0);
    }

    /** The process that holds it; empty where it is no process, or cannot be told. */
    public OptionalLong holder() {
        return holder == 0 ? OptionalLong.empty() : OptionalLong.of(holder);
    }
}
