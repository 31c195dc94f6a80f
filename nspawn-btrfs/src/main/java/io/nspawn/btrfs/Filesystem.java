package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mounted BTRFS filesystem, held by one of its directories. Safe for use by several threads; closed once.
 *
 * @see <a href="https://btrfs.readthedocs.io/en/latest/btrfs-ioctl.html">btrfs-ioctl(2)</a>
 */
public final class Filesystem implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Filesystem.class);

    /** BTRFS_LABEL_SIZE, its NUL included. */
    private static final int LABEL_SIZE = 256;

    private final Directory directory;
    private final Descriptor fd;

    private Filesystem(Directory directory) {
        this.directory = directory;
        this.fd = directory.descriptor();
    }

    /**
     * Opens the filesystem that a directory is on.
     *
     * @throws BtrfsException.NotFound if there is no such directory
     * @throws BtrfsException.NotBtrfs if it is on another filesystem
     */
    public static Filesystem open(Path anyDirectory) {
        return new Filesystem(Directory.open(anyDirectory));
    }

    /**
     * Opens the filesystem of a directory that the caller has open. The descriptor stays the caller's.
     *
     * @param descriptor the number of an open descriptor of this process
     * @throws BtrfsException.NotFound if there is no such descriptor
     * @throws BtrfsException.NotDirectory if it is of something else
     * @throws BtrfsException.NotBtrfs if it is on another filesystem
     */
    public static Filesystem open(int descriptor) {
        return new Filesystem(Directory.open(descriptor));
    }

    static Filesystem open(Kernel kernel, Path anyDirectory) {
        return new Filesystem(Directory.open(kernel, anyDirectory));
    }

    /** The directory it was opened by; closed together with this. */
    public Directory directory() {
        return directory;
    }

    /** Identity and sizes. Needs no privilege. */
    public FilesystemInfo info() {
        return fd.ioctl(Ioctl.FS_INFO, fd.path(), FilesystemInfo::pack, FilesystemInfo::unpack);
    }

    /** The features of the format that it uses. Needs no privilege. */
    public Features features() {
        return fd.ioctl(Ioctl.GET_FEATURES, fd.path(), buffer -> {}, Features::unpack);
    }

    /** The label; empty if none is set. Needs no privilege. */
    public Optional<String> label() {
        byte[] label = fd.ioctl(Ioctl.GET_FSLABEL, fd.path(), buffer -> {}, buffer -> Wire.text(buffer, 0, LABEL_SIZE));
        return label.length == 0 ? Optional.empty() : Optional.of(new String(label, StandardCharsets.UTF_8));
    }

    /**
     * Sets the label, and commits. Needs CAP_SYS_ADMIN.
     *
     * @param label at most 255 bytes of UTF-8, without NUL and line breaks; empty takes the label away
     */
    public void setLabel(String label) {
        byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
        boolean broken = label.chars().anyMatch(c -> c == 0 || c == '\n');
        if (bytes.length >= LABEL_SIZE || broken) {
            throw new IllegalArgumentException("a label has at most 255 bytes, without NUL and line breaks");
        }
        fd.ioctl(Ioctl.SET_FSLABEL, fd.path(), buffer -> Wire.put(buffer, 0, bytes));
        LOG.info("Set the label of {} to '{}'", fd.path(), label);
    }

    /** How full it is. Needs no privilege. */
    public Space space() {
        return Space.read(fd);
    }

    /** Its quota; usable as long as this is open. */
    public Quota quota() {
        return new Quota(this, fd);
    }

    /** Its devices. Needs no privilege. */
    public List<Device> devices() {
        return Device.all(fd, info().highestDeviceId());
    }

    /**
     * The errors a device had. Needs no privilege.
     *
     * @param device {@link Device#id()}
     * @throws BtrfsException.NotFound if there is no such device
     */
    public Device.Errors deviceErrors(long device) {
        return Device.Errors.read(fd, device);
    }

    /**
     * Makes the filesystem use more or less of a device. Shrinking moves data and can take long. Needs
     * CAP_SYS_ADMIN.
     *
     * @param device {@link Device#id()}
     * @param bytes the size wanted; empty for all of the device
     * @throws BtrfsException.NotFound if there is no such device
     * @throws BtrfsException.NoSpace if what is used does not fit
     * @throws BtrfsException.Busy if a balance, a resize or the like is under way
     */
    public void resize(long device, OptionalLong bytes) {
        if (bytes.orElse(1) <= 0) {
            throw new IllegalArgumentException("not a size: " + bytes);
        }
        String size = bytes.isPresent() ? Long.toString(bytes.getAsLong()) : "max";
        String object = "device " + device + " of " + fd.path();
        byte[] command = (device + ":" + size).getBytes(StandardCharsets.US_ASCII);
        // More than zero is a number of BTRFS's own, and only this one can come: an exclusive operation is under way.
        if (fd.ioctl(Ioctl.RESIZE, object, VolumeArgs.named(command)) > 0) {
            throw new BtrfsException.Busy(Failure.of("resize", object, "another operation is under way"));
        }
        LOG.info("Resized {} to {}", object, size);
    }

    /** Writes everything that is not on disk yet and commits (BTRFS_IOC_SYNC). Needs no privilege. */
    public void sync() {
        fd.ioctl(Ioctl.SYNC, fd.path(), buffer -> {});
    }

    /**
     * Begins to commit what was done so far, and does not wait. Wait for each before the next is started: the kernel
     * can let a second one sleep for a commit interval, 30 seconds. Needs no privilege.
     *
     * @return the transaction to wait for
     */
    public long startCommit() {
        return fd.ioctl(Ioctl.START_SYNC, fd.path(), buffer -> {}, (ByteBuffer b) -> b.getLong(0));
    }

    /**
     * Waits until a transaction is on disk. Needs no privilege.
     *
     * @param transaction from {@link #startCommit()}; 0 for the one under way
     * @throws BtrfsException.NotFound if no such transaction was begun yet
     */
    public void awaitCommit(long transaction) {
        String object = "transaction " + Long.toUnsignedString(transaction) + " of " + fd.path();
        int result = fd.attempt(Ioctl.WAIT_SYNC, (ByteBuffer b) -> b.putLong(0, transaction));
        if (result == -Errno.EINVAL.intValue()) {
            throw new BtrfsException.NotFound(Failure.of(Ioctl.WAIT_SYNC.text(), object, "start a commit first"));
        }
        Failure.check(Ioctl.WAIT_SYNC, object, result);
    }

    /**
     * All live subvolumes but the top level, by id, in one pass ({@code btrfs subvolume list}). What is created or
     * deleted during the pass may be in it or not; generations and times of change are those of the last commit.
     * Without CAP_SYS_ADMIN those are left out whose directories the process may not search (Linux 4.18), and it
     * must be opened by the root of the top level.
     *
     * @throws BtrfsException.PermissionDenied without CAP_SYS_ADMIN, if it was opened by another directory: see
     *     {@link Subvolume#descendants()}
     */
    public List<ListedSubvolume> subvolumes() {
        try {
            return new SubvolumeListing(fd).all();
        } catch (BtrfsException.PermissionDenied e) {
            if (!isTopLevel()) {
                throw e;
            }
            return ChildReferences.descendants(fd).stream()
                    .sorted(Comparator.comparing(listed -> listed.info().id()))
                    .toList();
        }
    }

    private boolean isTopLevel() {
        return Inode.of(fd).isSubvolume() && InodeLookup.containing(fd).equals(SubvolumeId.TOP_LEVEL);
    }

    /** The subvolumes directly below one, with their paths; none if it is not there. Needs CAP_SYS_ADMIN. */
    public List<ListedSubvolume> subvolumes(SubvolumeId parent) {
        return SubvolumePlaces.below(fd, parent);
    }

    /** Where a subvolume lies, from the top level; empty if it is not there. Needs CAP_SYS_ADMIN. */
    public Optional<SubvolumePath> path(SubvolumeId id) {
        return SubvolumePlaces.path(fd, id);
    }

    /**
     * Who refers to how much data, in one pass over all subvolumes of the filesystem. Data that is not flushed yet is
     * missing: call {@link #sync()} first. Needs no quota. Needs CAP_SYS_ADMIN.
     *
     * @param owners what to measure: each set of subvolumes counts as one, and no subvolume is in two of them
     * @return one for each owner, in their order
     */
    public List<DataUsage> dataUsage(List<Set<SubvolumeId>> owners) {
        Set<SubvolumeId> others = new HashSet<>();
        others.add(SubvolumeId.TOP_LEVEL);
        subvolumes().forEach(listed -> others.add(listed.info().id()));
        owners.forEach(others::removeAll);
        return DataUsageSearch.read(fd, owners, others);
    }

    /** The subvolumes directly below one. Needs CAP_SYS_ADMIN. */
    public List<SubvolumeInfo> children(SubvolumeId parent) {
        return SubvolumeTree.children(fd, parent);
    }

    /** A live subvolume by its id; empty if there is none. Needs CAP_SYS_ADMIN. */
    public Optional<SubvolumeInfo> subvolume(SubvolumeId id) {
        return SubvolumeTree.info(fd, id);
    }

    /**
     * Deletes a subvolume wherever it lies (Linux 5.7).
     *
     * @throws BtrfsException.NotFound if there is none
     * @throws BtrfsException.NotEmpty if there are subvolumes in it and the deletion is not recursive
     * @throws BtrfsException.ReadOnly if there are subvolumes in a read-only one of it that does not lie below the
     *     subvolume root that this was opened by
     */
    public void delete(SubvolumeId id, DeleteOption... options) {
        if (Arrays.asList(options).contains(DeleteOption.RECURSIVE)) {
            new DeletionById(fd).run(id);
        } else {
            Snapshots.destroy(fd, id);
        }
        LOG.info("Deleted subvolume {} of {}", id, fd.path());
    }

    /**
     * Waits until deleted subvolumes are cleaned and their space is free. Needs CAP_SYS_ADMIN.
     *
     * @param ids what was deleted; ids that never were count as cleaned
     * @param patience the longest wait
     * @throws BtrfsException.TimedOut if it takes longer, as it does for a subvolume that is not deleted
     */
    public void awaitCleaned(Collection<SubvolumeId> ids, Duration patience) {
        new DeletionWait(fd, patience).until(Set.copyOf(ids));
    }

    /** The subvolumes that are deleted and not cleaned yet. Needs CAP_SYS_ADMIN. */
    public List<SubvolumeId> deletedNotCleaned() {
        List<SubvolumeId> found = new ArrayList<>();
        long orphans = TreeSearch.ORPHAN_OBJECTID;
        SearchKey last = SearchKey.last(orphans, SearchKey.ORPHAN_ITEM);
        new TreeSearch(TreeSearch.ROOT_TREE, SearchKey.first(orphans, SearchKey.ORPHAN_ITEM), last).read(fd, item -> {
            long id = item.key().offset();
            if (item.key().type() == SearchKey.ORPHAN_ITEM && SubvolumeId.isSubvolume(id)) {
                found.add(new SubvolumeId(id));
            }
            return true;
        });
        found.removeIf(id -> !SubvolumeTree.isPresent(fd, id));
        return List.copyOf(found);
    }

    /** The subvolume that is mounted when the mount names none. Needs CAP_SYS_ADMIN. */
    public SubvolumeId defaultSubvolume() {
        return DefaultSubvolume.read(fd);
    }

    /**
     * Sets the subvolume that is mounted when the mount names none. It cannot be deleted then. Needs CAP_SYS_ADMIN.
     *
     * @throws BtrfsException.NotFound if there is no such subvolume
     */
    public void setDefaultSubvolume(SubvolumeId id) {
        fd.ioctl(Ioctl.DEFAULT_SUBVOL, "subvolume " + id, (ByteBuffer b) -> b.putLong(0, id.value()));
        LOG.info("Set the default subvolume of {} to {}", fd.path(), id);
    }

    /** Closes the descriptor; a second time does nothing. */
    @Override
    public void close() {
        directory.close();
    }

    /** The path it was opened by. */
    @Override
    public String toString() {
        return fd.path();
    }
}
