package io.nspawn.config.nspawn;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Something that is mounted into the container. */
public sealed interface Mount {
    /** The path in the container, absolute. */
    String destination();

    /**
     * {@code Bind=} and {@code BindReadOnly=}.
     *
     * @param source an absolute path of the host, or {@code +} and one of the image; empty for a new directory that is
     *     removed when the container ends
     * @param destination the path in the container
     * @param options mount options, comma-separated: {@code rbind}, {@code norbind}, {@code idmap}, {@code noidmap},
     *     {@code rootidmap} (252), {@code owneridmap} (256)
     * @param readOnly whether it is mounted read-only
     */
    record Bind(Optional<String> source, String destination, Optional<String> options, boolean readOnly)
            implements Mount {
        public Bind {
            Objects.requireNonNull(source);
            Objects.requireNonNull(destination);
            Objects.requireNonNull(options);
        }

        /** A path of the host at a path of the container, writable. */
        public static Bind of(String source, String destination) {
            return new Bind(Optional.of(source), destination, Optional.empty(), false);
        }
    }

    /**
     * {@code TemporaryFileSystem=}.
     *
     * @param destination the path in the container
     * @param options mount options of tmpfs(5), {@code mode=0755} unless given
     */
    record TemporaryFileSystem(String destination, String options) implements Mount {
        public TemporaryFileSystem {
            Objects.requireNonNull(destination);
            Objects.requireNonNull(options);
        }
    }

    /**
     * {@code Overlay=} and {@code OverlayReadOnly=}.
     *
     * @param lower the directories below, the lowest first
     * @param upper the directory that takes what is written; empty for a new one that is removed in the end
     * @param destination the path in the container
     * @param readOnly whether it is mounted read-only
     */
    record Overlay(List<String> lower, Optional<String> upper, String destination, boolean readOnly) implements Mount {
        public Overlay {
            lower = List.copyOf(lower);
            Objects.requireNonNull(upper);
            Objects.requireNonNull(destination);
        }
    }

    /** {@code Inaccessible=}: hides what is at the path. */
    record Inaccessible(String destination) implements Mount {
        public Inaccessible {
            Objects.requireNonNull(destination);
        }
    }
}
