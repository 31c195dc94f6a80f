package io.nspawn.dbus;

import java.util.Objects;

/**
 * An interface of an object of a service: whom a call goes to.
 *
 * @param destination the service's bus name
 * @param path the object
 * @param interfaceName the interface
 */
public record Remote(String destination, String path, String interfaceName) {

    static final Remote DAEMON = new Remote("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus");
    private static final String PROPERTIES = "org.freedesktop.DBus.Properties";

    public Remote {
        // An ill-formed name is a protocol error for which the daemon would drop the whole connection.
        Syntax.requireBusName(Objects.requireNonNull(destination));
        Syntax.requirePath(Objects.requireNonNull(path));
        Syntax.requireInterface(Objects.requireNonNull(interfaceName));
    }

    /** The same object's interface for reading properties. */
    Remote properties() {
        return new Remote(destination, path, PROPERTIES);
    }

    /** The same service's other object. */
    Remote at(String otherPath, String otherInterface) {
        return new Remote(destination, otherPath, otherInterface);
    }
}
