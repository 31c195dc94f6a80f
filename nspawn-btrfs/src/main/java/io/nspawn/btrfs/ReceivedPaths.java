package io.nspawn.btrfs;

import java.util.List;
import jnr.constants.platform.Errno;

/**
 * Goes to the places that a stream names, in a subvolume: directory by directory, never through a symlink. The last
 * directory stays open, as the next command is mostly about the same one.
 */
final class ReceivedPaths implements AutoCloseable {
    private static final byte[] ITSELF = {'.', 0};

    private final Descriptor root;
    private Descriptor open;
    private List<EntryName> openNames = List.of();

    ReceivedPaths(Descriptor root) {
        this.root = root;
        this.open = root;
    }

    /**
     * One entry of a directory that is open.
     *
     * @param directory valid until the next place is asked for
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
        List<EntryName> names = path.parent().names();
        if (!names.equals(openNames)) {
            forget();
            open = Walk.down(root, names);
            openNames = names;
        }
        return new Place(open, path);
    }

    /** The same in a descriptor of its own, for the calls that are about two places. */
    Place apart(StreamPath path) {
        return new Place(Walk.down(root, path.parent().names()), path);
    }

    /** To be called when directories may have moved. */
    void forget() {
        if (open != root) {
            open.close();
        }
        open = root;
        openNames = List.of();
    }

    /**
     * Opens a regular file, and nothing else: to open a device is to do something to it.
     *
     * @throws BtrfsException.Other if it is no regular file
     */
    static Descriptor openFile(Place place, FileCalls files, int flags) {
        requireFile(place, place.inode());
        int number = place.directory().use(fd -> files.open(fd, place.name(), flags, 0));
        place.check(FileCall.OPEN_FILE, number);
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
                    FileCall.OPEN_FILE, place.shown() + ", which is no regular file", Errno.EINVAL.intValue());
        }
    }

    @Override
    public void close() {
        forget();
    }
}
