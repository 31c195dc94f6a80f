package io.nspawn.btrfs;

import org.jspecify.annotations.Nullable;

/**
 * A BTRFS operation that failed. The subclass says why; {@link #outcome()} says whether anything was changed.
 * Wrong arguments are {@link IllegalArgumentException} or {@link BadName} and are found before anything is touched;
 * use of a closed handle is {@link IllegalStateException}.
 */
public abstract sealed class BtrfsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Failure failure;

    private BtrfsException(Failure failure, String kind, @Nullable Throwable cause) {
        super(failure.message(kind), cause);
        this.failure = failure;
    }

    /** What was asked, such as {@code take snapshot}. */
    public final String operation() {
        return failure.operation();
    }

    /** The path or id it was asked of. */
    public final String object() {
        return failure.object();
    }

    /** The kernel's error number, or 0 when the failure was found without it. */
    public final int errno() {
        return failure.errno();
    }

    /** The name of the error number, such as {@code ENOSPC}, or empty. */
    public final String errnoName() {
        return failure.errnoName();
    }

    /** One sentence that says what can be done, or empty. */
    public final String remedy() {
        return failure.remedy();
    }

    /** Whether the filesystem was changed. */
    public final Outcome outcome() {
        return failure.outcome();
    }

    /** Sets what became known after the call failed. */
    final void outcome(Outcome known) {
        failure = failure.withOutcome(known);
    }

    /** Notes on a failed operation that undoing it failed as well. */
    static void halfUndone(Throwable failed, BtrfsException undo) {
        failed.addSuppressed(undo);
        if (failed instanceof BtrfsException e) {
            e.outcome(Outcome.UNKNOWN);
        }
    }

    static BtrfsException noNativeAccess(Throwable cause) {
        String module = BtrfsException.class.getModule().isNamed() ? "org.jnrproject.jffi" : "ALL-UNNAMED";
        return new Unsupported(
                Failure.of(
                        "load the C library",
                        "jnr-ffi",
                        "start java with --enable-native-access=" + module
                                + ", and with -Djffi.extract.dir=DIR if the temporary directory is mounted noexec"),
                "",
                cause);
    }

    /** The path is not on a BTRFS filesystem. */
    public static final class NotBtrfs extends BtrfsException {
        private static final long serialVersionUID = 1L;

        NotBtrfs(Failure failure) {
            super(failure, "not on BTRFS; give a directory of a btrfs that is mounted", null);
        }
    }

    /** The object is there but is no subvolume. */
    public static final class NotSubvolume extends BtrfsException {
        private static final long serialVersionUID = 1L;

        NotSubvolume(Failure failure) {
            super(failure, "not a subvolume", null);
        }
    }

    /** The object is no directory, or is a symlink, which is never followed below a handle. */
    public static final class NotDirectory extends BtrfsException {
        private static final long serialVersionUID = 1L;

        NotDirectory(Failure failure) {
            super(failure, "not a directory", null);
        }
    }

    /** There is no such object. */
    public static final class NotFound extends BtrfsException {
        private static final long serialVersionUID = 1L;

        NotFound(Failure failure) {
            super(failure, "not found", null);
        }
    }

    /** The name is taken; what has it was not touched. */
    public static final class AlreadyExists extends BtrfsException {
        private static final long serialVersionUID = 1L;

        AlreadyExists(Failure failure) {
            super(failure, "already exists", null);
        }
    }

    /** The subvolume has subvolumes below it. */
    public static final class NotEmpty extends BtrfsException {
        private static final long serialVersionUID = 1L;

        NotEmpty(Failure failure) {
            super(failure, "not empty", null);
        }
    }

    /** The subvolume or the mount is read-only. */
    public static final class ReadOnly extends BtrfsException {
        private static final long serialVersionUID = 1L;

        ReadOnly(Failure failure) {
            super(failure, "read-only", null);
        }
    }

    /** The process may not do this. */
    public static final class PermissionDenied extends BtrfsException {
        private static final long serialVersionUID = 1L;

        PermissionDenied(Failure failure) {
            super(failure, "permission denied", null);
        }
    }

    /** The filesystem is full. */
    public static final class NoSpace extends BtrfsException {
        private static final long serialVersionUID = 1L;

        NoSpace(Failure failure) {
            super(failure, "no space", null);
        }
    }

    /** A quota group is at its limit. */
    public static final class QuotaExceeded extends BtrfsException {
        private static final long serialVersionUID = 1L;

        QuotaExceeded(Failure failure) {
            super(failure, "quota exceeded", null);
        }
    }

    /** Quota is not enabled. */
    public static final class QuotaDisabled extends BtrfsException {
        private static final long serialVersionUID = 1L;

        QuotaDisabled(Failure failure) {
            super(failure, "quota is not enabled", null);
        }
    }

    /** The object is in use. */
    public static final class Busy extends BtrfsException {
        private static final long serialVersionUID = 1L;

        Busy(Failure failure) {
            super(failure, "busy", null);
        }
    }

    /** Source and target are not on one filesystem. */
    public static final class DifferentFilesystem extends BtrfsException {
        private static final long serialVersionUID = 1L;

        DifferentFilesystem(Failure failure) {
            super(failure, "on different filesystems", null);
        }
    }

    /** The running kernel cannot do this. */
    public static final class Unsupported extends BtrfsException {
        private static final long serialVersionUID = 1L;

        private final String minimumKernel;

        Unsupported(Failure failure, String minimumKernel) {
            this(failure, minimumKernel, null);
        }

        Unsupported(Failure failure, String minimumKernel, @Nullable Throwable cause) {
            super(failure, "not supported", cause);
            this.minimumKernel = minimumKernel;
        }

        /** The first kernel version that can, or empty when it is not the kernel that is in the way. */
        public String minimumKernel() {
            return minimumKernel;
        }
    }

    /** The name cannot name one entry of a directory. */
    public static final class BadName extends BtrfsException {
        private static final long serialVersionUID = 1L;

        BadName(Failure failure) {
            super(failure, "bad name", null);
        }
    }

    /** A send stream that is cut, corrupt, hostile or not understood. */
    public static final class BadStream extends BtrfsException {
        private static final long serialVersionUID = 1L;

        private final long offset;

        private BadStream(Failure failure, long offset) {
            super(failure, "bad stream", null);
            this.offset = offset;
        }

        static BadStream at(long offset, String fault) {
            return new BadStream(Failure.of("read send stream", "offset " + offset, fault), offset);
        }

        /** Where in the stream the fault is, in bytes from its beginning. */
        public long offset() {
            return offset;
        }
    }

    /** The subvolume is writable, and what was asked needs one that does not change. */
    public static final class NotReadOnly extends BtrfsException {
        private static final long serialVersionUID = 1L;

        NotReadOnly(Failure failure) {
            super(failure, "not read-only", null);
        }
    }

    /** The time given ran out. */
    public static final class TimedOut extends BtrfsException {
        private static final long serialVersionUID = 1L;

        TimedOut(Failure failure) {
            super(failure, "time ran out", null);
        }
    }

    /** The thread was interrupted; its interrupt flag is set again. */
    public static final class Interrupted extends BtrfsException {
        private static final long serialVersionUID = 1L;

        Interrupted(Failure failure) {
            super(failure, "interrupted", null);
        }
    }

    /** Any other error of the kernel: see {@link #errnoName()}. */
    public static final class Other extends BtrfsException {
        private static final long serialVersionUID = 1L;

        Other(Failure failure) {
            super(failure, "refused by the kernel", null);
        }
    }
}
