package io.nspawn.config;

import io.nspawn.config.NetworkdDocument.Place;
import io.nspawn.config.NetworkdDocument.Unknown;
import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import io.nspawn.config.SystemdLine.Assignment;
import io.nspawn.config.SystemdLine.Header;
import io.nspawn.config.SystemdLine.Stray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one type of network file. A section that may not repeat is one, wherever its lines stand; an assignment of
 * nothing takes back what the key had before.
 */
final class NetworkdReader<T extends NetworkdFile> {
    /** The sections of which each is a thing of its own. */
    static final Set<String> REPEATABLE =
            Set.of("Address", "Route", "DHCPServerStaticLease", "BridgeVLAN", "BridgeFDB");

    private static final String PRIVATE_PREFIX = "X-";
    private static final Pattern NAMED_KEY = Pattern.compile("(?:\\[([A-Za-z0-9]+)\\] )?([A-Za-z0-9]+)=.*");
    private static final Pattern NAMED_SECTION = Pattern.compile("\\[([A-Za-z0-9]+)\\].*");

    private final Keys keys;
    private final Function<SystemdFile, T> type;
    private final Path file;

    NetworkdReader(Keys keys, Function<SystemdFile, T> type, Path file) {
        this.keys = keys;
        this.type = type;
        this.file = file;
    }

    Path file() {
        return file;
    }

    NetworkdDocument<T> read(byte[] content) {
        try {
            SystemdDocument document = SystemdDocument.of(content);
            Collected collected = new Collected();
            document.lines().forEach(collected::take);
            return new NetworkdDocument<>(this, document, value(collected), collected.repeatable(), collected.unknown);
        } catch (InvalidFileException e) {
            throw e.in(file);
        }
    }

    private T value(Collected collected) {
        try {
            return type.apply(new SystemdFile(List.of(), collected.sections()));
        } catch (InvalidFileException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw collected.placed(String.valueOf(e.getMessage()));
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
                entries.removeIf(entry -> entry.key().equals(line.key()));
                return;
            }
            lineOf.put(name + "." + line.key(), line.number());
            lineOf.put("." + line.key(), line.number());
            String value = grammar.get()
                    .read(line.value())
                    .orElseThrow(() -> new InvalidFileException(
                            line.number(),
                            line.key(),
                            "does not take \"" + line.value() + '"',
                            "it takes " + grammar.get().expected()));
            entries.add(new Entry(line.key(), value));
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

        /** Finds the line that a message is about by the key or section that it begins with. */
        InvalidFileException placed(String message) {
            Matcher key = NAMED_KEY.matcher(message);
            if (key.matches()) {
                String section = Optional.ofNullable(key.group(1)).orElse("");
                int line = lineOf.getOrDefault(section + "." + key.group(2), lineOf.getOrDefault(section, 0));
                return new InvalidFileException(line, key.group(2), message, "see " + keys.manual());
            }
            Matcher section = NAMED_SECTION.matcher(message);
            int line = section.matches() ? lineOf.getOrDefault(section.group(1), 0) : 0;
            return new InvalidFileException(line, "", message, "see " + keys.manual());
        }
    }
}
