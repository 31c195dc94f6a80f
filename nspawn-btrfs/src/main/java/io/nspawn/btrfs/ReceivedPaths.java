package io.nspawn.btrfs;

import java.util.List;
import jnr.constants.platform.Errno;

/** Goes to the places that a stream names, in a subvolume: directory by directory, never through a symlink. */
final class ReceivedPaths implements AutoCloseable {
    private static final byte[] ITSELF = {'.', 0};

    private final OpenDirectories directories;

    ReceivedPaths(Descriptor root) {
        this.directories = new OpenDirectories(root);
    }

    /**
     * One entry of a directory that is open.
     *
     * @param directory valid until something was moved, or a few more places were asked for
     * @param path the path, for messages
     */
    record Place(Descriptor directory, StreamPath path) {
        /** The name for the system calls: {@code .} for the root of the subvolume, which has no other. */
        byte[] name() {
            List<EntryName> names = path.names();
            return names.isEmpty() ? ITSELF : names.get(names.size() - 1).terminated();
        }

        Inode inode() {
            List<EntryName> names = path.names();
            return names.isEmpty() ? Inode.of(directory) : Inode.of(directory, names.get(names.size() - 1));
        }

        void check(Act act, int result) {
            Failure.check(act, shown(), result);
        }

        String shown() {
            return path.names().isEmpty() ? "the root of the subvolume" : path.toString();
        }
    }

    Place place(StreamPath path) {
        List<EntryName> names = path.names();
        return new Place(directories.at(names.isEmpty() ? names : names.subList(0, names.size() - 1)), path);
    }

    /** To be told of every entry that moved, or that another took the place of. */
    void moved(StreamPath path) {
        directories.moved(path.names());
    }

    /**
     * Opens a regular file, and nothing else: to open a device is to do something to it.
     *
     * @throws BtrfsException.Other if it is no regular file
     */
    static Descriptor openFile(Place place, FileCalls files, int flags) {
        requireFile(place, place.inode());
        int number = place.directory().use(fd -> files.open(fd, place.name(), flags, 0));
        place.check(SystemCall.OPEN_FILE, number);
        Descriptor file = new Descriptor(place.directory().kernel(), number, place.shown());
        try {
            requireFile(place, Inode.of(file));
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void requireFile(Place place, Inode inode) {
        if (!inode.isFile()) {
            throw Failure.exception(
                    SystemCall.OPEN_FILE, place.shown() + ", which is no regular file", Errno.EINVAL.intValue());
        }
    }

    @Override
    public void close() {
        directories.close();
    }
}
