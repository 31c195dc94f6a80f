package io.nspawn.testkit;

import java.util.ArrayList;
import java.util.List;

/** Rows of text whose columns stand below each other, with notes between them. */
final class Table {
    private static final String INDENT = "  ";
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    void row(String... cells) {
        rows.add(List.of(cells));
    }

    /** A line of its own below the row before it. */
    void note(String text) {
        rows.add(List.of("    | " + text));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(INDENT);
            for (int column = 0; column < row.size(); column++) {
                line.append(row.size() == 1 ? row.get(0) : padded(row.get(column), column));
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private String padded(String cell, int column) {
        int width = rows.stream()
                .filter(row -> row.size() > 1 && row.size() > column)
                .mapToInt(row -> row.get(column).length())
                .max()
                .orElse(0);
        return cell + " ".repeat(width - cell.length()) + GAP;
    }
}
