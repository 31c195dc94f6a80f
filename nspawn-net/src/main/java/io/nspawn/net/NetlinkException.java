package io.nspawn.net;

import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalInt;
import jnr.constants.platform.Errno;
import org.jspecify.annotations.Nullable;

/**
 * A netlink request that failed. The subclass tells the sort of failure; the fields tell what was done to what, what
 * the kernel answered, and where it could be found, why.
 */
public sealed class NetlinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * What went wrong, in data.
     *
     * @param operation what was tried, for example "create macvlan"
     * @param object what it was tried on, for example "mv0"
     * @param errno the kernel's error number, 0 if the failure did not come from the kernel
     * @param text the kernel's extended message or our own, empty if there is none
     * @param offset the place of the refused attribute in the request, -1 if the kernel named none
     * @param outcome what is left behind
     * @param diagnosis the cause found by looking
     */
    record Failure(
            String operation,
            String object,
            int errno,
            String text,
            int offset,
            Outcome outcome,
            @Nullable Diagnosis diagnosis)
            implements Serializable {
        static Failure of(String operation, String object, String text, Outcome outcome) {
            return new Failure(operation, object, 0, text, -1, outcome, null);
        }

        String describe() {
            StringBuilder message = new StringBuilder("cannot " + operation + " " + object);
            if (errno != 0) {
                message.append(": ").append(errnoText(errno));
            }
            if (!text.isEmpty()) {
                message.append(": ").append(text);
            }
            if (offset >= 0) {
                message.append(" (at byte ").append(offset).append(" of the request)");
            }
            if (diagnosis != null) {
                message.append("; ").append(diagnosis.text());
                message.append(diagnosis.remedy().isEmpty() ? "" : "; remedy: " + diagnosis.remedy());
            }
            return message.append(outcome == Outcome.UNKNOWN ? "; whether it was done is unknown" : "")
                    .toString();
        }
    }

    private final Failure failure;

    NetlinkException(Failure failure) {
        super(failure.describe());
        this.failure = failure;
    }

    static NetlinkException noNativeAccess(Throwable cause) {
        String module = NetlinkException.class.getModule().isNamed() ? "org.jnrproject.jffi" : "ALL-UNNAMED";
        NetlinkException refused = new Unsupported(Failure.of(
                "load the C library with",
                "jnr-ffi",
                "start java with --enable-native-access=" + module
                        + ", and with -Djffi.extract.dir=DIR if the temporary directory is mounted noexec",
                Outcome.NOT_APPLIED));
        refused.initCause(cause);
        return refused;
    }

    /** There is no such link, address, route or namespace. */
    public static final class NotFound extends NetlinkException {
        private static final long serialVersionUID = 1L;

        NotFound(Failure failure) {
            super(failure);
        }
    }

    /** It is there already. */
    public static final class AlreadyExists extends NetlinkException {
        private static final long serialVersionUID = 1L;

        AlreadyExists(Failure failure) {
            super(failure);
        }
    }

    /** Another use of the link stands in the way. */
    public static final class Busy extends NetlinkException {
        private static final long serialVersionUID = 1L;

        Busy(Failure failure) {
            super(failure);
        }
    }

    /** The kernel finds an argument wrong. */
    public static final class InvalidArgument extends NetlinkException {
        private static final long serialVersionUID = 1L;

        InvalidArgument(Failure failure) {
            super(failure);
        }
    }

    /** A capability is missing. */
    public static final class PermissionDenied extends NetlinkException {
        private static final long serialVersionUID = 1L;

        PermissionDenied(Failure failure) {
            super(failure);
        }
    }

    /** This kernel cannot do it. */
    public static final class Unsupported extends NetlinkException {
        private static final long serialVersionUID = 1L;

        Unsupported(Failure failure) {
            super(failure);
        }
    }

    /** The MAC or IP address is in use. */
    public static final class AddressInUse extends NetlinkException {
        private static final long serialVersionUID = 1L;

        AddressInUse(Failure failure) {
            super(failure);
        }
    }

    /** No answer came in time; the connection was replaced. */
    public static final class Timeout extends NetlinkException {
        private static final long serialVersionUID = 1L;

        Timeout(Failure failure) {
            super(failure);
        }
    }

    /** The thread was interrupted; its interrupt status is set and the connection was replaced. */
    public static final class Interrupted extends NetlinkException {
        private static final long serialVersionUID = 1L;

        Interrupted(Failure failure) {
            super(failure);
        }
    }

    /** A listing changed under the reader each time it was tried. */
    public static final class Inconsistent extends NetlinkException {
        private static final long serialVersionUID = 1L;

        Inconsistent(Failure failure) {
            super(failure);
        }
    }

    /** The socket was closed, before or during the call. */
    public static final class Closed extends NetlinkException {
        private static final long serialVersionUID = 1L;

        Closed(Failure failure) {
            super(failure);
        }
    }

    /** The kernel's answer does not have the form that it should have. */
    public static final class MalformedReply extends NetlinkException {
        private static final long serialVersionUID = 1L;

        MalformedReply(Failure failure) {
            super(failure);
        }
    }

    /** Any other error of the kernel. */
    public static final class Failed extends NetlinkException {
        private static final long serialVersionUID = 1L;

        Failed(Failure failure) {
            super(failure);
        }
    }

    static NetlinkException malformed(String text) {
        return new MalformedReply(Failure.of("decode", "a netlink message", text, Outcome.UNKNOWN));
    }

    /** Chooses the subclass for an error number of the kernel. */
    static NetlinkException of(Failure failure) {
        return switch (Errno.valueOf(failure.errno())) {
            case ENODEV, ENOENT, ESRCH -> new NotFound(failure);
            case EADDRNOTAVAIL ->
                failure.operation().startsWith("delete") ? new NotFound(failure) : new InvalidArgument(failure);
            case EEXIST -> new AlreadyExists(failure);
            case EBUSY -> new Busy(failure);
            case EINVAL, ERANGE, ELOOP, ENETUNREACH, ENETDOWN, ENAMETOOLONG, EHOSTUNREACH ->
                new InvalidArgument(failure);
            case EPERM, EACCES -> new PermissionDenied(failure);
            case EOPNOTSUPP, ENOTSUP, EAFNOSUPPORT, EPROTONOSUPPORT -> new Unsupported(failure);
            case EADDRINUSE -> new AddressInUse(failure);
            default -> new Failed(failure);
        };
    }

    private static String errnoText(int errno) {
        Errno known = Errno.valueOf(errno);
        return known.name().startsWith("__") ? "error " + errno : known.description() + " (" + known.name() + ")";
    }

    /**
     * Names what was tried.
     *
     * @return for example "create macvlan"
     */
    public String operation() {
        return failure.operation();
    }

    /**
     * Names what it was tried on.
     *
     * @return for example the link's name
     */
    public String object() {
        return failure.object();
    }

    /**
     * Gives the kernel's error number.
     *
     * @return a positive number of errno(3), empty if the failure did not come from the kernel
     */
    public OptionalInt errno() {
        return failure.errno() == 0 ? OptionalInt.empty() : OptionalInt.of(failure.errno());
    }

    /**
     * Gives the kernel's extended message.
     *
     * @return the text, empty for the many failures the kernel has no words for
     */
    public Optional<String> kernelText() {
        return failure.errno() == 0 || failure.text().isEmpty() ? Optional.empty() : Optional.of(failure.text());
    }

    /**
     * Gives the place of the refused attribute in the request.
     *
     * @return bytes from the start of the message header, empty if the kernel named none
     */
    public OptionalInt offset() {
        return failure.offset() < 0 ? OptionalInt.empty() : OptionalInt.of(failure.offset());
    }

    /**
     * Gives the cause found by looking at the links involved.
     *
     * @return the cause, empty if none was found
     */
    public Optional<Diagnosis> diagnosis() {
        return Optional.ofNullable(failure.diagnosis());
    }

    /**
     * Says what to do about it.
     *
     * @return the remedy, empty if none is known
     */
    public Optional<String> remedy() {
        return diagnosis().map(Diagnosis::remedy).filter(text -> !text.isEmpty());
    }

    /**
     * Tells what the failed request has left behind.
     *
     * @return whether the change was made
     */
    public Outcome outcome() {
        return failure.outcome();
    }
}
