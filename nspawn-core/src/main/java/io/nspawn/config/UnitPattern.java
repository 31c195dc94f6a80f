package io.nspawn.config;

import io.nspawn.model.InvalidNameException;

/**
 * A pattern of unit names, as {@code ListUnitsByPatterns} and systemctl(1) take it: {@code *}, {@code ?},
 * {@code [a-z]}, {@code [!a-z]}, and a backslash that makes the next character itself (fnmatch(3), glob(7)).
 */
public record UnitPattern(String value) {
    private static final String GLOB = "[]!*?";

    /**
     * Checks the characters, which are those of a unit name and {@code [ ] ! * ?}.
     *
     * @throws InvalidNameException if another one is there, the pattern is empty, or it ends in a single backslash
     */
    public UnitPattern {
        if (value.isEmpty() || !value.chars().allMatch(c -> UnitName.isAllowed(c) || GLOB.indexOf(c) >= 0)) {
            throw UnitNames.invalid(
                    "match units", value, "has a character that no unit name has", "use : - _ . \\ @ [ ] ! * ?");
        }
        int backslashes = value.length() - value.replaceAll("\\\\+$", "").length();
        if (backslashes % 2 == 1) {
            throw UnitNames.invalid("match units", value, "ends in a backslash", "double it");
        }
    }

    /** A pattern from text, taken as it is. */
    public static UnitPattern of(String value) {
        return new UnitPattern(value);
    }

    /** The pattern that matches one unit and no other. */
    public static UnitPattern exactly(UnitName unit) {
        return new UnitPattern(unit.pattern());
    }

    /** The pattern that matches every instance of a template. */
    public static UnitPattern instancesOf(UnitName template) {
        UnitName any = template.withInstance("x");
        return new UnitPattern(any.prefix().replace("\\", "\\\\") + "@*." + any.type());
    }

    @Override
    public String toString() {
        return value;
    }
}
