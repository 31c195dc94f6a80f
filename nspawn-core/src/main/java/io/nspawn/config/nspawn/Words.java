package io.nspawn.config.nspawn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes a value apart word by word, as {@code extract_first_word()} does ({@code src/basic/extract-word.c}), in the ways
 * that the keys of a {@code .nspawn} file need.
 */
final class Words {
    private static final String BLANKS = " \t\n\r";

    private final String text;
    private final Split split;
    private int at;
    private boolean over;

    Words(String text, Split split) {
        this.text = text;
        this.split = split;
    }

    /** Where words end, and what quotes and backslashes do. */
    enum Split {
        /** At blanks; a backslash makes the next character itself; quotes are ordinary. */
        ESCAPED(BLANKS, false, true, false),
        /** At blanks; quotes group and go; a backslash is itself. */
        QUOTED(BLANKS, true, false, false),
        /** At blanks; quotes group and go, a backslash makes the next character itself. */
        UNQUOTED(BLANKS, true, true, false),
        /** The same, at commas too. */
        UNQUOTED_LIST(BLANKS + ",", true, true, false),
        /** At every colon, so that fields may be empty; a backslash makes the next character itself. */
        FIELDS(":", false, true, true),
        /** At every hyphen, likewise. */
        RANGE("-", false, true, true);

        private final String separators;
        private final boolean quotes;
        private final boolean escapes;
        private final boolean emptyFields;

        Split(String separators, boolean quotes, boolean escapes, boolean emptyFields) {
            this.separators = separators;
            this.quotes = quotes;
            this.escapes = escapes;
            this.emptyFields = emptyFields;
        }

        private boolean separates(char c) {
            return separators.indexOf(c) >= 0;
        }
    }

    /** All words at once. */
    static List<String> all(String text, Split split) throws Unparsable {
        Words words = new Words(text, split);
        List<String> all = new ArrayList<>();
        for (Optional<String> word = words.next(); word.isPresent(); word = words.next()) {
            all.add(word.get());
        }
        return all;
    }

    /** The next word; empty when there is none. */
    Optional<String> next() throws Unparsable {
        if (over) {
            return Optional.empty();
        }
        if (!split.emptyFields) {
            skipSeparators();
            if (over) {
                return Optional.empty();
            }
        }
        return Optional.of(word());
    }

    /** What is left, as it stands. */
    String rest() {
        return over ? "" : text.substring(at);
    }

    /** Whether the end was reached without a separator before it. */
    boolean isOver() {
        return over;
    }

    private void skipSeparators() {
        while (at < text.length() && split.separates(text.charAt(at))) {
            at++;
        }
        over = at == text.length();
    }

    private String word() throws Unparsable {
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && split.escapes) {
                at++;
                if (at == text.length()) {
                    throw Unparsable.invalid("a backslash with nothing after it");
                }
                word.append(text.charAt(at));
            } else if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (split.quotes && (c == '"' || c == '\'')) {
                quote = c;
            } else if (split.separates(c)) {
                endAtSeparator();
                return word.toString();
            } else {
                word.append(c);
            }
        }
        if (quote != 0) {
            throw Unparsable.invalid("a quote " + quote + " that is not closed");
        }
        over = true;
        return word.toString();
    }

    private void endAtSeparator() {
        if (split.emptyFields) {
            at++;
        } else {
            skipSeparators();
        }
    }
}
