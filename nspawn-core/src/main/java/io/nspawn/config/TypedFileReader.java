package io.nspawn.config;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import io.nspawn.config.SystemdLine.Assignment;
import io.nspawn.config.SystemdLine.Header;
import io.nspawn.config.SystemdLine.Stray;
import io.nspawn.config.TypedDocument.Place;
import io.nspawn.config.TypedDocument.Unknown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads one type of file. A section that may not repeat is one, wherever its lines stand; an assignment of nothing takes
 * back what the key had before, where systemd has it so.
 */
final class TypedFileReader<T extends TypedFile> {
    /** The sections of which each is a thing of its own. */
    static final Set<String> REPEATABLE =
            Set.of("Address", "Route", "DHCPServerStaticLease", "BridgeVLAN", "BridgeFDB");

    private static final String PRIVATE_PREFIX = "X-";

    private final Keys keys;
    private final Function<SystemdFile, T> type;
    private final Path file;

    TypedFileReader(Keys keys, Function<SystemdFile, T> type, Path file) {
        this.keys = keys;
        this.type = type;
        this.file = file;
    }

    Path file() {
        return file;
    }

    TypedDocument<T> read(byte[] content) {
        try {
            SystemdDocument document = SystemdDocument.of(content);
            Collected collected = new Collected();
            document.lines().forEach(collected::take);
            return new TypedDocument<>(this, document, value(collected), collected.repeatable(), collected.unknown);
        } catch (InvalidFileException e) {
            throw e.in(file);
        }
    }

    private T value(Collected collected) {
        try {
            return type.apply(new SystemdFile(List.of(), collected.sections()));
        } catch (InvalidFileException e) {
            throw e.line() > 0 ? e : e.at(collected.line(e));
        }
    }

    /** One section while it is read. */
    private record Open(String name, int occurrence, List<Entry> entries) {}

    private final class Collected {
        private final List<Open> open = new ArrayList<>();
        private final List<Unknown> unknown = new ArrayList<>();
        private final Map<String, Integer> seen = new HashMap<>();
        private final Map<String, Integer> lineOf = new HashMap<>();
        private Optional<Open> present = Optional.empty();
        private String name = "";

        void take(SystemdLine line) {
            if (line instanceof Header header) {
                header(header);
            } else if (line instanceof Assignment assignment) {
                assignment(assignment);
            } else if (line instanceof Stray stray) {
                unknown.add(new Unknown(stray.number(), name, stray.text()));
            }
        }

        private void header(Header header) {
            name = header.name();
            lineOf.putIfAbsent(name, header.number());
            int occurrence = seen.merge(name, 1, Integer::sum) - 1;
            if (!keys.hasSection(name)) {
                present = Optional.empty();
                if (!name.startsWith(PRIVATE_PREFIX)) {
                    unknown.add(new Unknown(header.number(), name, "[" + name + "]"));
                }
                return;
            }
            Optional<Open> same = REPEATABLE.contains(name)
                    ? Optional.empty()
                    : open.stream().filter(o -> o.name().equals(name)).findFirst();
            Open section = same.orElseGet(() -> new Open(name, occurrence, new ArrayList<>()));
            if (same.isEmpty()) {
                open.add(section);
            }
            present = Optional.of(section);
        }

        private void assignment(Assignment line) {
            Optional<Grammar> grammar = keys.grammar(name, line.key());
            if (present.isEmpty() || grammar.isEmpty()) {
                if (!name.startsWith(PRIVATE_PREFIX)) {
                    unknown.add(new Unknown(line.number(), name, line.key() + "=" + line.value()));
                }
                return;
            }
            List<Entry> entries = present.get().entries();
            if (line.value().isEmpty()) {
                if (keys.isReset(name)) {
                    entries.removeIf(entry -> entry.key().equals(line.key()));
                }
                return;
            }
            if (keys.hasSpecifier(line.value())) {
                unknown.add(new Unknown(line.number(), name, line.key() + "=" + line.value()));
                return;
            }
            lineOf.put(name + "." + line.key(), line.number());
            lineOf.put("." + line.key(), line.number());
            for (String word : grammar.get().words(line.value())) {
                entries.add(new Entry(line.key(), value(line, grammar.get(), word)));
            }
        }

        private String value(Assignment line, Grammar grammar, String word) {
            return grammar.read(word)
                    .orElseThrow(
                            () -> Keys.refused(name, line.key(), word, grammar).at(line.number()));
        }

        List<Section> sections() {
            return open.stream()
                    .filter(section -> !section.entries().isEmpty())
                    .map(section -> new Section(section.name(), section.entries()))
                    .toList();
        }

        List<Place> repeatable() {
            return open.stream()
                    .filter(section -> !section.entries().isEmpty() && REPEATABLE.contains(section.name()))
                    .map(section -> new Place(new Section(section.name(), section.entries()), section.occurrence()))
                    .toList();
        }

        /** Where the key or section stands that an error is about; 0 for what is not in the file. */
        int line(InvalidFileException e) {
            int ofSection = lineOf.getOrDefault(e.section(), 0);
            return e.key().isEmpty() ? ofSection : lineOf.getOrDefault(e.section() + "." + e.key(), ofSection);
        }
    }
}
