package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;

/**
 * One message as received. The payload is a view into the receive buffer, good until the next receive.
 *
 * @param type nlmsg_type
 * @param flags nlmsg_flags
 * @param sequence nlmsg_seq
 * @param port nlmsg_pid
 * @param payload what follows the header, in host byte order
 */
record Message(int type, int flags, int sequence, int port, ByteBuffer payload) {
    boolean isDumpInterrupted() {
        return (flags & Nl.DUMP_INTR) != 0;
    }

    /** Hands the messages of one datagram over, in their order. */
    static void forEach(ByteBuffer datagram, Consumer<Message> consumer) {
        ByteBuffer in = datagram.duplicate().order(ByteOrder.nativeOrder());
        while (in.hasRemaining()) {
            consumer.accept(next(in));
        }
    }

    private static Message next(ByteBuffer in) {
        int start = in.position();
        if (in.remaining() < Nl.HEADER) {
            throw NetlinkException.malformed("a datagram ends inside a message header");
        }
        int length = in.getInt(start);
        if (length < Nl.HEADER || length > in.remaining()) {
            throw NetlinkException.malformed("a message says it has " + length + " bytes");
        }
        ByteBuffer payload = in.slice(start + Nl.HEADER, length - Nl.HEADER).order(ByteOrder.nativeOrder());
        in.position((int) Math.min(in.limit(), start + ((length + 3L) & ~3L)));
        return new Message(
                in.getShort(start + 4) & 0xffff,
                in.getShort(start + 6) & 0xffff,
                in.getInt(start + 8),
                in.getInt(start + 12),
                payload);
    }

    /** Gives the fixed part at the start of the payload. */
    ByteBuffer fixed(int length) {
        if (payload.remaining() < length) {
            throw NetlinkException.malformed("message type " + type + " is shorter than its fixed part");
        }
        return payload.slice(payload.position(), length).order(ByteOrder.nativeOrder());
    }

    /** Reads the attributes behind a fixed part of the given length. */
    Attributes attributes(int fixedLength) {
        int skipped = Math.min(Nl.align(fixedLength), payload.remaining());
        fixed(fixedLength);
        return Attributes.parse(payload.slice(payload.position() + skipped, payload.remaining() - skipped));
    }
}
