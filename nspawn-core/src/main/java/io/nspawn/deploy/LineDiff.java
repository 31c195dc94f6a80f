package io.nspawn.deploy;

import java.util.ArrayList;
import java.util.List;

/** What differs between two short texts, as lines that went and lines that came. */
final class LineDiff {
    private LineDiff() {}

    /** For example {@code -TasksMax=100, +TasksMax=200}; the digest, which always differs, is left out. */
    static String of(String before, String after) {
        return String.join(", ", lines(lines(before), lines(after)));
    }

    /** The lines that went, with a {@code -} in front, then those that came, with a {@code +}. */
    static List<String> lines(List<String> before, List<String> after) {
        List<String> gone = new ArrayList<>(before);
        List<String> come = new ArrayList<>(after);
        for (String line : before) {
            if (come.remove(line)) {
                gone.remove(line);
            }
        }
        List<String> parts = new ArrayList<>();
        gone.forEach(line -> parts.add("-" + line));
        come.forEach(line -> parts.add("+" + line));
        return parts;
    }

    static List<String> lines(String text) {
        return text.lines()
                .filter(l -> !l.isEmpty() && !l.startsWith("Digest=") && !l.startsWith("Spec="))
                .toList();
    }
}
