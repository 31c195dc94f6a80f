package io.nspawn.dbus;

import java.util.List;

/** What a subscriber hears. */
public sealed interface BusEvent {

    /**
     * A signal that matched.
     *
     * @param sender the sender's unique bus name
     * @param path the object that it speaks of
     * @param interfaceName its interface
     * @param member its name
     * @param arguments its values; descriptors among them are closed when the handlers have returned
     */
    record Signal(String sender, String path, String interfaceName, String member, List<Object> arguments)
            implements BusEvent {}

    /** The connection was lost and stands again: signals in between are gone, so read the state anew. */
    record Resynced() implements BusEvent {}
}
