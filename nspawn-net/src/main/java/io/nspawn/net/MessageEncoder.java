package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Builds one netlink message in host byte order: header, fixed part, attributes. Lengths exclude the padding behind an
 * attribute; padding is zero.
 */
final class MessageEncoder {
    private ByteBuffer out = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());

    MessageEncoder(int type, int flags) {
        out.putInt(0).putShort((short) type).putShort((short) flags).putInt(0).putInt(0);
    }

    /** Starts a message about links; its fixed part is ifinfomsg. */
    static MessageEncoder link(int type, int flags, int index, int linkFlags, int change) {
        return new MessageEncoder(type, flags).ifinfo(index, linkFlags, change);
    }

    /** Starts a message about addresses; its fixed part is ifaddrmsg. */
    static MessageEncoder address(int type, int flags, int family, int length, int addressFlags, int scope, int index) {
        MessageEncoder encoder = new MessageEncoder(type, flags);
        encoder.room(8).put((byte) family).put((byte) length).put((byte) addressFlags);
        encoder.out.put((byte) scope).putInt(index);
        return encoder;
    }

    /** Appends ndmsg, the fixed part of a message about neighbours. */
    MessageEncoder neighbour(int family, int index, int state, int flags) {
        room(12).putInt(0)
                .putInt(index)
                .putShort((short) state)
                .put((byte) flags)
                .put((byte) 0);
        out.put(out.position() - 12, (byte) family);
        return this;
    }

    MessageEncoder ifinfo(int index, int linkFlags, int change) {
        room(16).putInt(0).putInt(index).putInt(linkFlags).putInt(change);
        return this;
    }

    /** Appends bytes without an attribute header, for a fixed part. */
    MessageEncoder raw(byte[] bytes) {
        room(bytes.length).put(bytes);
        return this;
    }

    MessageEncoder u8(int type, int value) {
        start(type, 1).put((byte) value);
        return pad();
    }

    MessageEncoder u16(int type, int value) {
        start(type, 2).putShort((short) value);
        return pad();
    }

    MessageEncoder u32(int type, long value) {
        start(type, 4).putInt((int) value);
        return this;
    }

    /** Appends a 16-bit attribute in network order, whatever the host's. */
    MessageEncoder be16(int type, int value) {
        start(type, 2).put((byte) (value >>> 8)).put((byte) value);
        return pad();
    }

    MessageEncoder bytes(int type, byte[] value) {
        start(type, value.length).put(value);
        return pad();
    }

    /** Appends text with the NUL that ends a C string. */
    MessageEncoder string(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        start(type, text.length + 1).put(text).put((byte) 0);
        return pad();
    }

    /** Appends text without a final NUL, the form iproute2 uses for the kind of most links. */
    MessageEncoder chars(int type, String value) {
        return bytes(type, value.getBytes(StandardCharsets.UTF_8));
    }

    MessageEncoder nest(int type, Consumer<MessageEncoder> content) {
        int start = out.position();
        start(type, 0);
        content.accept(this);
        int length = out.position() - start;
        if (length > 0xffff) {
            throw new IllegalArgumentException("attribute " + type + " would have " + length + " bytes");
        }
        out.putShort(start, (short) length);
        return this;
    }

    /** Gives the whole message; the kernel reads the sequence number back into its reply. */
    byte[] toBytes(int sequence) {
        byte[] message = new byte[out.position()];
        out.putInt(0, message.length).putInt(8, sequence);
        out.duplicate().flip().get(message);
        return message;
    }

    int type() {
        return out.getShort(4) & 0xffff;
    }

    int flags() {
        return out.getShort(6) & 0xffff;
    }

    private ByteBuffer start(int type, int length) {
        int total = Nl.ATTRIBUTE_HEADER + length;
        if (total > 0xffff) {
            throw new IllegalArgumentException("attribute " + type + " would have " + total + " bytes");
        }
        return room(Nl.align(total)).putShort((short) total).putShort((short) type);
    }

    private MessageEncoder pad() {
        while ((out.position() & 3) != 0) {
            out.put((byte) 0);
        }
        return this;
    }

    private ByteBuffer room(int length) {
        if (out.remaining() < length) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + length));
            out = larger.order(ByteOrder.nativeOrder()).put(out.flip());
        }
        return out;
    }
}
