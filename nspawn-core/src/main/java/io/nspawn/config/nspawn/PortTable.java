package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.PublishedPort.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Published ports, of which each of the host's is there once. */
final class PortTable {
    private record HostPort(Protocol protocol, int number) {}

    private final List<PublishedPort> ports = new ArrayList<>();
    private final Set<HostPort> taken = new HashSet<>();

    /** Adds a port; false if the host's is taken. */
    boolean add(PublishedPort port) {
        return taken.add(new HostPort(port.protocol(), port.host())) && ports.add(port);
    }

    void clear() {
        ports.clear();
        taken.clear();
    }

    List<PublishedPort> lastFirst() {
        List<PublishedPort> reversed = new ArrayList<>(ports);
        Collections.reverse(reversed);
        return reversed;
    }
}
