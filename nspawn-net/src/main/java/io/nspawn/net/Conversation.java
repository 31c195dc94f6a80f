package io.nspawn.net;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The reply to one request, message by message, until it is complete. Knows nothing of sockets. */
final class Conversation<T> {
    private final int sequence;
    private final boolean endsWithData;
    private final Function<Message, Optional<T>> decoder;
    private final List<T> entries = new ArrayList<>();
    private Verdict verdict = Verdict.OK;
    private boolean consistent = true;
    private boolean over;

    /**
     * Expects a reply.
     *
     * @param sequence the number of the request
     * @param flags the flags of the request, which say how its reply ends
     * @param decoder decodes a message of data, or leaves it out
     */
    Conversation(int sequence, int flags, Function<Message, Optional<T>> decoder) {
        this.sequence = sequence;
        this.decoder = decoder;
        this.endsWithData = (flags & (Nl.ACK | Nl.DUMP)) == 0;
    }

    void accept(ByteBuffer datagram) {
        Message.forEach(datagram, this::accept);
    }

    private void accept(Message message) {
        if (message.sequence() != sequence || over) {
            return;
        }
        consistent &= !message.isDumpInterrupted();
        switch (message.type()) {
            case Nl.NOOP -> {}
            case Nl.OVERRUN -> throw NetlinkException.malformed("the kernel reports lost data in a reply");
            case Nl.ERROR -> end(Verdict.ofError(message));
            case Nl.DONE -> end(Verdict.ofDone(message));
            default -> {
                decoder.apply(message).ifPresent(entries::add);
                over = endsWithData;
            }
        }
    }

    private void end(Verdict result) {
        verdict = result;
        over = true;
    }

    boolean isOver() {
        return over;
    }

    /** Gives the reply once it is complete. */
    RouteSocket.Reply<T> reply() throws KernelRefusal {
        if (verdict.isError()) {
            throw new KernelRefusal(verdict);
        }
        return new RouteSocket.Reply<>(List.copyOf(entries), consistent);
    }
}
