package io.nspawn.dbus;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.messages.Message;

/**
 * A message that arrived.
 *
 * @param descriptors those that came with it, not yet owned by anybody else
 * @param body its values as they came, in the order of their bytes
 */
record Incoming(Message message, List<Descriptor> descriptors, ByteBuffer body) implements AutoCloseable {

    /** The values; the descriptors among them now belong to the caller, on failure they are closed. */
    List<Object> values() throws UnreadableException {
        try {
            String signature = message.getSig() == null ? "" : message.getSig();
            return Codec.decode(signature, message.getParameters(), descriptors);
        } catch (DBusException | RuntimeException e) {
            // The library fails in many ways on bytes that it does not like; all mean the same here.
            close();
            throw new UnreadableException(e);
        }
    }

    /** The counters that are named of a map of properties, which must be the first value. */
    Map<String, Object> counters(Set<String> names) throws UnreadableException {
        try {
            if (!String.valueOf(message.getSig()).startsWith("a{sv}")) {
                throw new IllegalArgumentException("no properties, but " + message.getSig());
            }
            return CounterScan.find(body.duplicate().order(body.order()), names);
        } catch (RuntimeException e) {
            throw new UnreadableException(e);
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        descriptors.forEach(Descriptor::close);
    }

    /** What reads a message. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws UnreadableException;
    }

    /** The message's values cannot be decoded. */
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadableException(Throwable cause) {
            super("unreadable D-Bus message: " + cause, cause);
        }
    }
}
