package io.nspawn.local;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A block device of the host.
 *
 * @param path as the caller gave it, links and all
 */
record BlockDevice(Path path) {
    private static final int TYPE_MASK = 0170000;
    private static final int BLOCK_TYPE = 0060000;
    private static final int EDGE = 1 << 20;

    /**
     * Passes if it is a block device.
     *
     * @throws NotFoundException if it is not
     */
    void requireThere() {
        try {
            if (Files.exists(path) && ((int) Files.getAttribute(path, "unix:mode") & TYPE_MASK) == BLOCK_TYPE) {
                return;
            }
        } catch (IOException e) {
            throw failure("look at", e);
        }
        throw new NotFoundException(Failure.of("use", path.toString(), "there is no such block device")
                .remedy("Name one that lsblk lists, or attach an image file with losetup."));
    }

    /**
     * Passes if nobody uses it. The kernel itself tells, whatever the mount namespace: a device that is mounted, swapped
     * to, part of another device, or that has such a partition, cannot be opened exclusively.
     *
     * @throws BusyException if somebody does
     */
    void requireUnused(Native os) {
        try {
            os.close(os.open(path.toString(), Native.O_EXCL, 0));
        } catch (BusyException e) {
            throw new BusyException(
                    Failure.of("use", path.toString(), "it is mounted, or otherwise in use")
                            .named("EBUSY")
                            .remedy("Name a device that nobody uses; it was not touched."),
                    e);
        }
    }

    /**
     * Passes if its ends are zeros: what no program knows how to tell has left something there, most likely.
     *
     * @throws AlreadyExistsException if there is anything else
     */
    void requireBlankEnds() {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (!isBlank(channel, 0, size) || !isBlank(channel, Math.max(0, size - EDGE), size)) {
                throw new AlreadyExistsException(
                        Failure.of("make a btrfs on", path.toString(), "it has data in its first or last mebibyte")
                                .remedy("If nobody needs it, discard it with blkdiscard --zeroout first."));
            }
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    /** Its bytes. */
    long size() {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.size();
        } catch (IOException e) {
            throw failure("measure", e);
        }
    }

    /** Whether it is the same device, by whatever name. */
    boolean isSame(Path other) {
        try {
            return Files.exists(other) && path.toRealPath().equals(other.toRealPath());
        } catch (IOException e) {
            throw failure("look at", e);
        }
    }

    private static boolean isBlank(FileChannel channel, long from, long size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(EDGE, size - from));
        while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) > 0) {
            // Reads on until the buffer is full.
        }
        bytes.flip();
        while (bytes.hasRemaining()) {
            if (bytes.get() != 0) {
                return false;
            }
        }
        return true;
    }

    private HostFailureException failure(String operation, IOException e) {
        return new HostFailureException(Failure.of(operation, path.toString(), String.valueOf(e.getMessage())), e);
    }
}
