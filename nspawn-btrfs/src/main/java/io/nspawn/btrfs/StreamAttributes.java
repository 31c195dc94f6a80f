package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * The attributes of one command: type, length, value. From version 2 on DATA is the last one and has no length: it
 * goes on to the end of the command. The buffer is not copied.
 */
final class StreamAttributes {
    private static final int TYPE_SIZE = 2;
    private static final int LENGTH_SIZE = 2;
    private static final int TIME_SIZE = 12;
    private static final int UUID_SIZE = 16;
    private static final int ABSENT = -1;

    /** XATTR_NAME_MAX and XATTR_SIZE_MAX. */
    private static final int XATTR_NAME = 255;

    private static final int XATTR_VALUE = 65536;

    private final ByteBuffer body;
    private final long base;
    private final int[] starts = new int[StreamAttribute.values().length + 1];
    private final int[] lengths = new int[starts.length];

    private StreamAttributes(ByteBuffer body, long base) {
        this.body = body;
        this.base = base;
        Arrays.fill(starts, ABSENT);
    }

    /**
     * Finds the attributes.
     *
     * @param body the command without its header, little-endian, from position 0 to its limit
     * @param base where in the stream that is
     * @param version of the protocol
     */
    static StreamAttributes of(ByteBuffer body, long base, int version) {
        StreamAttributes found = new StreamAttributes(body, base);
        int at = 0;
        while (at < body.limit()) {
            at = found.add(at, version);
        }
        return found;
    }

    private int add(int at, int version) {
        int left = body.limit() - at;
        if (left < TYPE_SIZE) {
            throw bad(at, "the command ends within an attribute");
        }
        int number = Short.toUnsignedInt(body.getShort(at));
        if (!StreamAttribute.isKnown(number, version)) {
            throw bad(at, "protocol " + version + " has no attribute " + number);
        }
        boolean toTheEnd = version >= 2 && StreamAttribute.of(number) == StreamAttribute.DATA;
        int head = toTheEnd ? TYPE_SIZE : TYPE_SIZE + LENGTH_SIZE;
        if (left < head) {
            throw bad(at, "the command ends within an attribute");
        }
        int length = toTheEnd ? left - head : Short.toUnsignedInt(body.getShort(at + TYPE_SIZE));
        if (length > left - head) {
            throw bad(
                    at,
                    "the attribute " + StreamAttribute.of(number) + " of " + length + " bytes is longer than the "
                            + (left - head) + " bytes that are left of its command");
        }
        if (starts[number] != ABSENT) {
            throw bad(at, "the attribute " + StreamAttribute.of(number) + " comes twice");
        }
        starts[number] = at + head;
        lengths[number] = length;
        return at + head + length;
    }

    boolean has(StreamAttribute attribute) {
        return starts[attribute.number()] != ABSENT;
    }

    /** Where the value of an attribute begins, which is there and in the range of lengths. */
    private int start(StreamAttribute attribute, int shortest, int longest) {
        int start = starts[attribute.number()];
        if (start == ABSENT) {
            throw bad(0, "the attribute " + attribute + " is missing");
        }
        int length = lengths[attribute.number()];
        if (length < shortest || length > longest) {
            String right = shortest == longest ? Integer.toString(shortest) : shortest + " to " + longest;
            throw bad(start, "the attribute " + attribute + " has " + length + " bytes instead of " + right);
        }
        return start;
    }

    private BtrfsException.BadStream bad(StreamAttribute attribute, String fault) {
        return bad(starts[attribute.number()], "the attribute " + attribute + " is " + fault);
    }

    private BtrfsException.BadStream bad(int at, String fault) {
        return BtrfsException.BadStream.at(base + at, fault);
    }

    long number(StreamAttribute attribute) {
        return body.getLong(start(attribute, Long.BYTES, Long.BYTES));
    }

    /** A number of 64 bits in the range 0 to the one given. */
    long number(StreamAttribute attribute, long highest) {
        long value = number(attribute);
        if (value < 0 || value > highest) {
            throw bad(attribute, Long.toUnsignedString(value) + ", more than " + highest);
        }
        return value;
    }

    int smallNumber(StreamAttribute attribute) {
        return body.getInt(start(attribute, Integer.BYTES, Integer.BYTES));
    }

    int tinyNumber(StreamAttribute attribute) {
        return Byte.toUnsignedInt(body.get(start(attribute, 1, 1)));
    }

    /** An offset and a length that are both, and together, within what a file can have. */
    long range(StreamAttribute offset, StreamAttribute length) {
        long from = number(offset, Long.MAX_VALUE);
        number(length, Long.MAX_VALUE - from);
        return from;
    }

    UUID uuid(StreamAttribute attribute) {
        int start = start(attribute, UUID_SIZE, UUID_SIZE);
        Optional<UUID> uuid = Wire.uuid(body, start);
        return uuid.orElseThrow(() -> bad(attribute, "zero"));
    }

    StreamTime time(StreamAttribute attribute) {
        int start = start(attribute, TIME_SIZE, TIME_SIZE);
        try {
            return new StreamTime(body.getLong(start), body.getInt(start + Long.BYTES));
        } catch (IllegalArgumentException e) {
            throw bad(attribute, "no time");
        }
    }

    StreamPath path(StreamAttribute attribute) {
        int start = start(attribute, 0, StreamPath.MAXIMUM_LENGTH);
        try {
            return StreamPath.ofBytes(Wire.bytes(body, start, lengths[attribute.number()]));
        } catch (BtrfsException.BadName e) {
            throw bad(attribute, "no path below the subvolume: " + e.remedy());
        }
    }

    /** A path to something below the root. */
    StreamPath entry(StreamAttribute attribute) {
        StreamPath path = path(attribute);
        if (path.names().isEmpty()) {
            throw bad(attribute, "the root of the subvolume, with which this cannot be done");
        }
        return path;
    }

    EntryName name(StreamAttribute attribute) {
        int start = start(attribute, 1, EntryName.MAXIMUM_LENGTH);
        try {
            return EntryName.ofBytes(Wire.bytes(body, start, lengths[attribute.number()]));
        } catch (BtrfsException.BadName e) {
            throw bad(attribute, "no name: " + e.remedy());
        }
    }

    ByteBuffer symlinkTarget() {
        return text(StreamAttribute.PATH_LINK, StreamPath.MAXIMUM_LENGTH);
    }

    ByteBuffer xattrName() {
        return text(StreamAttribute.XATTR_NAME, XATTR_NAME);
    }

    ByteBuffer xattrValue() {
        return copy(StreamAttribute.XATTR_DATA, XATTR_VALUE);
    }

    private ByteBuffer text(StreamAttribute attribute, int longest) {
        int start = start(attribute, 1, longest);
        byte[] bytes = Wire.bytes(body, start, lengths[attribute.number()]);
        for (byte b : bytes) {
            if (b == 0) {
                throw bad(attribute, "text with NUL in it");
            }
        }
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    ByteBuffer copy(StreamAttribute attribute, int longest) {
        int start = start(attribute, 0, longest);
        return ByteBuffer.wrap(Wire.bytes(body, start, lengths[attribute.number()]))
                .asReadOnlyBuffer();
    }

    /** A view of the data, which the reader's next command overwrites. */
    ByteBuffer data() {
        int start = start(StreamAttribute.DATA, 0, Integer.MAX_VALUE);
        return body.slice(start, lengths[StreamAttribute.DATA.number()])
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }
}
