package io.nspawn.internal;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** JSON (RFC 8259), without a library for it. */
public final class Json {
    private static final String INDENT = "  ";
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    /**
     * Reads an object of objects, arrays and strings.
     *
     * @return of {@code String}, {@code List} and {@code Map}
     * @throws IllegalArgumentException if it is none, or has anything else in it
     */
    public static Map<?, ?> read(String text) {
        return JsonReader.read(text);
    }

    /**
     * Writes a value: objects of maps in their order, arrays of lists, strings, whole numbers and booleans.
     *
     * @return the text, indented by two blanks a level, ending in a newline
     * @throws IllegalArgumentException for a value of any other kind
     */
    public static String write(Object value) {
        Json json = new Json();
        json.value(value, "\n");
        return json.out.append('\n').toString();
    }

    private void value(Object value, String line) {
        if (value instanceof Map<?, ?> map) {
            object(map, line);
        } else if (value instanceof List<?> list) {
            array(list, line);
        } else if (value instanceof String text) {
            string(text);
        } else if (value instanceof Boolean || value instanceof Integer || value instanceof Long) {
            out.append(value);
        } else {
            throw new IllegalArgumentException("no value of JSON: " + value);
        }
    }

    private void object(Map<?, ?> map, String line) {
        Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator();
        out.append('{');
        while (entries.hasNext()) {
            Map.Entry<?, ?> entry = entries.next();
            out.append(line).append(INDENT);
            string((String) entry.getKey());
            out.append(": ");
            value(entry.getValue(), line + INDENT);
            out.append(entries.hasNext() ? "," : line);
        }
        out.append('}');
    }

    private void array(List<?> list, String line) {
        Iterator<?> values = list.iterator();
        out.append('[');
        while (values.hasNext()) {
            out.append(line).append(INDENT);
            value(values.next(), line + INDENT);
            out.append(values.hasNext() ? "," : line);
        }
        out.append(']');
    }

    /** A surrogate without its other half is escaped too: it has no form in UTF-8. */
    private void string(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == 0x7f || isLone(text, i)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isLone(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
