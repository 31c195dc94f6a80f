package io.nspawn.config.nspawn;

import java.util.Objects;
import java.util.Optional;

/**
 * {@code PivotRoot=}: a directory of the container that becomes its root.
 *
 * @param newRoot the directory, absolute
 * @param oldRoot where the former root is put, absolute
 */
public record PivotRoot(String newRoot, Optional<String> oldRoot) {
    public PivotRoot {
        Objects.requireNonNull(newRoot);
        Objects.requireNonNull(oldRoot);
    }
}
