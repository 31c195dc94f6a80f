package io.nspawn.config.nspawn;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A value out of a few, spelled in the file as its constant is, in lower case and with hyphens. */
sealed interface Choice permits LinkJournal, Ownership, ResolvConf, Timezone, Volatile {
    String name();

    /** How the file spells it. */
    default String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The constant of exactly that spelling. */
    static <E extends Enum<E> & Choice> Optional<E> find(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(c -> c.text().equals(text))
                .findFirst();
    }

    /** All spellings, for a message. */
    static <E extends Enum<E> & Choice> String spellings(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Choice::text).collect(Collectors.joining(", "));
    }
}
