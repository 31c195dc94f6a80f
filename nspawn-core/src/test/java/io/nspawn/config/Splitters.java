package io.nspawn.config;

import java.util.ArrayList;
import java.util.List;

/** systemd's {@code extract_first_word()} in the three ways in which the values written here are split. */
final class Splitters {
    private Splitters() {}

    /** At blanks; quotes group and go, a backslash is always itself. Unbalanced quotes are an error. */
    static List<String> words(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                begun = true;
            } else if (" \t\n\r".indexOf(c) >= 0) {
                if (begun) {
                    words.add(word.toString());
                    word.setLength(0);
                    begun = false;
                }
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("unbalanced quote: " + value);
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }

    /** At every colon; a backslash makes the next character itself; quotes and blanks are ordinary. */
    static List<String> fields(String value) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\') {
                i++;
                field.append(value.charAt(i));
            } else if (c == ':') {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    /** One quoted or bare word of a unit file: C escapes count between quotes, and {@code %%} is one percent sign. */
    static String unitWord(String value) {
        String body = value;
        if (value.startsWith("\"")) {
            StringBuilder out = new StringBuilder();
            int i = 1;
            for (; value.charAt(i) != '"'; i++) {
                if (value.charAt(i) == '\\') {
                    i++;
                    if ("\\\"".indexOf(value.charAt(i)) < 0) {
                        throw new IllegalArgumentException("an escape that was not asked for: " + value);
                    }
                }
                out.append(value.charAt(i));
            }
            if (i != value.length() - 1) {
                throw new IllegalArgumentException("more than one word: " + value);
            }
            body = out.toString();
        } else if (!words(value).equals(List.of(value))) {
            throw new IllegalArgumentException("more than one word: " + value);
        }
        String withoutPairs = body.replace("%%", "");
        if (withoutPairs.contains("%")) {
            throw new IllegalArgumentException("a specifier: " + value);
        }
        return body.replace("%%", "%");
    }
}
