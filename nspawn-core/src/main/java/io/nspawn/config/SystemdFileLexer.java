package io.nspawn.config;

import io.nspawn.config.SystemdFile.Entry;
import io.nspawn.config.SystemdFile.Section;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a file as {@code config_parse()} does ({@code src/shared/conf-parser.c}): {@code \n}, {@code \r} and NUL end a
 * line, {@code #} and {@code ;} start a comment only at the start of a line, an odd number of backslashes at the end
 * joins the next line with a blank.
 *
 * <p>What systemd ignores with a warning (a line without {@code =}, an assignment outside of a section) is ignored
 * here too. Comments are not kept.
 */
final class SystemdFileLexer {
    private final List<Section> sections = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private String section = "";

    private SystemdFileLexer() {}

    /**
     * Reads a whole file.
     *
     * @throws IllegalArgumentException if systemd would refuse the whole file: a section header that does not close
     */
    static SystemdFile read(String text) {
        SystemdFileLexer lexer = new SystemdFileLexer();
        StringBuilder logical = new StringBuilder();
        for (String line : text.split("[\\n\\r\\x00]", -1)) {
            if (isComment(line)) {
                continue;
            }
            logical.append(line);
            if (endsInContinuation(line)) {
                logical.setCharAt(logical.length() - 1, ' ');
            } else {
                lexer.accept(stripBlanks(logical.toString()));
                logical.setLength(0);
            }
        }
        lexer.accept(stripBlanks(logical.toString()));
        lexer.closeSection();
        return new SystemdFile(List.of(), lexer.sections);
    }

    private void accept(String line) {
        if (line.isEmpty()) {
            return;
        }
        if (line.startsWith("[")) {
            if (!line.endsWith("]")) {
                throw new IllegalArgumentException("section header without ']': \"" + line + '"');
            }
            closeSection();
            section = line.substring(1, line.length() - 1);
            return;
        }
        int equals = line.indexOf('=');
        if (equals > 0 && !section.isEmpty()) {
            entries.add(new Entry(stripBlanks(line.substring(0, equals)), stripBlanks(line.substring(equals + 1))));
        }
    }

    private void closeSection() {
        if (!section.isEmpty()) {
            sections.add(new Section(section, entries));
            entries.clear();
        }
    }

    private static boolean isComment(String line) {
        String start = stripBlanks(line);
        return start.startsWith("#") || start.startsWith(";");
    }

    private static boolean endsInContinuation(String line) {
        int backslashes = 0;
        while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /** systemd's own WHITESPACE: a form feed or a no-break space belongs to the text. */
    static String stripBlanks(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }
}
