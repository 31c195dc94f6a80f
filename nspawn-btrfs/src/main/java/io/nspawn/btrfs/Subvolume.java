package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open subvolume. Safe for use by several threads; closed once. */
public final class Subvolume implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Subvolume.class);

    private final Directory directory;

    private Subvolume(Directory directory) {
        this.directory = directory;
    }

    /**
     * Opens a subvolume. Symlinks in the path are followed: it is the caller's own.
     *
     * @throws BtrfsException.NotFound if there is none
     * @throws BtrfsException.NotSubvolume if it is a plain directory
     * @throws BtrfsException.NotBtrfs if it is on another filesystem
     */
    public static Subvolume open(Path path) {
        return of(Directory.open(path));
    }

    /**
     * Opens the subvolume whose root directory the caller has open. The descriptor stays the caller's.
     *
     * @param descriptor the number of an open descriptor of this process
     * @throws BtrfsException.NotFound if there is no such descriptor
     * @throws BtrfsException.NotSubvolume if it is of a plain directory
     * @throws BtrfsException.NotBtrfs if it is on another filesystem
     */
    public static Subvolume open(int descriptor) {
        return of(Directory.open(descriptor));
    }

    /** Takes the directory over, and closes it if it is no subvolume. */
    static Subvolume of(Directory directory) {
        try {
            if (!Inode.of(directory.descriptor()).isSubvolume()) {
                throw new BtrfsException.NotSubvolume(Failure.of("open subvolume", directory.toString(), ""));
            }
            return new Subvolume(directory);
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    Descriptor descriptor() {
        return directory.descriptor();
    }

    /** Its root directory; closed together with this. */
    public Directory directory() {
        return directory;
    }

    /** Its number. Needs no privilege. */
    public SubvolumeId id() {
        return InodeLookup.containing(descriptor());
    }

    /** What BTRFS knows of it. Needs no privilege (Linux 4.18). */
    public SubvolumeInfo info() {
        return descriptor().ioctl(Ioctl.GET_SUBVOL_INFO, toString(), buffer -> {}, SubvolumeInfoArgs::unpack);
    }

    /** The subvolumes directly below it, wherever in it they lie. Needs CAP_SYS_ADMIN. */
    public List<SubvolumeInfo> children() {
        return SubvolumeTree.children(descriptor(), id());
    }

    /**
     * All subvolumes below it, parents first, with paths from its root. Without CAP_SYS_ADMIN those are left out
     * whose directories the process may not search (Linux 4.18).
     */
    public List<ListedSubvolume> descendants() {
        try {
            return SubvolumeTree.listBelow(descriptor());
        } catch (BtrfsException.PermissionDenied e) {
            return ChildReferences.descendants(descriptor());
        }
    }

    /** Whether it is read-only. Needs no privilege. */
    public boolean isReadOnly() {
        return (flags() & VolumeArgs.READ_ONLY) != 0;
    }

    /** Makes it read-only or writable; each change commits the filesystem. Needs to be the owner. */
    public void setReadOnly(boolean readOnly) {
        long flags = flags();
        long wanted = readOnly ? flags | VolumeArgs.READ_ONLY : flags & ~VolumeArgs.READ_ONLY;
        if (flags != wanted) {
            descriptor().ioctl(Ioctl.SUBVOL_SETFLAGS, toString(), buffer -> buffer.putLong(0, wanted));
            LOG.info("Made subvolume {} {}", this, readOnly ? "read-only" : "writable");
        }
    }

    private long flags() {
        return descriptor().ioctl(Ioctl.SUBVOL_GETFLAGS, toString(), buffer -> {}, (ByteBuffer b) -> b.getLong(0));
    }

    /**
     * The data written to this subvolume after a transaction: see {@link WrittenData} for what it does and does not
     * contain. Data that is not flushed yet is missing: call {@link Filesystem#sync()} first. Needs no quota; reads
     * only the leaves of the tree that changed. Needs CAP_SYS_ADMIN.
     *
     * @param transaction such as {@link SubvolumeInfo#origin()} of this subvolume or of one of its snapshots
     */
    public WrittenData dataWrittenSince(long transaction) {
        return WrittenData.read(descriptor(), transaction);
    }

    /**
     * The data that is this subvolume's own: of a snapshot what was written to it since it was taken, of any other
     * subvolume all of its data. Otherwise as {@link #dataWrittenSince}.
     */
    public WrittenData ownData() {
        SubvolumeInfo info = info();
        // Taking a snapshot ends a transaction, so what is written later is younger. Creating a subvolume does not.
        return dataWrittenSince(info.isSnapshot() ? info.origin() : 0);
    }

    /**
     * Sends this subvolume, as {@code btrfs send} does. The stream is read from the channel, and the kernel writes it
     * on a daemon thread that ends with the stream or soon after the channel is closed: close it in any case. This
     * handle may be closed meanwhile. Needs CAP_SYS_ADMIN.
     *
     * @throws BtrfsException.NotReadOnly if this subvolume, or one that the options name, is writable
     * @throws BtrfsException.DifferentFilesystem if one that the options name is on another filesystem
     */
    public SendChannel send(SendOptions options) {
        return new Sending(descriptor(), FileCalls.system()).start(options);
    }

    /** Closes the descriptor; a second time does nothing. */
    @Override
    public void close() {
        directory.close();
    }

    /** The path it was opened by. */
    @Override
    public String toString() {
        return directory.toString();
    }
}
