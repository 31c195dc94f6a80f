package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * How a request ended: an ACK, or an error with what the kernel says about it.
 *
 * @param errno a positive error number, 0 for success
 * @param text the kernel's own words, empty if it has none
 * @param offset where in the request the refused attribute starts, in bytes from the message header
 */
record Verdict(int errno, String text, OptionalInt offset) {
    static final Verdict OK = new Verdict(0, "", OptionalInt.empty());

    boolean isError() {
        return errno != 0;
    }

    /** Reads NLMSG_ERROR; the request is echoed in it, whole unless the message is capped. */
    static Verdict ofError(Message message) {
        ByteBuffer fixed = message.fixed(4 + Nl.HEADER);
        int echoed = (message.flags() & Nl.CAPPED) != 0 ? Nl.HEADER : fixed.getInt(4);
        if (echoed < Nl.HEADER || echoed > message.payload().remaining() - 4) {
            throw NetlinkException.malformed("an error message echoes a request of " + echoed + " bytes");
        }
        return read(message, fixed.getInt(0), 4 + Nl.align(echoed));
    }

    /** Reads NLMSG_DONE, which carries the error of a refused dump. */
    static Verdict ofDone(Message message) {
        if (message.payload().remaining() < 4) {
            return OK;
        }
        return read(message, message.fixed(4).getInt(0), 4);
    }

    private static Verdict read(Message message, int status, int attributesAt) {
        if (status > 0 || status == Integer.MIN_VALUE) {
            return status > 0 ? OK : fail(status);
        }
        ByteBuffer payload = message.payload();
        if ((message.flags() & Nl.ACK_TLVS) == 0 || attributesAt > payload.remaining()) {
            return new Verdict(-status, "", OptionalInt.empty());
        }
        Attributes details = Attributes.parse(
                payload.slice(attributesAt, payload.remaining() - attributesAt).order(ByteOrder.nativeOrder()));
        return new Verdict(-status, details.string(Nl.ERR_MSG).orElse(""), details.s32(Nl.ERR_OFFSET));
    }

    private static Verdict fail(int status) {
        throw NetlinkException.malformed("an error message has the status " + status);
    }
}
