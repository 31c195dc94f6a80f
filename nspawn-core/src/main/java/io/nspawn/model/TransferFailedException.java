package io.nspawn.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A download, import or export failed; nothing of it is left. */
public final class TransferFailedException extends NspawnException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> log;

    public TransferFailedException(Failure failure, List<String> log) {
        this(failure, log, null);
    }

    public TransferFailedException(Failure failure, List<String> log, @Nullable Throwable cause) {
        super(failure, cause);
        this.log = List.copyOf(log);
    }

    /** What was said of it, oldest first. */
    public List<String> log() {
        return log;
    }
}
