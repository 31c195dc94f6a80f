package io.nspawn.config;

import io.nspawn.model.InvalidNameException;
import io.nspawn.model.MachineName;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The name of a unit as {@code unit_name_is_valid()} takes it: 1 to 255 bytes of {@code A-Z a-z 0-9 : - _ . \ @}, ending
 * in one of the types of unit, not starting with {@code @} (systemd.unit(5)).
 *
 * <p>The part between the first {@code @} and the type is the instance; a name where it is empty is a template.
 */
public record UnitName(String value) implements Comparable<UnitName> {
    private static final int MAX_BYTES = 255;
    private static final Set<String> TYPES = Set.of(
            "service", "socket", "target", "device", "mount", "automount", "swap", "timer", "path", "slice", "scope");

    /**
     * Checks the name.
     *
     * @throws InvalidNameException if {@code value} is no unit name
     */
    public UnitName {
        Objects.requireNonNull(value);
        problem(value).ifPresent(problem -> {
            throw UnitNames.invalid(
                    "name unit",
                    value,
                    problem,
                    "use 1 to 255 letters, digits and : - _ . \\ @, ending in a type such as .service");
        });
    }

    /**
     * A unit name from text, taken as it is.
     *
     * @throws InvalidNameException if {@code value} is no unit name
     */
    public static UnitName of(String value) {
        return new UnitName(value);
    }

    /** The unit of a container: the template takes the machine's name as it is, unescaped. */
    public static UnitName of(MachineName machine) {
        return new UnitName(machine.unit());
    }

    /** Whether {@link #of(String)} would take this text. */
    public static boolean isValid(String value) {
        return problem(value).isEmpty();
    }

    /** The type, as in {@code service}. */
    public String type() {
        return value.substring(value.lastIndexOf('.') + 1);
    }

    /** What stands before the {@code @}, or before the type where there is none. */
    public String prefix() {
        return value.substring(0, at().orElse(value.lastIndexOf('.')));
    }

    /** What stands between the {@code @} and the type, still escaped; empty for a template and for a plain unit. */
    public Optional<String> instance() {
        return at().map(at -> value.substring(at + 1, value.lastIndexOf('.'))).filter(text -> !text.isEmpty());
    }

    /** Whether this is a template, which needs an instance before it can be started. */
    public boolean isTemplate() {
        return at().isPresent() && instance().isEmpty();
    }

    /** The template that an instance comes from; empty for other units. */
    public Optional<UnitName> template() {
        return instance().map(text -> new UnitName(prefix() + "@." + type()));
    }

    /**
     * The unit that a template becomes with an instance.
     *
     * @param escaped the instance as it stands in the name; other text goes through {@link UnitNames#escape} first
     * @throws IllegalStateException if this is no template
     * @throws InvalidNameException if the instance is empty, has a character that no name has, or makes the name too long
     */
    public UnitName withInstance(String escaped) {
        if (!isTemplate()) {
            throw new IllegalStateException(value + " is no template");
        }
        if (escaped.isEmpty()) {
            throw UnitNames.invalid("name unit", value, "would stay a template", "give an instance that is not empty");
        }
        return new UnitName(prefix() + '@' + escaped + '.' + type());
    }

    /**
     * A pattern that matches this unit alone where the manager takes patterns ({@code ListUnitsByPatterns}): its
     * backslashes would otherwise be taken for escapes of fnmatch(3).
     */
    public String pattern() {
        return value.replace("\\", "\\\\");
    }

    @Override
    public int compareTo(UnitName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private Optional<Integer> at() {
        int at = value.indexOf('@');
        return at < 0 || at > value.lastIndexOf('.') ? Optional.empty() : Optional.of(at);
    }

    private static Optional<String> problem(String value) {
        if (value.length() > MAX_BYTES) {
            return Optional.of("has " + value.length() + " characters");
        }
        int dot = value.lastIndexOf('.');
        if (dot <= 0 || !TYPES.contains(value.substring(dot + 1))) {
            return Optional.of("does not end in a type of unit");
        }
        if (value.startsWith("@")) {
            return Optional.of("starts with @");
        }
        return value.chars()
                .filter(c -> !isAllowed(c))
                .mapToObj(c -> String.format(Locale.ROOT, "has the character U+%04X", c))
                .findFirst();
    }

    static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ":-_.\\@".indexOf(c) >= 0;
    }
}
