package io.nspawn.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A file of the family that systemd's {@code config_parse()} reads: units and drop-ins, {@code .nspawn},
 * {@code .network}. Sections and keys keep their order; both may repeat.
 *
 * @param comment the lines above the first section, without the {@code #}
 * @param sections the sections in file order
 */
public record SystemdFile(List<String> comment, List<Section> sections) {
    public SystemdFile {
        comment = List.copyOf(comment);
        sections = List.copyOf(sections);
        comment.forEach(line -> requireOneLine("comment", line));
    }

    /**
     * One {@code [Section]}.
     *
     * @param name what stands between the brackets
     * @param entries its assignments in order
     */
    public record Section(String name, List<Entry> entries) {
        public Section {
            Objects.requireNonNull(name);
            entries = List.copyOf(entries);
            if (name.isEmpty() || !name.chars().allMatch(c -> c >= ' ' && c != 0x7f && "[]\"'\\*?".indexOf(c) < 0)) {
                throw InvalidFileException.of(
                        "",
                        "",
                        "no section name: \"" + name + '"',
                        "it is printable, without brackets, quotes, backslash, * and ?");
            }
        }
    }

    /**
     * One {@code Key=Value}.
     *
     * <p>Text that systemd's {@code utf8_is_valid()} refuses (lone surrogates, U+FDD0 to U+FDEF, the last two of each
     * plane) would fail the whole file.
     *
     * @param key without blanks and {@code =}
     * @param value on one line, without blanks at its ends; the grammar within is the key's own
     */
    public record Entry(String key, String value) {
        public Entry {
            if (key.isEmpty() || "#;[\ufeff".indexOf(key.charAt(0)) >= 0) {
                throw noKey(key);
            }
            if (!key.chars().allMatch(c -> c > ' ' && c != '=' && c != '\\')) {
                throw noKey(key);
            }
            requireOneLine(key, value);
            if (!value.equals(SystemdFileLexer.stripBlanks(value))) {
                throw InvalidFileException.of(
                        "", key, "cannot hold blanks at its ends: \"" + value + '"', "leave them out");
            }
            if (key.length() + value.length() > SystemdFileLexer.MAX_LINE / 4
                    && (key + value).getBytes(StandardCharsets.UTF_8).length >= SystemdFileLexer.MAX_LINE - 1) {
                throw InvalidFileException.of("", key, "cannot hold 1 MiB or more", "a line is shorter");
            }
            if (endsInsideEscape(value)) {
                throw InvalidFileException.of(
                        "",
                        key,
                        "cannot end in a backslash, which would join the next line: \"" + value + '"',
                        "double it, or put something behind it");
            }
        }

        private static InvalidFileException noKey(String key) {
            return InvalidFileException.of(
                    "", "", "no key: \"" + key + '"', "it has no blanks, = and backslash, nor # ; [ at its start");
        }

        private static boolean endsInsideEscape(String value) {
            int backslashes = 0;
            while (backslashes < value.length() && value.charAt(value.length() - 1 - backslashes) == '\\') {
                backslashes++;
            }
            return backslashes % 2 == 1;
        }
    }

    /** The last value of a key, which is the one that counts for keys that do not accumulate. */
    public Optional<String> value(String section, String key) {
        List<String> all = values(section, key);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /** All values of a key in file order, over all sections of that name. */
    public List<String> values(String section, String key) {
        return sections.stream()
                .filter(s -> s.name().equals(section))
                .flatMap(s -> s.entries().stream())
                .filter(e -> e.key().equals(key))
                .map(Entry::value)
                .toList();
    }

    /** The text of the file, ending in a newline. */
    public String text() {
        StringBuilder out = new StringBuilder();
        comment.forEach(
                line -> out.append(line.isEmpty() ? "#" : "# ").append(line).append('\n'));
        for (Section section : sections) {
            out.append(out.isEmpty() ? "" : "\n")
                    .append('[')
                    .append(section.name())
                    .append("]\n");
            section.entries()
                    .forEach(e ->
                            out.append(e.key()).append('=').append(e.value()).append('\n'));
        }
        return out.toString();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects a file section by section; a section without entries is left out. */
    public static final class Builder {
        private final List<String> comment = new ArrayList<>();
        private final List<Section> sections = new ArrayList<>();
        private final List<Entry> entries = new ArrayList<>();
        private String open = "";

        private Builder() {}

        public Builder comment(String line) {
            comment.add(line);
            return this;
        }

        /** Starts a section; what follows goes into it. */
        public Builder section(String name) {
            closeSection();
            open = name;
            return this;
        }

        /**
         * Adds an assignment to the section.
         *
         * @throws IllegalArgumentException if the format cannot hold the key or the value
         */
        public Builder set(String key, String value) {
            if (open.isEmpty()) {
                throw new IllegalStateException(key + "= stands outside of any section");
            }
            entries.add(new Entry(key, value));
            return this;
        }

        public Builder set(String key, boolean value) {
            return set(key, value ? "yes" : "no");
        }

        public SystemdFile build() {
            closeSection();
            return new SystemdFile(comment, sections);
        }

        private void closeSection() {
            if (!entries.isEmpty()) {
                sections.add(new Section(open, entries));
                entries.clear();
            }
        }
    }

    private static void requireOneLine(String what, String text) {
        if (text.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw InvalidFileException.of("", what, "cannot hold a line break or NUL", "a value is one line");
        }
        if (text.codePoints().anyMatch(Utf8::isNoCharacter)) {
            throw InvalidFileException.of(
                    "", what, "cannot hold what is no character of Unicode", "leave lone surrogates and the like out");
        }
    }
}
