package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.UnsupportedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The attribute "immutable" of a directory: nothing is made, renamed or deleted in it (ioctl_iflags(2)). machined takes
 * it for "read-only" of an image that is a directory.
 *
 * @param os the calls
 */
record Immutable(Native os) {
    private static final long FS_IOC_GETFLAGS = 0x80086601L;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;
    private static final int FS_IMMUTABLE_FL = 0x10;

    /** What filesystems without such attributes say. */
    private static final Set<String> NONE = Set.of("ENOTTY", "EOPNOTSUPP", "ENOSYS", "EINVAL");

    boolean isSet(Path directory) {
        int descriptor = open(directory);
        try {
            return flags(descriptor, directory)
                    .filter(flags -> (flags & FS_IMMUTABLE_FL) != 0)
                    .isPresent();
        } finally {
            os.close(descriptor);
        }
    }

    /**
     * Sets or takes it.
     *
     * @throws UnsupportedException if it is to be set and the filesystem has no such attributes
     */
    void set(Path directory, boolean on) {
        int descriptor = open(directory);
        try {
            Optional<Integer> before = flags(descriptor, directory);
            if (before.isEmpty() && on) {
                throw new UnsupportedException(
                        Failure.of("seal", directory.toString(), "its filesystem has no attribute \"immutable\"")
                                .remedy("Keep the pool on a filesystem that has, such as ext4, xfs or btrfs."));
            }
            int flags = before.orElse(0);
            int wanted = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
            if (wanted != flags) {
                os.control(descriptor, FS_IOC_SETFLAGS, buffer().putInt(0, wanted), directory.toString());
            }
        } finally {
            os.close(descriptor);
        }
    }

    private Optional<Integer> flags(int descriptor, Path directory) {
        ByteBuffer flags = buffer();
        try {
            os.control(descriptor, FS_IOC_GETFLAGS, flags, directory.toString());
            return Optional.of(flags.getInt(0));
        } catch (HostFailureException | UnsupportedException e) {
            if (e.errorName().filter(NONE::contains).isPresent()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private int open(Path directory) {
        return os.open(directory.toString(), Native.O_DIRECTORY | Native.O_NOFOLLOW, 0);
    }

    /** The kernel reads and writes an int; the request's number says a long. */
    private static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(Long.BYTES).order(ByteOrder.nativeOrder());
    }
}
