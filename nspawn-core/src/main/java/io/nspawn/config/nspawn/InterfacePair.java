package io.nspawn.config.nspawn;

import java.util.Objects;
import java.util.Optional;

/**
 * An interface of the host, or the lower one of a new interface, and its name in the container.
 *
 * @param host the host's interface
 * @param container the name in the container; empty before systemd 254, which has no such pairs
 */
public record InterfacePair(String host, Optional<String> container) {
    public InterfacePair {
        Objects.requireNonNull(host);
        Objects.requireNonNull(container);
    }
}
