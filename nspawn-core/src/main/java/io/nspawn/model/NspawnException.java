package io.nspawn.model;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that this library throws about a host. Programming mistakes stay {@link IllegalArgumentException} and
 * {@link IllegalStateException}.
 *
 * <p>Catch by type, or look at {@link #failure()}: it names the operation, the object, the host's own error name, a
 * remedy where one is known, and the {@link Outcome}.
 */
public abstract sealed class NspawnException extends RuntimeException
        permits AlreadyExistsException,
                BusyException,
                CanceledException,
                ConnectionLostException,
                DeadlineExceededException,
                DeployException,
                HostFailureException,
                HostNotReadyException,
                InterruptedOperationException,
                InvalidNameException,
                InvalidSpecException,
                JobFailedException,
                NoSpaceException,
                NotFoundException,
                PermissionDeniedException,
                TransferFailedException,
                UnsupportedException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    NspawnException(Failure failure, @Nullable Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
    }

    public final Failure failure() {
        return failure;
    }

    public final String operation() {
        return failure.operation();
    }

    public final String subject() {
        return failure.subject();
    }

    public final Optional<String> errorName() {
        return failure.errorName();
    }

    public final Optional<String> remedy() {
        return failure.remedy();
    }

    public final Outcome outcome() {
        return failure.outcome();
    }
}
