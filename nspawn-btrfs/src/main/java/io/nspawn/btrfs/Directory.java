package io.nspawn.btrfs;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open directory on a BTRFS filesystem. Everything is done relative to it and on single names, so nothing that
 * is moved or linked above or beside it meanwhile can lead a call astray; a symlink with the name given is never
 * followed. Safe for use by several threads; closed once.
 *
 * <p>Every method throws {@link BtrfsException.PermissionDenied}, {@link BtrfsException.ReadOnly},
 * {@link BtrfsException.NoSpace} and {@link BtrfsException.Unsupported} when the kernel says so, besides what it
 * names itself.
 */
public final class Directory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Directory.class);

    private final Descriptor fd;

    private Directory(Descriptor fd) {
        this.fd = fd;
    }

    /**
     * Opens a directory. Symlinks in the path are followed: it is the caller's own.
     *
     * @throws BtrfsException.NotFound if there is none
     * @throws BtrfsException.NotDirectory if it is something else
     * @throws BtrfsException.NotBtrfs if it is on another filesystem
     */
    public static Directory open(Path path) {
        return open(Kernel.system(), path);
    }

    /**
     * Opens the directory behind a descriptor of the caller's once more. What the caller does with its own
     * afterwards, and whether it was opened with O_PATH, does not matter.
     *
     * @param descriptor the number of an open descriptor of this process
     * @throws BtrfsException.NotFound if there is no such descriptor
     * @throws BtrfsException.NotDirectory if it is of something else
     * @throws BtrfsException.NotBtrfs if it is on another filesystem
     */
    public static Directory open(int descriptor) {
        return of(Descriptor.reopen(Kernel.system(), descriptor));
    }

    static Directory open(Kernel kernel, Path path) {
        return open(kernel, HostPath.of(path));
    }

    static Directory open(Kernel kernel, HostPath host) {
        return of(Descriptor.openDirectory(kernel, host.terminated(), host.toString()));
    }

    /** Takes the descriptor over, and closes it if it is not on BTRFS: other drivers know the same numbers. */
    static Directory of(Descriptor fd) {
        try {
            if (!StatfsArgs.of(fd).isBtrfs()) {
                throw new BtrfsException.NotBtrfs(Failure.of("open directory", fd.path(), ""));
            }
            return new Directory(fd);
        } catch (RuntimeException e) {
            fd.close();
            throw e;
        }
    }

    Descriptor descriptor() {
        return fd;
    }

    /** Opens a directory in this one, without following a symlink. */
    public Directory openDirectory(EntryName name) {
        return of(fd.openDirectory(name));
    }

    /**
     * Opens a subvolume in this directory, without following a symlink.
     *
     * @throws BtrfsException.NotSubvolume if it is a plain directory
     */
    public Subvolume openSubvolume(EntryName name) {
        return openDirectory(name).asSubvolume();
    }

    /** Hands the descriptor over to a subvolume; it is closed if there is none. */
    Subvolume asSubvolume() {
        return Subvolume.of(this);
    }

    /** Whether the name exists and is a subvolume. */
    public boolean isSubvolume(EntryName name) {
        try {
            return Inode.of(fd, name).isSubvolume() && onBtrfs(name);
        } catch (BtrfsException.NotFound e) {
            return false;
        }
    }

    /** Another filesystem mounted there can use the inode number 256 as well. */
    private boolean onBtrfs(EntryName name) {
        try (Directory entry = openDirectory(name)) {
            return Inode.of(entry.fd).isSubvolume();
        } catch (BtrfsException.NotBtrfs e) {
            return false;
        }
    }

    /** Whether the name exists, as whatever. */
    public boolean exists(EntryName name) {
        try {
            return Inode.of(fd, name).number() != 0;
        } catch (BtrfsException.NotFound e) {
            return false;
        }
    }

    /**
     * What BTRFS knows of a subvolume in this directory. Needs no privilege (Linux 4.18).
     *
     * @throws BtrfsException.NotFound if there is none
     * @throws BtrfsException.NotSubvolume if it is something else
     */
    public SubvolumeInfo info(EntryName name) {
        try (Subvolume subvolume = openSubvolume(name)) {
            return subvolume.info();
        }
    }

    /** The subvolumes whose place is this directory itself, in the order of their ids. Needs CAP_SYS_ADMIN. */
    public List<SubvolumeInfo> subvolumes() {
        return SubvolumeTree.inDirectory(fd);
    }

    /** The subvolume this directory is in. */
    public SubvolumeId subvolumeId() {
        return InodeLookup.containing(fd);
    }

    /**
     * Creates an empty subvolume. It is not on disk before the next commit: see {@link Filesystem#sync()}.
     *
     * @throws BtrfsException.AlreadyExists if the name is taken
     */
    public void createSubvolume(EntryName name) {
        fd.ioctlOn(name, Ioctl.SUBVOL_CREATE_V2, VolumeArgs.create(name));
        LOG.info("Created subvolume {}/{}", fd.path(), name);
    }

    /**
     * Creates an empty subvolume that is counted in quota groups from the start.
     *
     * @throws BtrfsException.AlreadyExists if the name is taken
     * @throws BtrfsException.NotFound if there is no such quota group
     */
    public void createSubvolume(EntryName name, QuotaInheritance inheritance) {
        inheritance.create(fd, name);
        LOG.info("Created subvolume {}/{}", fd.path(), name);
    }

    /**
     * Takes a snapshot of a subvolume. It is on disk when this returns, the recursive one when the filesystem is
     * next committed. What fails leaves nothing behind.
     *
     * @throws BtrfsException.AlreadyExists if the name is taken
     * @throws BtrfsException.DifferentFilesystem if the source is on another filesystem
     */
    public void snapshot(Subvolume source, EntryName name, SnapshotOption... options) {
        snapshot(source, name, QuotaInheritance.NONE, options);
    }

    /**
     * As {@link #snapshot(Subvolume, EntryName, SnapshotOption...)}, and the snapshot is counted in quota groups from
     * the start; a recursive one with all that is in it.
     *
     * @throws BtrfsException.NotFound if there is no such quota group
     */
    public void snapshot(Subvolume source, EntryName name, QuotaInheritance inheritance, SnapshotOption... options) {
        boolean readOnly = chosen(SnapshotOption.READ_ONLY, options);
        if (chosen(SnapshotOption.RECURSIVE, options)) {
            NestedSubvolumes nested = NestedSubvolumes.of(source.descriptor());
            new RecursiveSnapshot(nested, fd, inheritance).take(name, readOnly);
        } else {
            inheritance.snapshot(source.descriptor(), fd, name, readOnly);
        }
        // Asked first: the call would allocate its list of arguments, logged or not.
        if (LOG.isInfoEnabled()) {
            LOG.info("Took snapshot {}/{} of {}", fd.path(), name, source);
        }
    }

    private static boolean chosen(SnapshotOption wanted, SnapshotOption... options) {
        for (SnapshotOption option : options) {
            if (option == wanted) {
                return true;
            }
        }
        return false;
    }

    /**
     * Makes writable snapshots of one subvolume under all the names, or under none. Four and more are made in
     * parallel: each worker in a hidden directory of its own ({@code .#btrfs-clone-…}, mode 0700) below this one,
     * because the kernel commits snapshots together only if they go to different directories; then they are renamed
     * into place, never over something that is there. Clones with subvolumes nested in them are made in such a
     * directory whatever their number. Directories that a killed process left are removed first; one killed during the
     * renaming leaves whole clones, but perhaps not all of them.
     * The snapshots are on disk when this returns; their names are at the next commit: see {@link Filesystem#sync()}.
     *
     * @param source what is cloned
     * @param names the names, all different
     * @param options how
     * @throws BtrfsException.AlreadyExists if one of the names is taken
     * @throws BtrfsException.DifferentFilesystem if the source is on another filesystem
     */
    public void cloneAll(Subvolume source, List<EntryName> names, CloneOption... options) {
        boolean recursive = Arrays.asList(options).contains(CloneOption.RECURSIVE);
        new BatchClone(source.descriptor(), fd, recursive).run(names);
        LOG.info("Cloned {} into {} under {} names", source, fd.path(), names.size());
    }

    /** Removes what a {@link #cloneAll} of a killed process left in this directory, and returns how many of them. */
    public int removeStaleStaging() {
        return StagingArea.sweep(fd);
    }

    /**
     * Gives an entry of this directory another name, in one step.
     *
     * @throws BtrfsException.AlreadyExists if the new name is taken; what has it stays
     * @throws BtrfsException.NotFound if there is nothing under the old name
     */
    public void rename(EntryName from, EntryName to) {
        move(fd, from, fd, to);
        LOG.info("Renamed {} to {}", child(from), to);
    }

    /**
     * Lets two entries of this directory have each other's name, in one step: whoever looks sees the one or the other.
     *
     * @throws BtrfsException.NotFound if one of them is not there
     */
    public void exchange(EntryName one, EntryName other) {
        move(fd, one, fd, other, Flags.RENAME_EXCHANGE);
        LOG.info("Exchanged {} and {}", child(one), other);
    }

    static void move(Descriptor fromDirectory, EntryName from, Descriptor toDirectory, EntryName to) {
        move(fromDirectory, from, toDirectory, to, Flags.RENAME_NOREPLACE);
    }

    private static void move(
            Descriptor fromDirectory, EntryName from, Descriptor toDirectory, EntryName to, int flags) {
        int result = fromDirectory.use(source -> toDirectory.use(
                target -> fromDirectory.kernel().renameat2(source, from.terminated(), target, to.terminated(), flags)));
        if (result == -Errno.ENOENT.intValue()) {
            throw Failure.exception(SystemCall.RENAME, fromDirectory.path() + "/" + from, -result);
        }
        Failure.check(SystemCall.RENAME, toDirectory.path() + "/" + to, result);
    }

    /**
     * Receives the subvolumes of a send stream into this directory, as {@code btrfs receive -e} does: each is
     * read-only, has the received UUID that later streams find it by, and is on disk, with its name at the next
     * commit. Until it is whole it has a hidden name ({@code .#btrfs-receive-…}); what a killed process left under such
     * a name is removed first.
     *
     * <p>The stream may be hostile: nothing outside the new subvolumes is changed, whatever is in it. But as any image
     * of a filesystem it may bring device nodes and setuid programs, and may fill the filesystem. A stream that fails
     * takes the subvolume under way with it; those before it in the same stream stay, and the outcome is
     * {@link Outcome#UNKNOWN} then. Needs CAP_SYS_ADMIN and /proc.
     *
     * @param stream in blocking mode; nothing behind the stream's end is read, and it is not closed
     * @return what was received, mostly one
     * @throws BtrfsException.BadStream if the stream is cut, corrupt or not understood
     * @throws BtrfsException.AlreadyExists if the name of a subvolume in the stream is taken
     * @throws BtrfsException.NotFound if the stream builds upon a subvolume that is not here, or not as it was sent
     * @throws BtrfsException.NotDirectory if a symlink is in the way of a path in the stream
     * @throws BtrfsException.Unsupported also if data is compressed so that neither the kernel nor Java can write it,
     *     and if the stream was sent without data
     * @throws BtrfsException.Interrupted if the thread is interrupted
     * @throws IOException if the channel throws it
     */
    public List<SubvolumeInfo> receive(ReadableByteChannel stream) throws IOException {
        return new Reception(fd, FileCalls.system()).run(stream);
    }

    /**
     * Deletes a subvolume. Its space comes back later, when the kernel's cleaner has been over it. A recursive
     * deletion that fails may have deleted some of the nested ones: its outcome is then {@link Outcome#UNKNOWN}.
     *
     * @throws BtrfsException.NotFound if there is none
     * @throws BtrfsException.NotSubvolume if it is a plain directory
     * @throws BtrfsException.NotEmpty if there are subvolumes in it and the deletion is not recursive
     */
    public void deleteSubvolume(EntryName name, DeleteOption... options) {
        Deletion.of(fd, name, Arrays.asList(options).contains(DeleteOption.RECURSIVE))
                .run();
        LOG.info("Deleted subvolume {}/{}", fd.path(), name);
    }

    /**
     * Deletes a subvolume and waits until its space is free. Needs CAP_SYS_ADMIN.
     *
     * @param name the subvolume
     * @param patience the longest wait; the deletion itself is not bounded by it
     * @param options how
     * @throws BtrfsException.TimedOut if the cleaner takes longer; the subvolume is gone all the same
     */
    public void deleteSubvolumeAndWait(EntryName name, Duration patience, DeleteOption... options) {
        DeletionWait wait = new DeletionWait(fd, patience);
        boolean recursive = Arrays.asList(options).contains(DeleteOption.RECURSIVE);
        Deletion deletion = Deletion.of(fd, name, recursive);
        Set<SubvolumeId> ids = deletion.subvolumes();
        deletion.run();
        LOG.info("Deleted subvolume {}", child(name));
        wait.until(ids);
    }

    private String child(EntryName name) {
        return fd.path() + "/" + name;
    }

    /** Closes the descriptor; a second time does nothing. */
    @Override
    public void close() {
        fd.close();
    }

    /** The path it was opened by. */
    @Override
    public String toString() {
        return fd.path();
    }
}
