package io.nspawn.model;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The name of a container's snapshot: 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit.
 *
 * <p>In the pool the snapshot {@code before-upgrade} of the container {@code web} is called {@code web@before-upgrade}.
 * No machine name has an {@code @}, so that no unit starts it and no container can have its name.
 */
public record SnapshotName(String value) implements Comparable<SnapshotName> {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final String REMEDY =
            "use 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit";

    /**
     * Checks the name.
     *
     * @throws InvalidNameException if {@code value} is no name of a snapshot
     */
    public SnapshotName {
        Objects.requireNonNull(value);
        if (!isValid(value)) {
            throw new InvalidNameException(Failure.of("name snapshot", '"' + value + '"', "is no name of a snapshot")
                    .remedy(REMEDY));
        }
    }

    /**
     * A snapshot's name from text.
     *
     * @throws InvalidNameException if {@code value} is none
     */
    public static SnapshotName of(String value) {
        return new SnapshotName(value);
    }

    /** Whether {@link #of} takes this text. */
    public static boolean isValid(String value) {
        return NAME.matcher(value).matches();
    }

    /** What the snapshot of that container is called in the pool. */
    public String rootOf(MachineName machine) {
        return machine + "@" + value;
    }

    /** Whether a root of the pool can be a snapshot of some container, by its name. */
    public static boolean isRootOfSnapshot(String root) {
        return root.indexOf('@') > 0;
    }

    @Override
    public int compareTo(SnapshotName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
