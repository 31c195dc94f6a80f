package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
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

    /** The directory it was opened by; closed together with this. */
    public Directory directory() {
        return directory;
    }

    /** Identity and sizes. Needs no privilege. */
    public FilesystemInfo info() {
        return fd.ioctl(Ioctl.FS_INFO, fd.path(), FilesystemInfo::pack, FilesystemInfo::unpack);
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
     * All live subvolumes but the top level, by id, in one pass ({@code btrfs subvolume list}). What is created or
     * deleted during the pass may be in it or not; generations and times of change are those of the last commit.
     * Needs CAP_SYS_ADMIN.
     */
    public List<ListedSubvolume> subvolumes() {
        return new SubvolumeListing(fd).all();
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
     * @throws BtrfsException.NotEmpty if there are subvolumes in it
     */
    public void delete(SubvolumeId id) {
        Snapshots.destroy(fd, id);
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
