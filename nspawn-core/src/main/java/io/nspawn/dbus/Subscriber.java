package io.nspawn.dbus;

import java.util.function.Consumer;
import org.freedesktop.dbus.messages.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subscription: what it wants, who hears it. */
final class Subscriber {

    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.dbus");

    private final Match match;
    private final Consumer<BusEvent> handler;
    private volatile boolean ended;

    Subscriber(Match match, Consumer<BusEvent> handler) {
        this.match = match;
        this.handler = handler;
    }

    Match match() {
        return match;
    }

    boolean accepts(Message signal) {
        return match.accepts(
                String.valueOf(signal.getPath()),
                String.valueOf(signal.getInterface()),
                String.valueOf(signal.getName()));
    }

    void end() {
        ended = true;
    }

    void deliver(BusEvent event) {
        if (ended) {
            return;
        }
        try {
            handler.accept(event);
        } catch (RuntimeException | AssertionError e) {
            LOG.warn("a handler of {} failed; it stays subscribed", match.rule(), e);
        }
    }
}
