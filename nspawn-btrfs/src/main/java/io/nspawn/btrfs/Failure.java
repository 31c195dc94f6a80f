package io.nspawn.btrfs;

import io.nspawn.btrfs.BtrfsException.AlreadyExists;
import io.nspawn.btrfs.BtrfsException.BadName;
import io.nspawn.btrfs.BtrfsException.Busy;
import io.nspawn.btrfs.BtrfsException.DifferentFilesystem;
import io.nspawn.btrfs.BtrfsException.NoSpace;
import io.nspawn.btrfs.BtrfsException.NotDirectory;
import io.nspawn.btrfs.BtrfsException.NotEmpty;
import io.nspawn.btrfs.BtrfsException.NotFound;
import io.nspawn.btrfs.BtrfsException.NotSubvolume;
import io.nspawn.btrfs.BtrfsException.Other;
import io.nspawn.btrfs.BtrfsException.PermissionDenied;
import io.nspawn.btrfs.BtrfsException.QuotaDisabled;
import io.nspawn.btrfs.BtrfsException.QuotaExceeded;
import io.nspawn.btrfs.BtrfsException.ReadOnly;
import io.nspawn.btrfs.BtrfsException.Unsupported;
import java.io.Serializable;
import jnr.constants.platform.Errno;

/** What is known of a failed call. Zero is the errno of a failure that the kernel did not report. */
record Failure(String operation, String object, int errno, String errnoName, String remedy, Outcome outcome)
        implements Serializable {

    static Failure of(String operation, String object, String remedy) {
        return new Failure(operation, object, 0, "", remedy, Outcome.NOT_APPLIED);
    }

    Failure withOutcome(Outcome known) {
        return new Failure(operation, object, errno, errnoName, remedy, known);
    }

    String message(String kind) {
        StringBuilder text = new StringBuilder();
        text.append(operation)
                .append(" failed for ")
                .append(object)
                .append(": ")
                .append(kind);
        if (!errnoName.isEmpty()) {
            text.append(" (").append(errnoName).append(')');
        }
        if (!remedy.isEmpty()) {
            text.append("; ").append(remedy);
        }
        return text.toString();
    }

    /** The result of a call, or the exception that its negated errno stands for. */
    static int check(Act act, String object, int result) {
        if (result < 0) {
            throw exception(act, object, -result);
        }
        return result;
    }

    static BtrfsException exception(Act act, String object, int errno) {
        Errno name = Errno.valueOf(errno);
        Failure plain = new Failure(act.text(), object, errno, name.name(), "", outcome(act));
        return switch (name) {
            case ENOENT, ENODEV -> new NotFound(plain);
            case EBADF -> new NotFound(plain.remedy("give the descriptor of an open directory"));
            case EEXIST -> new AlreadyExists(plain);
            case ENOTEMPTY -> new NotEmpty(plain.remedy("delete the subvolumes below it first, or recursively"));
            case EROFS -> new ReadOnly(plain.remedy("make the subvolume writable, or mount the filesystem writable"));
            case EPERM, EACCES -> new PermissionDenied(plain.remedy(permission(act)));
            case ENOSPC -> new NoSpace(plain.remedy("free space: metadata can be full while data is not"));
            case EDQUOT -> new QuotaExceeded(plain.remedy("raise the limit of the quota group"));
            case ENOTCONN -> new QuotaDisabled(plain.remedy("enable quota on the filesystem"));
            case EBUSY, ETXTBSY, EINPROGRESS -> new Busy(plain);
            case ENOTTY, EOPNOTSUPP, ENOTSUP, ENOSYS, EPROTO ->
                new Unsupported(plain.remedy("needs Linux " + act.since() + " or later"), act.since());
            case ENOTDIR, ELOOP -> new NotDirectory(plain);
            case EXDEV -> new DifferentFilesystem(plain);
            case ENAMETOOLONG -> new BadName(plain);
            case EINVAL -> act.invalidMeansNoSubvolume() ? new NotSubvolume(plain) : new Other(plain);
            case EIO -> new Other(plain.withOutcome(Outcome.UNKNOWN).remedy("read the kernel log"));
            default -> new Other(plain);
        };
    }

    /** A commit that fails may have written some of what it had to. */
    private static Outcome outcome(Act act) {
        return act == Ioctl.SYNC ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
    }

    Failure remedy(String text) {
        return new Failure(operation, object, errno, errnoName, text, outcome);
    }

    private static String permission(Act act) {
        return act == Ioctl.SNAP_DESTROY || act == Ioctl.SNAP_DESTROY_V2
                ? "needs CAP_SYS_ADMIN or the mount option user_subvol_rm_allowed,"
                        + " and the default subvolume cannot be deleted"
                : "needs CAP_SYS_ADMIN, or to be the owner";
    }
}
