package io.nspawn.btrfs;

import io.nspawn.btrfs.ReceivedPaths.Place;
import java.nio.ByteBuffer;

/** The commands of a stream that make, move and remove names. */
final class ReceivedEntries {
    private static final int FILE_MODE = 0600;
    private static final int DIRECTORY_MODE = 0700;
    private static final int REGULAR = 0x8000;
    private static final int FIFO = 0x1000;
    private static final int SOCKET = 0xc000;
    private static final int FILE_TYPE = 0xf000;

    private final ReceivedPaths paths;
    private final Kernel kernel;
    private final FileCalls files;

    ReceivedEntries(ReceivedPaths paths, Kernel kernel, FileCalls files) {
        this.paths = paths;
        this.kernel = kernel;
        this.files = files;
    }

    /** Carries a command out, or answers false if it is none of these. */
    boolean apply(SendCommand.OnPath command) {
        if (command instanceof SendCommand.MakeFile made) {
            makeNode(made.path(), REGULAR | FILE_MODE, 0);
        } else if (command instanceof SendCommand.MakeDirectory made) {
            Place place = paths.place(made.path());
            place.check(SystemCall.MAKE, place.directory().use(fd -> kernel.mkdirat(fd, place.name(), DIRECTORY_MODE)));
        } else if (command instanceof SendCommand.MakeSymlink link) {
            makeSymlink(paths.place(link.path()), link.target());
        } else if (command instanceof SendCommand.MakeNode node) {
            makeNode(node.path(), node.mode() & FILE_TYPE, node.device());
        } else if (command instanceof SendCommand.MakeFifo fifo) {
            makeNode(fifo.path(), FIFO | FILE_MODE, 0);
        } else if (command instanceof SendCommand.MakeSocket socket) {
            makeNode(socket.path(), SOCKET | FILE_MODE, 0);
        } else {
            return applyToExisting(command);
        }
        return true;
    }

    private boolean applyToExisting(SendCommand.OnPath command) {
        if (command instanceof SendCommand.Rename rename) {
            rename(rename.path(), rename.to());
        } else if (command instanceof SendCommand.Link link) {
            link(link.existing(), link.path());
        } else if (command instanceof SendCommand.Unlink unlink) {
            remove(unlink.path(), 0);
        } else if (command instanceof SendCommand.RemoveDirectory remove) {
            remove(remove.path(), Flags.AT_REMOVEDIR);
        } else {
            return false;
        }
        return true;
    }

    private void makeNode(StreamPath path, int mode, long device) {
        Place place = paths.place(path);
        place.check(SystemCall.MAKE, place.directory().use(fd -> files.mknod(fd, place.name(), mode, device)));
    }

    private void makeSymlink(Place place, ByteBuffer target) {
        byte[] text = new byte[target.remaining() + 1];
        target.duplicate().get(text, 0, target.remaining());
        place.check(SystemCall.MAKE, place.directory().use(fd -> files.symlink(text, fd, place.name())));
    }

    private void rename(StreamPath from, StreamPath to) {
        Place source = paths.place(from);
        Place target = paths.place(to);
        target.check(
                SystemCall.RENAME,
                source.directory()
                        .use(fromFd -> target.directory()
                                .use(toFd -> kernel.renameat2(fromFd, source.name(), toFd, target.name(), 0))));
        paths.moved(from);
        paths.moved(to);
    }

    private void link(StreamPath existing, StreamPath name) {
        Place source = paths.place(existing);
        Place target = paths.place(name);
        target.check(
                SystemCall.LINK,
                source.directory()
                        .use(fromFd -> target.directory()
                                .use(toFd -> files.link(fromFd, source.name(), toFd, target.name()))));
    }

    private void remove(StreamPath path, int flags) {
        Place place = paths.place(path);
        place.check(SystemCall.REMOVE, place.directory().use(fd -> kernel.unlinkat(fd, place.name(), flags)));
        paths.moved(path);
    }
}
