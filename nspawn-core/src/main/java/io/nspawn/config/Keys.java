package io.nspawn.config;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import io.nspawn.model.Failure;
import io.nspawn.model.SystemdVersion;
import io.nspawn.model.UnsupportedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys of one type of file that this library writes: what each takes, and the first systemd that knows it. Every
 * assignment goes through it, whether a builder makes it or a file is read.
 */
final class Keys {
    private static final String PRIVATE_PREFIX = "X-";

    private final String fileType;
    private final Map<String, Key> keys;
    private final Set<String> sections;
    /** The first systemd that takes a value, where it knew the key before. */
    private final Map<String, Integer> valuesSince;

    private Keys(String fileType, Map<String, Key> keys, Map<String, Integer> valuesSince) {
        this.valuesSince = Map.copyOf(valuesSince);
        this.fileType = fileType;
        this.keys = Map.copyOf(keys);
        this.sections = keys.keySet().stream()
                .map(id -> id.substring(0, id.indexOf('.')))
                .collect(Collectors.toSet());
    }

    /**
     * One key.
     *
     * @param since the first systemd that knows it
     * @param until the first systemd that no longer does; {@link Integer#MAX_VALUE} for none
     */
    private record Key(Grammar grammar, int since, int until) {}

    static Builder of(String fileType) {
        return new Builder(fileType);
    }

    /**
     * Checks one assignment.
     *
     * @throws InvalidFileException if the key is not one of these, or does not take the value
     */
    void check(String section, String key, String value) {
        Key known = keys.get(id(section, key));
        if (known == null) {
            throw InvalidFileException.of(
                    section, key, "is no key of a " + fileType + " file that this library writes", "see " + manual());
        }
        if (!known.grammar.accepts().test(value)) {
            throw refused(section, key, value, known.grammar);
        }
    }

    /** A value that a key does not take. */
    static InvalidFileException refused(String section, String key, String value, Grammar grammar) {
        return InvalidFileException.of(
                section, key, "does not take \"" + value + '"', "it takes " + grammar.expected());
    }

    /** What one key takes; empty if it is not one of these. */
    Optional<Grammar> grammar(String section, String key) {
        return Optional.ofNullable(keys.get(id(section, key))).map(Key::grammar);
    }

    /** The manual page of the type of file. */
    String manual() {
        return isOfUnits() ? "systemd.unit(5)" : "systemd" + fileType + "(5)";
    }

    /** Whether there is a key of that section. */
    boolean hasSection(String section) {
        return sections.contains(section);
    }

    /** Whether an assignment of nothing takes earlier ones back: dependencies of units stay (systemd.unit(5)). */
    boolean isReset(String section) {
        return !section.equals("Unit");
    }

    /** Whether a value has a specifier such as {@code %i}, which stands for a text that is not known here. */
    boolean hasSpecifier(String value) {
        return isOfUnits() && value.replace("%%", "").indexOf('%') >= 0 && !value.matches("[0-9.]+%");
    }

    private boolean isOfUnits() {
        return !fileType.startsWith(".");
    }

    /**
     * Checks a whole file and returns what in it is for systemd: no comment, no private section.
     *
     * @throws InvalidFileException as {@link #check}
     */
    SystemdFile checked(SystemdFile file) {
        List<Section> sections = new ArrayList<>();
        for (Section section : file.sections()) {
            if (!section.name().startsWith(PRIVATE_PREFIX)) {
                section.entries().forEach(entry -> check(section.name(), entry.key(), entry.value()));
                sections.add(section);
            }
        }
        return new SystemdFile(List.of(), sections);
    }

    /**
     * Refuses a file that this systemd would not take whole.
     *
     * @throws UnsupportedException naming each key that is too new, or gone, and the version
     */
    void requireKnown(String subject, SystemdFile file, SystemdVersion version) {
        List<String> problems = new ArrayList<>();
        for (Section section : file.sections()) {
            for (Entry entry : section.entries()) {
                Key key = keys.get(id(section.name(), entry.key()));
                if (key != null && !version.atLeast(key.since)) {
                    problems.add("[" + section.name() + "] " + entry.key() + "= needs systemd " + key.since);
                } else if (!version.atLeast(sinceOfValue(section, entry))) {
                    problems.add("[" + section.name() + "] " + entry.key() + "=" + entry.value() + " needs systemd "
                            + sinceOfValue(section, entry));
                } else if (key != null && version.atLeast(key.until)) {
                    problems.add("[" + section.name() + "] " + entry.key() + "= is gone since systemd " + key.until);
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new UnsupportedException(Failure.of(
                            "write",
                            subject,
                            "systemd " + version + " does not know all of it: " + String.join("; ", problems))
                    .remedy("Leave these keys out for this host."));
        }
    }

    private int sinceOfValue(Section section, Entry entry) {
        return valuesSince.getOrDefault(id(section.name(), entry.key()) + "=" + entry.value(), 0);
    }

    private static String id(String section, String key) {
        return section + "." + key;
    }

    /** Collects the keys, section by section. */
    static final class Builder {
        private final String fileType;
        private final Map<String, Key> keys = new LinkedHashMap<>();
        private final Map<String, Integer> valuesSince = new LinkedHashMap<>();
        private String section = "";

        private Builder(String fileType) {
            this.fileType = fileType;
        }

        Builder section(String name) {
            section = name;
            return this;
        }

        /** Keys that take the same and came with the same systemd. */
        Builder keys(int since, Grammar grammar, String... names) {
            return keys(since, Integer.MAX_VALUE, grammar, names);
        }

        /** The same for keys that are gone since a later systemd. */
        Builder keys(int since, int until, Grammar grammar, String... names) {
            for (String name : names) {
                keys.put(id(section, name), new Key(grammar, since, until));
            }
            return this;
        }

        /** A value that only a later systemd takes for a key. */
        Builder value(int since, String name, String value) {
            valuesSince.put(id(section, name) + "=" + value, since);
            return this;
        }

        Keys build() {
            return new Keys(fileType, keys, valuesSince);
        }
    }
}
