package io.nspawn.deploy;

import io.nspawn.model.MachineName;
import java.util.Locale;
import java.util.Objects;

/**
 * One line in which a running container differs from its spec.
 *
 * @param machine the container
 * @param kind what it takes to put the change into force
 * @param line the line with a {@code +} or {@code -} in front, as a diff has it
 * @param waits whether the plan leaves it waiting: the container runs with its old setting until it is restarted
 */
public record SpecChange(MachineName machine, Kind kind, String line, boolean waits) {
    /** What a change takes, the least first. */
    public enum Kind {
        /** It is put into force while the container runs. */
        LIVE,
        /** The container has to be stopped and started, which is done only when asked. */
        RESTART,
        /** The container needs another root, such as one of another image; a deploy refuses that. */
        RECREATE;

        /** The kind in small letters, as JSON has it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public SpecChange {
        Objects.requireNonNull(machine);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(line);
    }
}
