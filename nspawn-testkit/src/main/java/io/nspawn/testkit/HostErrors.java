package io.nspawn.testkit;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.testkit.Faults.Call;
import java.util.Locale;

/** What the real host throws for an error, which depends on where it comes from. */
final class HostErrors {
    private static final String BUS_ERROR = "System.Error.";
    private static final String AS_ROOT = "Run as root, or let polkit grant the action to this user";
    private static final String WAIT = "Wait for the operation that is under way, then try again";
    private static final String LOOK = "Look at the host before repeating the call";

    private HostErrors() {}

    /** Where operations of the engine end up. */
    enum Surface {
        /** ioctls of btrfs. */
        POOL,
        /** Files inside a root, and locks: system calls. */
        ROOT_FILES,
        /** Files of the host, by the JDK, which keeps no error names. */
        HOST_FILES,
        KERNEL_SETTINGS,
        NETLINK,
        /** PID 1, machined, importd, and what runs in containers. */
        BUS;

        static Surface of(Operation operation) {
            return switch (operation) {
                case LIST_ROOTS, CLONE, MAKE, SNAPSHOT, SYNC, RENAME, REMOVE, MAKE_POOL, GROW_POOL, LIMIT_ROOT -> POOL;
                case WRITE_IN_ROOT, DELETE_IN_ROOT, COPY_IN_POOL, EXCHANGE, LOCK -> ROOT_FILES;
                case WRITE_FILES, DELETE_FILE -> HOST_FILES;
                case WRITE_KERNEL_SETTING -> KERNEL_SETTINGS;
                case LIST_LINKS,
                        CREATE_BRIDGE,
                        CREATE_VETH,
                        CREATE_MACVLAN,
                        SET_UP,
                        ADD_ADDRESS,
                        REMOVE_ADDRESS,
                        CHANGE_LINK,
                        DELETE_LINK -> NETLINK;
                default -> BUS;
            };
        }
    }

    /** The exception for an errno at a call. */
    static NspawnException of(Errno errno, Call call) {
        Failure failure = failure(call, errno.text());
        return switch (Surface.of(call.operation())) {
            case POOL -> pool(errno, failure.named(errno.kernelName()), call.operation());
            case ROOT_FILES -> rootFiles(errno, failure.named(errno.kernelName()));
            case HOST_FILES -> hostFiles(errno, failure);
            case KERNEL_SETTINGS -> kernelSetting(call.subject(), errno.text());
            case NETLINK -> netlink(errno, failure.named(errno.kernelName()));
            case BUS -> bus(errno, failure.named(BUS_ERROR + errno));
        };
    }

    /** The exception for an effect whose answer never comes. */
    static NspawnException lost(Call call) {
        Surface surface = Surface.of(call.operation());
        if (surface == Surface.BUS || surface == Surface.NETLINK) {
            String reason = surface == Surface.BUS
                    ? "no reply within " + Failure.span(Fault.CALL_DEADLINE)
                    : "no answer came in time";
            return new DeadlineExceededException(failure(call, reason).outcome(Outcome.UNKNOWN));
        }
        Failure failure = failure(call, Errno.EIO.text()).outcome(Outcome.UNKNOWN);
        return new HostFailureException(
                surface == Surface.POOL ? failure.named("EIO").remedy("read the kernel log") : failure);
    }

    /** The exception for a call on a bus that goes away. */
    static NspawnException disconnected(Call call) {
        return new ConnectionLostException(failure(call, "the bus connection was lost: the peer closed it")
                .remedy("The next call connects again; look at the host before repeating this one")
                .outcome(Outcome.UNKNOWN));
    }

    static PermissionDeniedException kernelSetting(String file, String reason) {
        return new PermissionDeniedException(Failure.of("set", file, "the kernel does not take it: " + reason)
                .remedy("Set it on the machine that owns this kernel, as root."));
    }

    private static Failure failure(Call call, String reason) {
        String operation = call.operation().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return Failure.of(operation, call.subject(), reason);
    }

    private static NspawnException pool(Errno errno, Failure plain, Operation operation) {
        Failure failure = operation == Operation.SYNC ? plain.outcome(Outcome.UNKNOWN) : plain;
        return switch (errno) {
            case ENOENT, ENODEV -> new NotFoundException(failure);
            case EINVAL -> noSubvolume(operation, failure);
            case EEXIST -> new AlreadyExistsException(failure);
            case EROFS ->
                new PermissionDeniedException(
                        failure.remedy("make the subvolume writable, or mount the filesystem writable"));
            case EPERM, EACCES -> new PermissionDeniedException(failure.remedy(poolPermission(operation)));
            case ENOSPC -> new NoSpaceException(failure.remedy("free space: metadata can be full while data is not"));
            case EDQUOT -> new NoSpaceException(failure.remedy("raise the limit of the quota group"));
            case EBUSY -> new BusyException(failure);
            case EOPNOTSUPP, ENOSYS -> new UnsupportedException(failure.remedy("needs a newer Linux"));
            case ENOTEMPTY ->
                new HostFailureException(failure.remedy("delete the subvolumes below it first, or recursively"));
            case EIO ->
                new HostFailureException(failure.outcome(Outcome.UNKNOWN).remedy("read the kernel log"));
            default -> new HostFailureException(failure);
        };
    }

    /** A snapshot of what is no subvolume is answered so. */
    private static NspawnException noSubvolume(Operation operation, Failure failure) {
        return operation == Operation.CLONE || operation == Operation.SNAPSHOT
                ? new NotFoundException(failure)
                : new HostFailureException(failure);
    }

    private static String poolPermission(Operation operation) {
        return operation == Operation.REMOVE
                ? "needs CAP_SYS_ADMIN or the mount option user_subvol_rm_allowed,"
                        + " and the default subvolume cannot be deleted"
                : "needs CAP_SYS_ADMIN, or to be the owner";
    }

    private static NspawnException rootFiles(Errno errno, Failure failure) {
        return switch (errno) {
            case ENOENT, ENOTDIR, ELOOP -> new NotFoundException(failure);
            case EEXIST, ENOTEMPTY -> new AlreadyExistsException(failure);
            case EACCES, EPERM, EROFS -> new PermissionDeniedException(failure);
            case ENOSPC, EDQUOT -> new NoSpaceException(failure);
            case EBUSY -> new BusyException(failure);
            case ENOSYS -> new UnsupportedException(failure.remedy("Linux 5.6 or later is needed."));
            default -> new HostFailureException(failure);
        };
    }

    private static NspawnException hostFiles(Errno errno, Failure failure) {
        return switch (errno) {
            case EACCES, EROFS -> new PermissionDeniedException(failure);
            case ENOSPC, EDQUOT -> new NoSpaceException(failure);
            default -> new HostFailureException(failure);
        };
    }

    private static NspawnException netlink(Errno errno, Failure failure) {
        return switch (errno) {
            case ENODEV, ENOENT -> new NotFoundException(failure);
            case EEXIST -> new AlreadyExistsException(failure);
            case EBUSY -> new BusyException(failure);
            case EPERM, EACCES -> new PermissionDeniedException(failure);
            case EOPNOTSUPP -> new UnsupportedException(failure);
            default -> new HostFailureException(failure);
        };
    }

    private static NspawnException bus(Errno errno, Failure failure) {
        return switch (errno) {
            case ENOENT, ENODEV -> new NotFoundException(failure);
            case EEXIST, ENOTEMPTY -> new AlreadyExistsException(failure);
            case EBUSY -> new BusyException(failure.remedy("Stop what uses it, or wait for it"));
            case EAGAIN -> new BusyException(failure.remedy(WAIT));
            case EACCES, EPERM -> new PermissionDeniedException(failure.remedy(AS_ROOT));
            case EROFS -> new PermissionDeniedException(failure.remedy("It is read-only, or belongs to the vendor"));
            case ENOSPC, EDQUOT ->
                new NoSpaceException(failure.remedy("Remove images that are not needed, or grow the pool"));
            case EOPNOTSUPP, ENOSYS ->
                new UnsupportedException(failure.remedy("This host's systemd is too old, or built without it"));
            case ETIMEDOUT -> new DeadlineExceededException(failure.remedy(LOOK).outcome(Outcome.UNKNOWN));
            default -> new HostFailureException(failure);
        };
    }
}
