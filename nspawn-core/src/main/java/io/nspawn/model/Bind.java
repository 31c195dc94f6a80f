package io.nspawn.model;

import java.nio.file.Path;

/**
 * A directory or file of the host shown inside a container.
 *
 * @param source absolute path on the host; must exist when the container starts
 * @param target absolute path in the container
 * @param readOnly whether the container may only read it
 */
public record Bind(Path source, Path target, boolean readOnly) {
    public Bind {
        if (!source.isAbsolute() || !target.isAbsolute()) {
            throw new IllegalArgumentException("a bind takes absolute paths, not " + source + " at " + target);
        }
        source = source.normalize();
        target = target.normalize();
    }
}
