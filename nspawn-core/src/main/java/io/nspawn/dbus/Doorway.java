package io.nspawn.dbus;

import java.io.IOException;

/**
 * The way to a bus that is not reached by an address alone, such as one inside a container: where it stands has to be
 * found anew each time, and it may let in only those who come as its own root.
 */
public interface Doorway {
    /**
     * Connects, on whatever thread and as whatever user it takes.
     *
     * @param entrance connects to the address that it is given; to be called once
     * @return what the entrance returned
     */
    <T> T enter(Entrance<T> entrance) throws IOException;

    /** What a failure to connect names. */
    String place();

    /** Connects to an address. */
    @FunctionalInterface
    interface Entrance<T> {
        /**
         * Connects.
         *
         * @param socket the path of the bus's socket, as this process sees it
         */
        T connect(String socket) throws IOException;
    }
}
