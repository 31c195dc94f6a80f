package io.nspawn.btrfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
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
    static final long ENABLE = 1;
    static final long DISABLE = 2;
    static final long ENABLE_SIMPLE = 4;

    static final int CREATE_OR_DESTROY = 0;
    static final int CREATE_GROUP = 8;
    private static final long CREATE = 1;
    private static final long DESTROY = 0;

    static final int ASSIGN_OR_REMOVE = 0;
    static final int ASSIGN_CHILD = 8;
    static final int ASSIGN_PARENT = 16;
    private static final long ASSIGN = 1;
    private static final long REMOVE = 0;

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

    /**
     * Enables full quotas and counts everything: see {@link #awaitRescan}. Changes nothing if they are enabled. Prefer
     * {@link #enableSimple()}.
     *
     * @param accepted what it will cost, said by the caller
     * @throws BtrfsException.Busy if simple quotas are enabled: disable them first
     */
    public void enableFull(FullQuotaCost accepted) {
        QuotaMode mode = mode();
        if (mode == QuotaMode.FULL) {
            return;
        }
        // The kernel would answer that all is well, and do nothing.
        if (mode == QuotaMode.SIMPLE) {
            throw new BtrfsException.Busy(
                    Failure.of("enable full quotas", fd.path(), "simple quotas are enabled: disable them first"));
        }
        Failure.check(Ioctl.QUOTA_CTL, fd.path(), control(ENABLE));
        LOG.info("Enabled full quotas on {}, accepting: {}", fd.path(), accepted);
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
            throw disabled("list quota groups");
        }
    }

    /** One group; empty if there is none. */
    public Optional<QuotaGroup> group(QuotaGroupId id) {
        return groups().stream().filter(group -> group.id().equals(id)).findFirst();
    }

    /**
     * Begins to count everything anew. Needs full quotas: simple ones are counted as they are written.
     *
     * @throws BtrfsException.QuotaDisabled if quota is not enabled
     * @throws BtrfsException.Busy if a rescan is under way
     * @throws BtrfsException.Unsupported if simple quotas are enabled
     */
    public void rescan() {
        int result = fd.attempt(Ioctl.QUOTA_RESCAN, (ByteBuffer b) -> {});
        if (result == -Errno.EINVAL.intValue()) {
            refuseRescan(mode());
        }
        Failure.check(Ioctl.QUOTA_RESCAN, fd.path(), result);
        LOG.info("Began to count the quota of {} anew", fd.path());
    }

    private void refuseRescan(QuotaMode mode) {
        if (mode == QuotaMode.SIMPLE) {
            throw new BtrfsException.Unsupported(
                    Failure.of("rescan quota", fd.path(), "simple quotas cannot be counted anew"), "");
        }
        if (mode == QuotaMode.NONE) {
            throw disabled("rescan quota");
        }
    }

    /** How far a rescan is. */
    public QuotaRescan rescanStatus() {
        return fd.ioctl(Ioctl.QUOTA_RESCAN_STATUS, fd.path(), buffer -> {}, QuotaRescan::unpack);
    }

    /**
     * Waits until no rescan is under way.
     *
     * @param patience the longest wait
     * @param progress hears on this thread how far it is, the last time when it is done
     * @throws BtrfsException.TimedOut if it takes longer; it goes on
     * @throws BtrfsException.Interrupted if the thread is interrupted; it goes on
     */
    public void awaitRescan(Duration patience, Consumer<QuotaRescan> progress) {
        new RescanWait(this, patience, progress).untilDone();
    }

    /**
     * Creates a group to count others in.
     *
     * @param group of level 1 or above; those of level 0 come and go with their subvolumes
     * @throws BtrfsException.AlreadyExists if it is there
     * @throws BtrfsException.QuotaDisabled if quota is not enabled
     */
    public void create(QuotaGroupId group) {
        if (group.level() == 0) {
            throw new IllegalArgumentException("a group of level 0 comes with its subvolume: " + group);
        }
        change(Ioctl.QGROUP_CREATE, group, createOrDestroy(CREATE, group));
        LOG.info("Created quota group {} of {}", group, fd.path());
    }

    /**
     * Destroys a group and its limits.
     *
     * @throws BtrfsException.NotFound if there is none
     * @throws BtrfsException.Busy if other groups are counted in it, its subvolume is there, or with simple quotas
     *     something is still counted in it
     * @throws BtrfsException.QuotaDisabled if quota is not enabled
     */
    public void destroy(QuotaGroupId group) {
        change(Ioctl.QGROUP_CREATE, group, createOrDestroy(DESTROY, group));
        LOG.info("Destroyed quota group {} of {}", group, fd.path());
    }

    private static Consumer<ByteBuffer> createOrDestroy(long what, QuotaGroupId group) {
        return buffer -> buffer.putLong(CREATE_OR_DESTROY, what).putLong(CREATE_GROUP, group.key());
    }

    /** Answers whether it was destroyed: not if it is gone already or still in use. */
    boolean destroyIfThere(QuotaGroupId group) {
        try {
            destroy(group);
            return true;
        } catch (BtrfsException.NotFound | BtrfsException.Busy e) {
            LOG.debug("left quota group={} reason={}", group, e.getMessage());
            return false;
        }
    }

    /**
     * Counts a group in another one as well.
     *
     * @param child the group to count
     * @param parent the group to count it in, of a higher level
     * @return whether the figures are wrong until a {@link #rescan()}
     * @throws BtrfsException.NotFound if one of them is not there
     * @throws BtrfsException.AlreadyExists if it is counted there already
     * @throws BtrfsException.QuotaDisabled if quota is not enabled
     */
    public boolean assign(QuotaGroupId child, QuotaGroupId parent) {
        if (child.level() >= parent.level()) {
            throw new IllegalArgumentException(parent + " is not of a higher level than " + child);
        }
        boolean rescan = relate(ASSIGN, child, parent);
        LOG.info("Counts quota group {} in {} on {}", child, parent, fd.path());
        return rescan;
    }

    /**
     * Takes a group out of another one.
     *
     * @return whether the figures are wrong until a {@link #rescan()}
     * @throws BtrfsException.NotFound if it is not counted there
     * @throws BtrfsException.QuotaDisabled if quota is not enabled
     */
    public boolean remove(QuotaGroupId child, QuotaGroupId parent) {
        boolean rescan = relate(REMOVE, child, parent);
        LOG.info("Counts quota group {} no longer in {} on {}", child, parent, fd.path());
        return rescan;
    }

    void removeIfThere(QuotaGroupId child, QuotaGroupId parent) {
        try {
            remove(child, parent);
        } catch (BtrfsException.NotFound e) {
            LOG.debug("quota group={} is no longer in parent={}: {}", child, parent, e.getMessage());
        }
    }

    /** More than zero is a hint that a rescan is needed. */
    private boolean relate(long what, QuotaGroupId child, QuotaGroupId parent) {
        int result = change(
                Ioctl.QGROUP_ASSIGN,
                child,
                buffer -> buffer.putLong(ASSIGN_OR_REMOVE, what)
                        .putLong(ASSIGN_CHILD, child.key())
                        .putLong(ASSIGN_PARENT, parent.key()));
        return result > 0;
    }

    /** Kernels before 4.19 answer EINVAL instead of ENOTCONN; otherwise it means that a group is not there. */
    private int change(Ioctl call, QuotaGroupId group, Consumer<ByteBuffer> pack) {
        int result = fd.attempt(call, pack);
        String object = "quota group " + group + " of " + fd.path();
        if (result == -Errno.EINVAL.intValue()) {
            if (mode() == QuotaMode.NONE) {
                throw disabled(call.text());
            }
            throw new BtrfsException.NotFound(Failure.of(call.text(), object, "a group that is named is not there"));
        }
        return Failure.check(call, object, result);
    }

    private BtrfsException disabled(String operation) {
        return new BtrfsException.QuotaDisabled(Failure.of(operation, fd.path(), "enable quota on the filesystem"));
    }

    /**
     * Makes the group that a subvolume is counted in together with all subvolumes made below it later: {@code 255/ID},
     * or one level below that of the subvolume around it. This is the layout of systemd-machined, whose limits of
     * images and of the pool work on it. Changes nothing if the subvolume is counted in some group already.
     *
     * @return the group to limit and to read
     * @throws BtrfsException.NotFound if there is no such subvolume
     * @throws BtrfsException.Busy if no level is left
     * @throws BtrfsException.QuotaDisabled if quota is not enabled
     */
    public QuotaGroupId makeSubtree(SubvolumeId subvolume) {
        return new QuotaSubtree(this, fd).establish(subvolume);
    }

    /** The group that a subvolume is counted in together with all below it; its own if there is no such group. */
    public QuotaGroupId subtree(SubvolumeId subvolume) {
        return new QuotaSubtree(this, fd).of(subvolume);
    }

    /**
     * Destroys all groups with the number of a subvolume, on whatever level: what is left of a deleted one.
     *
     * @return those destroyed; not those in which something is still counted, see {@link Filesystem#awaitCleaned}
     */
    public List<QuotaGroupId> destroyAllOf(SubvolumeId subvolume) {
        return new QuotaSubtree(this, fd).destroy(subvolume);
    }

    /**
     * Destroys the groups of subvolumes that are gone, which simple quotas and, before Linux 6.10, full ones keep;
     * also those with their numbers on higher levels.
     *
     * @return those destroyed; one in which something is still counted stays for another time
     */
    public List<QuotaGroupId> destroyStale() {
        QuotaSubtree groups = new QuotaSubtree(this, fd);
        return groups.stale().stream()
                .flatMap(id -> groups.destroy(id).stream())
                .toList();
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
        limit(group, QuotaTree.MAX_REFERENCED, bytes, OptionalLong.empty());
    }

    /** As {@link #limitReferenced}, for the bytes that belong to the group alone. */
    public void limitExclusive(QuotaGroupId group, OptionalLong bytes) {
        limit(group, QuotaTree.MAX_EXCLUSIVE, OptionalLong.empty(), bytes);
    }

    /** Both limits at once, {@link #limitReferenced} and {@link #limitExclusive}. */
    public void limit(QuotaGroupId group, OptionalLong referenced, OptionalLong exclusive) {
        limit(group, QuotaTree.MAX_REFERENCED | QuotaTree.MAX_EXCLUSIVE, referenced, exclusive);
    }

    private void limit(QuotaGroupId group, long flags, OptionalLong referenced, OptionalLong exclusive) {
        if (referenced.orElse(0) < 0 || exclusive.orElse(0) < 0) {
            throw new IllegalArgumentException("a negative limit: " + referenced + ", " + exclusive);
        }
        change(Ioctl.QGROUP_LIMIT, group, buffer -> {
            buffer.putLong(LIMIT_GROUP, group.key());
            buffer.putLong(LIMIT + QuotaTree.LIMIT_FLAGS, flags);
            buffer.putLong(LIMIT + QuotaTree.LIMIT_REFERENCED, referenced.orElse(NO_LIMIT));
            buffer.putLong(LIMIT + QuotaTree.LIMIT_EXCLUSIVE, exclusive.orElse(NO_LIMIT));
        });
        LOG.info("Limited quota group {} to {} referenced, {} exclusive", group, referenced, exclusive);
    }

    /** The filesystem it is of. */
    @Override
    public String toString() {
        return "quota of " + fd.path();
    }
}
