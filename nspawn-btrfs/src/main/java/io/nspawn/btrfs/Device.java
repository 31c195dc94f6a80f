package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import jnr.constants.platform.Errno;

/**
 * A device of a filesystem (struct btrfs_ioctl_dev_info_args).
 *
 * @param id its number within the filesystem
 * @param uuid its UUID
 * @param path its path when it was mounted; empty if it is missing
 * @param size its bytes
 * @param allocated the bytes of it that are allocated to chunks
 */
public record Device(long id, UUID uuid, String path, long size, long allocated) {
    static final int SIZE = 4096;
    static final int ID = 0;
    static final int UUID_FIELD = 8;
    static final int BYTES_USED = 24;
    static final int TOTAL_BYTES = 32;
    static final int PATH = 3072;
    static final int PATH_SIZE = 1024;

    /**
     * The errors that a device had since they were last reset; they are kept over restarts.
     *
     * @param write writes that failed
     * @param read reads that failed
     * @param flush flushes that failed
     * @param corruption blocks with a wrong checksum or content: of data whenever one is read, of metadata when a
     *     scrub finds it
     * @param generation blocks that were not the ones last written
     */
    public record Errors(long write, long read, long flush, long corruption, long generation) {
        static final int SIZE = 1032;
        static final int DEVICE = 0;
        static final int COUNT = 8;
        static final int VALUES = 24;
        static final int KNOWN = 5;

        static Errors read(Descriptor fd, long device) {
            return fd.ioctl(
                    Ioctl.GET_DEV_STATS,
                    "device " + device + " of " + fd.path(),
                    buffer -> buffer.putLong(DEVICE, device).putLong(COUNT, KNOWN),
                    Errors::unpack);
        }

        static Errors unpack(ByteBuffer from) {
            return new Errors(
                    from.getLong(VALUES),
                    from.getLong(VALUES + 8),
                    from.getLong(VALUES + 16),
                    from.getLong(VALUES + 24),
                    from.getLong(VALUES + 32));
        }

        /** Whether there were none. */
        public boolean none() {
            return (write | read | flush | corruption | generation) == 0;
        }
    }

    static List<Device> all(Descriptor fd, long highestId) {
        List<Device> devices = new ArrayList<>();
        for (long id = 1; id <= highestId; id++) {
            ByteBuffer buffer = Wire.buffer(SIZE);
            buffer.putLong(ID, id);
            int result = fd.attempt(Ioctl.DEV_INFO, buffer);
            // Numbers of removed devices are not given again.
            if (result != -Errno.ENODEV.intValue()) {
                Failure.check(Ioctl.DEV_INFO, "device " + id + " of " + fd.path(), result);
                devices.add(unpack(buffer));
            }
        }
        return List.copyOf(devices);
    }

    static Device unpack(ByteBuffer from) {
        return new Device(
                from.getLong(ID),
                Wire.uuid(from, UUID_FIELD).orElse(new UUID(0, 0)),
                new String(Wire.text(from, PATH, PATH_SIZE), StandardCharsets.UTF_8),
                from.getLong(TOTAL_BYTES),
                from.getLong(BYTES_USED));
    }
}
