package io.nspawn.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Rows as text for people and for programs. */
record Report(List<Row> rows) {
    private static final String LINE = "%-14s %-16s %-7s %12s %-2s %-26s %6s%n";

    String table() {
        String head = String.format(
                Locale.ROOT, LINE, "work", "subject", "backing", "median", "", "[lowest highest round]", "n");
        return rows.stream().map(Report::line).collect(Collectors.joining("", head, ""));
    }

    private static String line(Row row) {
        return String.format(
                Locale.ROOT,
                LINE,
                row.work(),
                row.subject(),
                row.backing(),
                number(row.median()),
                row.unit(),
                "[" + number(row.low()) + " " + number(row.high()) + "]",
                row.n());
    }

    /** An array, one row a line. No name in it needs an escape. */
    String json() {
        return rows.stream()
                .map(row -> String.format(
                        Locale.ROOT,
                        "  {\"work\":\"%s\",\"subject\":\"%s\",\"backing\":\"%s\",\"median\":%s,\"unit\":\"%s\","
                                + "\"n\":%d,\"low\":%s,\"high\":%s}",
                        row.work(),
                        row.subject(),
                        row.backing(),
                        number(row.median()),
                        row.unit(),
                        row.n(),
                        number(row.low()),
                        number(row.high())))
                .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }

    private static String number(double figure) {
        return String.format(Locale.ROOT, "%.1f", figure);
    }
}
