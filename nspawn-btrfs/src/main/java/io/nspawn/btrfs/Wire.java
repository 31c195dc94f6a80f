package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What the layouts have in common: buffers, UUIDs, times, names. */
final class Wire {
    private Wire() {}

    /** A zeroed argument for the kernel. */
    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
    }

    /** A UUID as BTRFS stores it, most significant byte first; all zero means none. */
    static Optional<UUID> uuid(ByteBuffer from, int offset) {
        long most = Long.reverseBytes(from.getLong(offset));
        long least = Long.reverseBytes(from.getLong(offset + Long.BYTES));
        return most == 0 && least == 0 ? Optional.empty() : Optional.of(new UUID(most, least));
    }

    /** Seconds as 8 bytes and nanoseconds as 4; the padding that may follow is not touched. */
    static Instant time(ByteBuffer from, int offset) {
        return Instant.ofEpochSecond(from.getLong(offset), Integer.toUnsignedLong(from.getInt(offset + Long.BYTES)));
    }

    /** A UUID as BTRFS stores it. */
    static byte[] bytes(UUID uuid) {
        byte[] bytes = new byte[2 * Long.BYTES];
        ByteBuffer.wrap(bytes).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        return bytes;
    }

    static byte[] bytes(ByteBuffer from, int offset, int length) {
        byte[] bytes = new byte[length];
        from.get(offset, bytes);
        return bytes;
    }

    /** The bytes up to the first NUL, or all of the field. */
    static byte[] text(ByteBuffer from, int offset, int length) {
        int end = 0;
        while (end < length && from.get(offset + end) != 0) {
            end++;
        }
        return bytes(from, offset, end);
    }

    static void put(ByteBuffer to, int offset, byte[] bytes) {
        to.put(offset, bytes);
    }
}
