package io.nspawn.dbus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The bytes of one message (D-Bus specification, "Message Format"), before the library reads their meaning. */
final class Frame {

    /** What must be read before anything else is known of the message. */
    static final int PROLOGUE = 16;

    private static final int MAX_FIELDS = 64 << 20;
    private static final int MAX_MESSAGE = 128 << 20;
    private static final byte UNIX_FDS = 9;

    private final byte[] fixed;
    private final byte[] fields;
    private final byte[] body;

    private Frame(byte[] fixed, byte[] fields, byte[] body) {
        this.fixed = fixed;
        this.fields = fields;
        this.body = body;
    }

    /** An empty frame of the size that the prologue tells. */
    static Frame sized(byte[] prologue) throws IOException {
        ByteBuffer numbers = ByteBuffer.wrap(prologue).order(order(prologue[0]));
        long body = Integer.toUnsignedLong(numbers.getInt(4));
        long fields = Integer.toUnsignedLong(numbers.getInt(12));
        if (fields > MAX_FIELDS || body + fields > MAX_MESSAGE) {
            throw new IOException("a message longer than D-Bus allows: " + (body + fields) + " bytes");
        }
        byte[] fixed = new byte[12];
        System.arraycopy(prologue, 0, fixed, 0, fixed.length);
        byte[] header = new byte[8 + align8((int) fields)];
        System.arraycopy(prologue, 12, header, 0, 4);
        return new Frame(fixed, header, new byte[(int) body]);
    }

    byte type() {
        return fixed[1];
    }

    /** The 12 bytes that every message begins with. */
    byte[] fixed() {
        return fixed;
    }

    /** The header fields, as the library wants them: their length, 4 bytes of nothing, the fields. */
    byte[] fields() {
        return fields;
    }

    /** The values. */
    byte[] body() {
        return body;
    }

    /** Likewise, to be read by whoever knows their types. */
    ByteBuffer values() throws IOException {
        return ByteBuffer.wrap(body).order(order(fixed[0]));
    }

    /** How many descriptors belong to the message. The library knows, but does not tell. */
    int descriptorCount() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(fields).order(order(fixed[0]));
        int end = 8 + in.getInt(0);
        in.position(8);
        while (in.position() < end) {
            in.position(align8(in.position()));
            byte code = in.get();
            int signatureLength = in.get();
            char type = (char) in.get();
            if (signatureLength != 1) {
                throw new IOException("a message header field of an unknown type");
            }
            in.get();
            if (code == UNIX_FDS && type == 'u') {
                return align4(in).getInt();
            }
            skip(in, type);
        }
        return 0;
    }

    private static void skip(ByteBuffer in, char type) throws IOException {
        switch (type) {
            case 'u' -> align4(in).getInt();
            case 's', 'o' -> {
                int length = align4(in).getInt();
                in.position(in.position() + length + 1);
            }
            case 'g' -> {
                int length = Byte.toUnsignedInt(in.get());
                in.position(in.position() + length + 1);
            }
            default -> throw new IOException("a message header field of an unknown type: " + type);
        }
    }

    private static ByteBuffer align4(ByteBuffer in) {
        // The fields begin at 8 here and at 16 in the message: the same alignment.
        return in.position((in.position() + 3) & ~3);
    }

    private static int align8(int at) {
        return (at + 7) & ~7;
    }

    private static ByteOrder order(byte mark) throws IOException {
        return switch (mark) {
            case 'l' -> ByteOrder.LITTLE_ENDIAN;
            case 'B' -> ByteOrder.BIG_ENDIAN;
            default -> throw new IOException("not a D-Bus message: it begins with byte " + mark);
        };
    }
}
