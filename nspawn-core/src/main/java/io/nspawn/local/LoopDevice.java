package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * A loop device in use (loop(4)).
 *
 * @param path such as {@code /dev/loop0}
 */
record LoopDevice(Path path) {
    /** The numbers of linux/loop.h. */
    static final long SET_CAPACITY = 0x4C07;

    static final long GET_STATUS64 = 0x4C05;

    /** struct loop_info64. */
    static final int STATUS_SIZE = 232;

    static final int STATUS_DEVICE = 0;
    static final int STATUS_INODE = 8;

    /**
     * Makes it as long as its file is now; what is mounted from it goes on.
     *
     * @throws HostFailureException if it shows another file than this
     */
    void takeSizeOf(Native os, Path file) {
        int descriptor = os.open(path.toString(), Native.O_RDWR, 0);
        try {
            requireShows(os, descriptor, file);
            os.control(descriptor, SET_CAPACITY, 0, path.toString());
        } finally {
            os.close(descriptor);
        }
    }

    /** The path alone could be that of another file by now, or of one in another mount namespace. */
    private void requireShows(Native os, int descriptor, Path file) {
        ByteBuffer status = ByteBuffer.allocateDirect(STATUS_SIZE).order(ByteOrder.nativeOrder());
        os.control(descriptor, GET_STATUS64, status, path.toString());
        try {
            Map<String, Object> inode = Files.readAttributes(file, "unix:dev,ino");
            boolean same = Objects.equals(inode.get("dev"), status.getLong(STATUS_DEVICE))
                    && Objects.equals(inode.get("ino"), status.getLong(STATUS_INODE));
            if (!same) {
                throw new HostFailureException(
                        Failure.of("grow", path.toString(), "it does not show " + file + ", but another file"));
            }
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("look at", file.toString(), String.valueOf(e.getMessage())), e);
        }
    }
}
