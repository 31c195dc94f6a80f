package io.nspawn.net;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the JSON that ip(8) prints: objects as maps, whole numbers as longs, null as the text "null". */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads an array of objects; ip(8) prints nothing at all for an empty one in places, and empty objects in others. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> objects(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        Json json = new Json(text);
        return ((List<Object>) json.value())
                .stream()
                        .map(o -> (Map<String, Object>) o)
                        .filter(o -> !o.isEmpty())
                        .toList();
    }

    private char peek() {
        while (Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return text.charAt(at);
    }

    private boolean taken(char c) {
        if (peek() == c) {
            at++;
            return true;
        }
        return false;
    }

    private Object value() {
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> word();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        at++;
        while (!taken('}')) {
            String key = string();
            if (!taken(':')) {
                throw new IllegalStateException("no colon at " + at);
            }
            map.put(key, value());
            taken(',');
        }
        return map;
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        at++;
        while (!taken(']')) {
            list.add(value());
            taken(',');
        }
        return list;
    }

    private String string() {
        if (!taken('"')) {
            throw new IllegalStateException("no string at " + at);
        }
        StringBuilder out = new StringBuilder();
        while (text.charAt(at) != '"') {
            if (text.charAt(at) == '\\') {
                at++;
            }
            out.append(text.charAt(at++));
        }
        at++;
        return out.toString();
    }

    private Object word() {
        int start = at;
        while (at < text.length() && ",]} \n\t".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at);
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> "null";
            default -> word.matches("-?[0-9]+") ? (Object) Long.parseLong(word) : Double.parseDouble(word);
        };
    }
}
