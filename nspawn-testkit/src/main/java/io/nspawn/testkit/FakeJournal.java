package io.nspawn.testkit;

import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.MachineName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The journals inside containers, and how queries choose of a journal. */
final class FakeJournal {
    private final Map<MachineName, List<JournalEntry>> inside = new TreeMap<>();

    void log(MachineName machine, String unit, String message, Instant time) {
        List<JournalEntry> entries = inside.computeIfAbsent(machine, m -> new ArrayList<>());
        int type = unit.lastIndexOf('.');
        entries.add(entry(entries.size(), unit, type < 0 ? unit : unit.substring(0, type), message, time));
    }

    List<JournalEntry> inside(MachineName machine) {
        return List.copyOf(inside.getOrDefault(machine, List.of()));
    }

    void reset() {
        inside.clear();
    }

    /** What a query chooses, before it is cut to the last lines. */
    static List<JournalEntry> chosen(List<JournalEntry> entries, JournalQuery query) {
        int from = query.cursor().map(FakeJournal::place).orElse(-1) + 1;
        return entries.stream()
                .skip(from)
                .filter(e ->
                        query.since().map(since -> !e.time().isBefore(since)).orElse(true))
                .filter(e -> query.unit()
                        .map(unit -> e.unit().equals(Optional.of(unit)))
                        .orElse(true))
                .toList();
    }

    static List<String> tail(List<String> lines, int most) {
        return lines.subList(Math.max(0, lines.size() - most), lines.size());
    }

    static List<JournalEntry> last(List<JournalEntry> entries, int lines) {
        return entries.subList(Math.max(0, entries.size() - lines), entries.size());
    }

    private static int place(String cursor) {
        return Integer.parseInt(cursor.substring(cursor.indexOf('=') + 1));
    }

    /**
     * An entry.
     *
     * @param place how many there are before it
     * @param identifier what the process that logged it calls itself
     */
    static JournalEntry entry(int place, String unit, String identifier, String message, Instant time) {
        Map<String, List<byte[]>> fields = new LinkedHashMap<>();
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, time);
        fields.put("__CURSOR", List.of(bytes("i=" + place)));
        fields.put("__REALTIME_TIMESTAMP", List.of(bytes(Long.toString(micros))));
        fields.put("PRIORITY", List.of(bytes("6")));
        fields.put("_SYSTEMD_UNIT", List.of(bytes(unit)));
        fields.put("SYSLOG_IDENTIFIER", List.of(bytes(identifier)));
        fields.put("MESSAGE", List.of(bytes(message)));
        return new JournalEntry(fields);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
