package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;

/**
 * {@code Port=}: a port of the host that leads into the container.
 *
 * @param protocol TCP or UDP
 * @param host the host's port, 1 to 65535
 * @param container the container's port, 1 to 65535
 */
public record PublishedPort(Protocol protocol, int host, int container) {
    /** The transport protocol. */
    public enum Protocol {
        TCP,
        UDP
    }

    public PublishedPort {
        if (host < 1 || host > 0xffff || container < 1 || container > 0xffff) {
            throw new InvalidFileException(
                    0, "Port", "does not take " + host + " and " + container, "ports are 1 to 65535");
        }
    }

    public static PublishedPort tcp(int host, int container) {
        return new PublishedPort(Protocol.TCP, host, container);
    }

    public static PublishedPort udp(int host, int container) {
        return new PublishedPort(Protocol.UDP, host, container);
    }

    String text() {
        return (protocol == Protocol.TCP ? "tcp:" : "udp:") + host + ":" + container;
    }
}
