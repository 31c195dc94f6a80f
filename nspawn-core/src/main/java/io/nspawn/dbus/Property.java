package io.nspawn.dbus;

import java.util.List;
import java.util.Objects;

/**
 * A property of an object of a service.
 *
 * @param remote the object and the interface that has it
 * @param name the property
 */
public record Property(Remote remote, String name) {

    public Property {
        Objects.requireNonNull(remote);
        Objects.requireNonNull(name);
    }

    /** Several of one interface. */
    static List<Property> of(Remote remote, List<String> names) {
        return names.stream().map(name -> new Property(remote, name)).toList();
    }

    /** The call that reads it. */
    Outgoing get() {
        return Outgoing.call(remote.properties(), "Get", "ss", List.of(remote.interfaceName(), name));
    }
}
