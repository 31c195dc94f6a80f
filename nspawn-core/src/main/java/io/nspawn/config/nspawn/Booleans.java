package io.nspawn.config.nspawn;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** {@code parse_boolean()}. */
final class Booleans {
    private static final Set<String> YES = Set.of("1", "yes", "y", "true", "t", "on");
    private static final Set<String> NO = Set.of("0", "no", "n", "false", "f", "off");

    private Booleans() {}

    static Optional<Boolean> find(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (YES.contains(lower)) {
            return Optional.of(true);
        }
        return NO.contains(lower) ? Optional.of(false) : Optional.empty();
    }

    static boolean parse(String text) throws Unparsable {
        return find(text).orElseThrow(() -> Unparsable.invalid("no boolean: \"" + text + '"'));
    }
}
