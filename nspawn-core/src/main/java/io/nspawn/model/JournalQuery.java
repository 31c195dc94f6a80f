package io.nspawn.model;

import java.time.Instant;
import java.util.Optional;

/**
 * What to read of a journal. Immutable: each method gives another one.
 *
 * @param since no entry before that time
 * @param cursor no entry up to that one
 * @param unit only what a unit logged, and what its systemd says of it
 * @param lines how many entries at most, the last ones
 */
public record JournalQuery(Optional<Instant> since, Optional<String> cursor, Optional<String> unit, int lines) {
    private static final int DEFAULT_LINES = 1000;
    private static final int MOST_LINES = 1_000_000;

    /** The last thousand entries of everything. */
    public static final JournalQuery LATEST =
            new JournalQuery(Optional.empty(), Optional.empty(), Optional.empty(), DEFAULT_LINES);

    public JournalQuery {
        if (lines < 0 || lines > MOST_LINES) {
            throw new IllegalArgumentException("0 to " + MOST_LINES + " entries are read at once, not " + lines);
        }
        cursor.ifPresent(text -> requirePlain("a cursor", text));
        unit.ifPresent(text -> requirePlain("a unit's name", text));
    }

    public JournalQuery since(Instant time) {
        return new JournalQuery(Optional.of(time), cursor, unit, lines);
    }

    /** Only what came after an entry. */
    public JournalQuery after(JournalEntry entry) {
        return new JournalQuery(since, Optional.of(entry.cursor()), unit, lines);
    }

    /**
     * Only of one unit.
     *
     * @param name with its suffix, as in {@code dbus.service}; a glob names several
     */
    public JournalQuery unit(String name) {
        return new JournalQuery(since, cursor, Optional.of(name), lines);
    }

    /** The last so many entries; of one that is followed, those that are there already. */
    public JournalQuery lines(int count) {
        return new JournalQuery(since, cursor, unit, count);
    }

    private static void requirePlain(String what, String text) {
        if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ')) {
            throw new IllegalArgumentException(what + " is a line of text, not \"" + text + '"');
        }
    }
}
