package io.nspawn.local;

import io.nspawn.model.JournalQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words that make journalctl(1) answer a query: journals have no interface on the bus. */
final class JournalCommand {
    private JournalCommand() {}

    static List<String> reading(JournalQuery query) {
        return words(query, Integer.toString(query.lines()));
    }

    /** A journal that is followed from a time or an entry on is followed without a gap. */
    static List<String> following(JournalQuery query) {
        boolean gapless = query.since().isPresent() || query.cursor().isPresent();
        List<String> words = words(query, gapless ? "all" : Integer.toString(query.lines()));
        words.add("--follow");
        return words;
    }

    private static List<String> words(JournalQuery query, String lines) {
        List<String> words =
                new ArrayList<>(List.of("journalctl", "--output=export", "--no-pager", "--quiet", "--lines=" + lines));
        query.since().ifPresent(time -> words.add("--since=@" + seconds(time)));
        query.cursor().ifPresent(cursor -> words.add("--after-cursor=" + cursor));
        query.unit().ifPresent(unit -> words.add("--unit=" + unit));
        return words;
    }

    private static String seconds(Instant time) {
        return String.format(Locale.ROOT, "%d.%06d", time.getEpochSecond(), time.getNano() / 1000);
    }
}
