package io.nspawn.spi;

import java.util.Objects;

/**
 * A host, as the engine sees it.
 *
 * @param images the pool of images and container roots
 * @param machines PID 1 and machined
 * @param network the host's links
 * @param files the host's files
 */
public record HostPorts(ImageStore images, MachineControl machines, HostNetwork network, HostFiles files)
        implements AutoCloseable {
    public HostPorts {
        Objects.requireNonNull(images);
        Objects.requireNonNull(machines);
        Objects.requireNonNull(network);
        Objects.requireNonNull(files);
    }

    /** Closes every port, the last one too when an earlier one fails. */
    @Override
    public void close() {
        try (files;
                machines;
                images) {
            network.close();
        }
    }
}
