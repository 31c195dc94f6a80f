package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of one entry of a directory: 1 to 255 bytes without NUL and {@code '/'}, and neither {@code .} nor
 * {@code ..}. Linux gives names no character set, so a name is bytes; text is a convenience and means UTF-8.
 */
public final class EntryName implements Comparable<EntryName> {
    /** The longest name, in bytes (BTRFS_NAME_LEN). */
    public static final int MAXIMUM_LENGTH = 255;

    private final byte[] bytes;

    private EntryName(byte[] bytes) {
        this.bytes = bytes;
        String fault = fault(bytes);
        if (!fault.isEmpty()) {
            throw new BtrfsException.BadName(Failure.of("check name", toString(), fault));
        }
    }

    /**
     * A name given as text, encoded as UTF-8.
     *
     * @throws BtrfsException.BadName if it cannot name one entry
     */
    public static EntryName of(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(text));
            return new EntryName(Wire.bytes(encoded, 0, encoded.remaining()));
        } catch (CharacterCodingException e) {
            throw new BtrfsException.BadName(Failure.of("check name", "text", "half of a surrogate pair in it"));
        }
    }

    /**
     * A name given as bytes, which are copied.
     *
     * @throws BtrfsException.BadName if it cannot name one entry
     */
    public static EntryName ofBytes(byte[] bytes) {
        return new EntryName(bytes.clone());
    }

    /** A name that the kernel wrote. */
    static EntryName read(ByteBuffer from, int offset, int length) {
        return new EntryName(Wire.bytes(from, offset, length));
    }

    private static String fault(byte[] bytes) {
        if (bytes.length == 0) {
            return "a name cannot be empty";
        }
        if (bytes.length > MAXIMUM_LENGTH) {
            return "a name has at most " + MAXIMUM_LENGTH + " bytes";
        }
        for (byte b : bytes) {
            if (b == 0 || b == '/') {
                return "a name contains neither NUL nor '/'";
            }
        }
        boolean dots = bytes[0] == '.' && (bytes.length == 1 || (bytes.length == 2 && bytes[1] == '.'));
        return dots ? "'.' and '..' are no names" : "";
    }

    /** A copy of the bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The length in bytes. */
    public int length() {
        return bytes.length;
    }

    void copyTo(ByteBuffer to, int offset) {
        to.put(offset, bytes);
    }

    byte[] terminated() {
        return Arrays.copyOf(bytes, bytes.length + 1);
    }

    @Override
    public int compareTo(EntryName other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EntryName name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The name as text, for people: bytes that are not UTF-8, controls and the backslash are written as \xHH. */
    @Override
    public String toString() {
        return ShownBytes.of(bytes);
    }
}
