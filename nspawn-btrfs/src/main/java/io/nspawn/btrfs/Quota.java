package io.nspawn.btrfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quota of a filesystem: see {@link Filesystem#quota()}. Everything but {@link #mode()} needs CAP_SYS_ADMIN. A
 * subvolume at its limit first gets short writes, then EDQUOT.
 */
public final class Quota {
    private static final Logger LOG = LoggerFactory.getLogger(Quota.class);

    static final int CONTROL_COMMAND = 0;
    static final long DISABLE = 2;
    static final long ENABLE_SIMPLE = 4;

    static final int LIMIT_GROUP = 0;
    static final int LIMIT = 8;

    private static final long NO_LIMIT = -1;

    private final Filesystem filesystem;
    private final Descriptor fd;

    Quota(Filesystem filesystem, Descriptor fd) {
        this.filesystem = filesystem;
        this.fd = fd;
    }

    /**
     * The mode, read from sysfs: the calls that switch it do not tell. Needs no privilege.
     *
     * @throws UncheckedIOException if sysfs is not mounted
     */
    public QuotaMode mode() {
        if (!sysfs("enabled").orElse("0").equals("1")) {
            return QuotaMode.NONE;
        }
        return sysfs("mode").orElse("qgroup").equals("squota") ? QuotaMode.SIMPLE : QuotaMode.FULL;
    }

    /** Whether the figures are known to be wrong, and full quotas do not limit anything until a rescan. */
    public boolean isInconsistent() {
        return sysfs("inconsistent").orElse("0").equals("1");
    }

    /** Kernels before 5.9 have no such directory, and no others have it while quota is off. */
    private Optional<String> sysfs(String file) {
        Path path = Path.of("/sys/fs/btrfs", filesystem.info().fsid().toString(), "qgroups", file);
        try {
            return Optional.of(Files.readString(path).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /**
     * Enables simple quotas; changes nothing if they are. What was written before is not counted.
     *
     * @throws BtrfsException.Unsupported before Linux 6.7
     * @throws BtrfsException.Busy if full quotas are enabled: disable them first
     */
    public void enableSimple() {
        QuotaMode mode = mode();
        if (mode == QuotaMode.SIMPLE) {
            return;
        }
        if (mode == QuotaMode.FULL) {
            throw new BtrfsException.Busy(
                    Failure.of("enable simple quotas", fd.path(), "full quotas are enabled: disable them first"));
        }
        int result = control(ENABLE_SIMPLE);
        if (result == -Errno.EINVAL.intValue()) {
            throw new BtrfsException.Unsupported(
                    Failure.of("enable simple quotas", fd.path(), "needs Linux 6.7 or later"), "6.7");
        }
        Failure.check(Ioctl.QUOTA_CTL, fd.path(), result);
        LOG.info("Enabled simple quotas on {}", fd.path());
    }

    /** Disables quota, of whatever mode, and forgets all groups and limits. */
    public void disable() {
        Failure.check(Ioctl.QUOTA_CTL, fd.path(), control(DISABLE));
        LOG.info("Disabled quota on {}", fd.path());
    }

    private int control(long command) {
        return fd.attempt(Ioctl.QUOTA_CTL, (ByteBuffer b) -> b.putLong(CONTROL_COMMAND, command));
    }

    /**
     * All groups, by number, with the figures of the last commit.
     *
     * @throws BtrfsException.QuotaDisabled if quota is not enabled
     */
    public List<QuotaGroup> groups() {
        try {
            return QuotaTree.read(fd);
        } catch (BtrfsException.NotFound e) {
            throw new BtrfsException.QuotaDisabled(
                    Failure.of("list quota groups", fd.path(), "enable quota on the filesystem"));
        }
    }

    /** One group; empty if there is none. */
    public Optional<QuotaGroup> group(QuotaGroupId id) {
        return groups().stream().filter(group -> group.id().equals(id)).findFirst();
    }

    /**
     * Limits the bytes that a group refers to, or takes the limit away.
     *
     * @param group such as {@link QuotaGroupId#of} a subvolume
     * @param bytes the most, at least 0; empty for no limit
     * @throws BtrfsException.NotFound if there is no such group
     * @throws BtrfsException.QuotaDisabled if quota is not enabled
     */
    public void limitReferenced(QuotaGroupId group, OptionalLong bytes) {
        limit(group, QuotaTree.MAX_REFERENCED, QuotaTree.LIMIT_REFERENCED, bytes);
    }

    /** As {@link #limitReferenced}, for the bytes that belong to the group alone. */
    public void limitExclusive(QuotaGroupId group, OptionalLong bytes) {
        limit(group, QuotaTree.MAX_EXCLUSIVE, QuotaTree.LIMIT_EXCLUSIVE, bytes);
    }

    private void limit(QuotaGroupId group, long flag, int field, OptionalLong bytes) {
        if (bytes.orElse(0) < 0) {
            throw new IllegalArgumentException("a negative limit: " + bytes);
        }
        fd.ioctl(Ioctl.QGROUP_LIMIT, "quota group " + group + " of " + fd.path(), buffer -> {
            buffer.putLong(LIMIT_GROUP, group.key());
            buffer.putLong(LIMIT + QuotaTree.LIMIT_FLAGS, flag);
            buffer.putLong(LIMIT + field, bytes.orElse(NO_LIMIT));
        });
        LOG.info("Limited quota group {} of {} to {}", group, fd.path(), bytes);
    }
}
