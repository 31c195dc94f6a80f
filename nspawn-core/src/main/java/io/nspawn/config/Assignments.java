package io.nspawn.config;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The assignments that a builder has made so far, each checked as it is made. */
final class Assignments {
    private static final Duration LONGEST = Duration.ofDays(3650);

    private final Keys keys;
    private final List<String> order;
    private final Map<String, List<Entry>> single = new LinkedHashMap<>();
    private final List<Section> repeated = new ArrayList<>();

    /** @param order the sections in the order in which they are written */
    Assignments(Keys keys, String... order) {
        this.keys = keys;
        this.order = List.of(order);
    }

    /** Sets a key that has one value. */
    void set(String section, String key, String value) {
        Entry entry = checked(section, key, value);
        List<Entry> entries = entries(section);
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).key().equals(key)) {
                entries.set(i, entry);
                return;
            }
        }
        entries.add(entry);
    }

    void set(String section, String key, boolean value) {
        set(section, key, value ? "yes" : "no");
    }

    void set(String section, String key, long value) {
        set(section, key, Long.toString(value));
    }

    void set(String section, String key, Duration value) {
        set(section, key, timeSpan(key, value));
    }

    /** Adds a value to a key that collects them. */
    void add(String section, String key, String value) {
        Entry entry = checked(section, key, value);
        entries(section).add(entry);
    }

    /** Adds a section that may stand there more than once; nothing if nothing was set in it. */
    void addSection(String name, Assignments assignments) {
        Optional.ofNullable(assignments.single.get(name)).ifPresent(found -> repeated.add(new Section(name, found)));
    }

    SystemdFile file() {
        List<Section> sections = new ArrayList<>();
        single.forEach((name, entries) -> sections.add(new Section(name, entries)));
        sections.addAll(repeated);
        sections.sort(Comparator.comparingInt(section -> order.indexOf(section.name())));
        return new SystemdFile(List.of(), sections);
    }

    /**
     * A time span as systemd.time(7) has it, in whole seconds where it can be.
     *
     * @throws InvalidFileException if it is negative or above ten years, which is what {@code infinity} is for
     */
    static String timeSpan(String key, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw InvalidFileException.of(
                    "", key, "does not take " + value, "it takes a time span from 0 to " + LONGEST.toDays() + " days");
        }
        return timeSpan(value.toNanos() / 1000);
    }

    static String timeSpan(long micros) {
        if (micros % 1_000_000 == 0) {
            return micros / 1_000_000 + "s";
        }
        return micros % 1000 == 0 ? micros / 1000 + "ms" : micros + "us";
    }

    private Entry checked(String section, String key, String value) {
        keys.check(section, key, value);
        return new Entry(key, value);
    }

    private List<Entry> entries(String section) {
        return single.computeIfAbsent(section, name -> new ArrayList<>());
    }
}
