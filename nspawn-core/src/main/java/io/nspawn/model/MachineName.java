package io.nspawn.model;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a container as machined takes it: 1 to 64 characters, labels of {@code A-Z a-z 0-9 -} joined by single
 * dots, no label that starts or ends with a dash.
 *
 * <p>Image names are looser, so that an image {@code a_b} can be cloned and never started (systemd 240 and later,
 * {@code hostname_is_valid}). {@link #mapped} turns such names into valid ones.
 */
public record MachineName(String value) implements Comparable<MachineName> {
    private static final int MAX_LENGTH = 64;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?");
    private static final String REMEDY =
            "use 1 to 64 letters, digits, dots and dashes, no label starting or ending with a dash";

    /**
     * Checks the name.
     *
     * @throws InvalidNameException if {@code value} is no machine name
     */
    public MachineName {
        Objects.requireNonNull(value);
        problem(value).ifPresent(problem -> {
            throw invalid(value, problem);
        });
    }

    /**
     * A machine name from text, taken as it is.
     *
     * @throws InvalidNameException if {@code value} is no machine name
     */
    public static MachineName of(String value) {
        return new MachineName(value);
    }

    /**
     * The machine name for a name from elsewhere: OpenStack-Ansible's underscores become dashes, the rest must be valid
     * already. Two names can map to one; whoever takes several must look.
     *
     * @throws InvalidNameException if the mapped name is no machine name
     */
    public static MachineName mapped(String original) {
        return new MachineName(original.replace('_', '-'));
    }

    /** Whether {@link #mapped} takes this name. */
    public static boolean isMappable(String original) {
        return problem(original.replace('_', '-')).isEmpty();
    }

    /** The unit that runs this machine: the vendor template takes the name as it is, unescaped. */
    public String unit() {
        return "systemd-nspawn@" + value + ".service";
    }

    @Override
    public int compareTo(MachineName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static Optional<String> problem(String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            return Optional.of(value.isEmpty() ? "is empty" : "has " + value.length() + " characters");
        }
        return Arrays.stream(value.split("\\.", -1))
                .filter(label -> !LABEL.matcher(label).matches())
                .map(label -> label.isEmpty() ? "has an empty label" : "has the invalid label \"" + label + '"')
                .findFirst();
    }

    private static InvalidNameException invalid(String value, String problem) {
        return new InvalidNameException(
                Failure.of("name machine", '"' + value + '"', problem).remedy(REMEDY));
    }
}
