package io.nspawn.model;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A directory or file of the host shown inside a container.
 *
 * @param source absolute path on the host; must exist when the container starts
 * @param target absolute path in the container
 * @param readOnly whether the container may only read it
 * @param mapping whose the files are inside, where the container has a user namespace
 */
public record Bind(Path source, Path target, boolean readOnly, Mapping mapping) {
    /** How owners on the host become owners inside (systemd-nspawn(1), {@code --bind=}). */
    public enum Mapping {
        /** Not at all: with a user namespace, files of the host's users belong to nobody inside. */
        NONE("", 0),
        /** Id n on the host is id n inside, by an idmapped mount. */
        IDS("idmap", 252),
        /** The host's root is the container's root, all others are nobody. */
        ROOT("rootidmap", 252),
        /** The owner of the source is the owner of the target inside (systemd 256). */
        OWNER("owneridmap", 256);

        private final String option;
        private final int since;

        Mapping(String option, int since) {
            this.option = option;
            this.since = since;
        }

        /** The mount option; empty for {@link #NONE}. */
        public String option() {
            return option;
        }

        /** The major version of systemd that it needs. */
        public int since() {
            return since;
        }
    }

    public Bind {
        Objects.requireNonNull(mapping);
        if (!source.isAbsolute() || !target.isAbsolute()) {
            throw new IllegalArgumentException("a bind takes absolute paths, not " + source + " at " + target);
        }
        source = source.normalize();
        target = target.normalize();
    }

    /** A bind whose owners are not mapped. */
    public Bind(Path source, Path target, boolean readOnly) {
        this(source, target, readOnly, Mapping.NONE);
    }

    /** The same, which the container may only read. */
    public Bind asReadOnly() {
        return new Bind(source, target, true, mapping);
    }

    /** The same with owners mapped; it needs a user namespace, and a file system that can (Linux 5.12, btrfs 5.15). */
    public Bind mapped(Mapping owners) {
        return new Bind(source, target, readOnly, owners);
    }
}
