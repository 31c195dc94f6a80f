package io.nspawn.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A container that this library did not make: a root in the pool that can be written and started.
 *
 * @param machine its name
 * @param settings its {@code .nspawn} files, the one that holds first; none where it runs with defaults
 * @param enabled whether it starts with the host
 * @param running whether it runs, or is about to
 */
public record UnmanagedContainer(MachineName machine, List<Path> settings, boolean enabled, boolean running) {
    public UnmanagedContainer {
        Objects.requireNonNull(machine);
        settings = List.copyOf(settings);
    }
}
