package io.nspawn.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads as much of JSON as this library writes for itself: objects, arrays and strings. */
final class JsonReader {
    private static final int MAX_DEPTH = 8;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    static Map<?, ?> read(String text) {
        JsonReader json = new JsonReader(text);
        Object value = json.value(0);
        json.blanks();
        if (json.at != text.length() || !(value instanceof Map<?, ?> map)) {
            throw json.wrong("no object");
        }
        return map;
    }

    private Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw wrong("too deep");
        }
        blanks();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            default -> throw wrong("no string, array or object");
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        for (blanks(); peek() != '}'; blanks()) {
            if (!map.isEmpty()) {
                take(',');
                blanks();
            }
            String key = string();
            blanks();
            take(':');
            if (map.put(key, value(depth + 1)) != null) {
                throw wrong("\"" + key + "\" twice");
            }
        }
        at++;
        return map;
    }

    private List<Object> array(int depth) {
        List<Object> list = new ArrayList<>();
        at++;
        for (blanks(); peek() != ']'; blanks()) {
            if (!list.isEmpty()) {
                take(',');
            }
            list.add(value(depth + 1));
        }
        at++;
        return list;
    }

    private String string() {
        take('"');
        StringBuilder string = new StringBuilder();
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw wrong("a control character");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> unicode();
            default -> throw wrong("no escape");
        };
    }

    private char unicode() {
        if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
            throw wrong("no four digits");
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void take(char c) {
        if (peek() != c) {
            throw wrong("no " + c);
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("the end");
        }
        return text.charAt(at);
    }

    private IllegalArgumentException wrong(String found) {
        return new IllegalArgumentException(found + " at character " + at);
    }
}
