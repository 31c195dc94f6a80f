package io.nspawn.btrfs;

import io.nspawn.btrfs.ReceivedPaths.Place;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import jnr.constants.platform.Errno;

/** The commands of a stream that change what an inode is like: owner, permissions, times, attributes. */
final class ReceivedProperties {
    static final int TIMES_SIZE = 32;
    static final long SET_FLAGS = 0x40086602L;

    /** BTRFS_INODE_SYNC and those after it, up to BTRFS_INODE_COMPRESS, and what chattr(1) has for them (FS_SYNC_FL …). */
    private static final long[][] FLAGS = {
        {1L << 1, 0x800000},
        {1L << 3, 0x400},
        {1L << 5, 0x8},
        {1L << 6, 0x10},
        {1L << 7, 0x20},
        {1L << 8, 0x40},
        {1L << 9, 0x80},
        {1L << 10, 0x10000},
        {1L << 11, 0x4}
    };

    private final ReceivedPaths paths;
    private final FileCalls files;

    ReceivedProperties(ReceivedPaths paths, FileCalls files) {
        this.paths = paths;
        this.files = files;
    }

    /** Carries a command out, or answers false if it is none of these. */
    boolean apply(SendCommand.OnPath command) {
        Place place = paths.place(command.path());
        Descriptor directory = place.directory();
        if (command instanceof SendCommand.ChangeMode change) {
            place.check(SystemCall.CHANGE_MODE, directory.use(fd -> files.chmod(fd, place.name(), change.mode())));
        } else if (command instanceof SendCommand.ChangeOwner change) {
            place.check(
                    SystemCall.CHANGE_OWNER,
                    directory.use(fd -> files.chown(fd, place.name(), change.owner(), change.group())));
        } else if (command instanceof SendCommand.SetTimes set) {
            ByteBuffer times = times(set.accessed(), set.modified());
            place.check(SystemCall.SET_TIMES, directory.use(fd -> files.utimens(fd, place.name(), times)));
        } else if (command instanceof SendCommand.SetXattr set) {
            setXattr(place, set);
        } else if (command instanceof SendCommand.RemoveXattr remove) {
            byte[] name = terminated(remove.name());
            place.check(SystemCall.REMOVE_XATTR, directory.use(fd -> files.removexattr(path(fd, place), name)));
        } else if (command instanceof SendCommand.SetFlags set) {
            setFlags(place, set.flags());
        } else {
            return false;
        }
        return true;
    }

    static ByteBuffer times(StreamTime accessed, StreamTime modified) {
        ByteBuffer times = Wire.buffer(TIMES_SIZE);
        times.putLong(0, accessed.seconds()).putLong(8, accessed.nanoseconds());
        times.putLong(16, modified.seconds()).putLong(24, modified.nanoseconds());
        return times;
    }

    private void setXattr(Place place, SendCommand.SetXattr set) {
        byte[] name = terminated(set.name());
        ByteBuffer value = Wire.buffer(set.value().remaining());
        value.put(set.value().duplicate()).flip();
        place.check(SystemCall.SET_XATTR, place.directory().use(fd -> files.setxattr(path(fd, place), name, value)));
    }

    /** The directory is the one that is open, wherever it was moved; the name in it is not followed. */
    private static byte[] path(int directory, Place place) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        path.writeBytes(("/proc/self/fd/" + directory + "/").getBytes(StandardCharsets.US_ASCII));
        path.writeBytes(place.name());
        return path.toByteArray();
    }

    private static byte[] terminated(ByteBuffer text) {
        byte[] bytes = new byte[text.remaining() + 1];
        text.duplicate().get(bytes, 0, text.remaining());
        return bytes;
    }

    private void setFlags(Place place, long inodeFlags) {
        Inode inode = place.inode();
        if (!inode.isFile() && !inode.isDirectory()) {
            throw Failure.exception(SystemCall.SET_FLAGS, place.shown(), Errno.EINVAL.intValue());
        }
        int number = place.directory().use(fd -> files.open(fd, place.name(), Flags.READ_FILE, 0));
        place.check(SystemCall.OPEN_FILE, number);
        ByteBuffer argument = Wire.buffer(Long.BYTES).putInt(0, chattr(inodeFlags));
        try (Descriptor file = new Descriptor(place.directory().kernel(), number, place.shown())) {
            place.check(SystemCall.SET_FLAGS, file.use(fd -> files.ioctl(fd, SET_FLAGS, argument)));
        }
    }

    /** Flags that only the filesystem itself sets, such as that for preallocated extents, are passed over. */
    static int chattr(long inodeFlags) {
        long result = 0;
        for (long[] pair : FLAGS) {
            result |= (inodeFlags & pair[0]) == 0 ? 0 : pair[1];
        }
        return (int) result;
    }
}
