package io.nspawn.model;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An entry of a journal (systemd.journal-fields(7)). Its fields are bytes, and one may be there several times: what a
 * program logs need be no text.
 */
public final class JournalEntry {
    private final Map<String, List<byte[]>> fields;

    /**
     * An entry of fields.
     *
     * @param fields the values of each field, in the journal's order; not copied byte by byte
     */
    public JournalEntry(Map<String, List<byte[]>> fields) {
        Map<String, List<byte[]>> copy = new LinkedHashMap<>();
        fields.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        this.fields = Collections.unmodifiableMap(copy);
    }

    /** The names of its fields. */
    public List<String> names() {
        return List.copyOf(fields.keySet());
    }

    /** All values of a field; empty where it has none. */
    public List<byte[]> values(String field) {
        return fields.getOrDefault(field, List.of()).stream()
                .map(bytes -> bytes.clone())
                .toList();
    }

    /** The first value of a field, decoded as UTF-8. */
    public Optional<String> text(String field) {
        return fields.getOrDefault(field, List.of()).stream()
                .findFirst()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** What was logged; empty text where the entry has no message. */
    public String message() {
        return text("MESSAGE").orElse("");
    }

    /** When the journal received it, to the microsecond. */
    public Instant time() {
        return Instant.EPOCH.plus(number("__REALTIME_TIMESTAMP").orElse(0L), ChronoUnit.MICROS);
    }

    /** How bad it is: 0 an emergency, 3 an error, 6 information, 7 for debugging (syslog(3)). */
    public OptionalInt priority() {
        Optional<Long> number = number("PRIORITY");
        return number.isPresent() ? OptionalInt.of(number.get().intValue()) : OptionalInt.empty();
    }

    /** The unit whose process logged it, which the process cannot forge. */
    public Optional<String> unit() {
        return text("_SYSTEMD_UNIT");
    }

    /** What the process calls itself. */
    public Optional<String> identifier() {
        return text("SYSLOG_IDENTIFIER");
    }

    /** Names its place in the journal, for {@link JournalQuery#after}. */
    public String cursor() {
        return text("__CURSOR").orElse("");
    }

    @Override
    public String toString() {
        return time() + " " + identifier().orElse("-") + ": " + message();
    }

    private Optional<Long> number(String field) {
        return text(field).filter(text -> text.matches("[0-9]{1,18}")).map(Long::valueOf);
    }
}
