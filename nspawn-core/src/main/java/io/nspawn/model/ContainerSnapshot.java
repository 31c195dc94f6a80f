package io.nspawn.model;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A snapshot of a container: its root, read-only, and its files on the host as they were then.
 *
 * @param machine the container
 * @param name what it was called when it was taken
 * @param created when it was taken, where the file system keeps that
 */
public record ContainerSnapshot(MachineName machine, SnapshotName name, Optional<Instant> created) {
    public ContainerSnapshot {
        Objects.requireNonNull(machine);
        Objects.requireNonNull(name);
        Objects.requireNonNull(created);
    }
}
