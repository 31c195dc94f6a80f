package io.nspawn.dbus;

import java.util.regex.Pattern;

/** The names of the D-Bus specification ("Valid Names", "Valid Object Paths", "Type System"). */
final class Syntax {

    private static final int MAX_NAME = 255;
    private static final String ELEMENT = "[A-Za-z_][A-Za-z0-9_]*";
    private static final Pattern INTERFACE = Pattern.compile(ELEMENT + "(\\." + ELEMENT + ")+");
    private static final Pattern MEMBER = Pattern.compile(ELEMENT);
    private static final Pattern PATH = Pattern.compile("/|(/[A-Za-z0-9_]+)+");
    private static final Pattern BUS_NAME = Pattern.compile(
            ":[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+|[A-Za-z_-][A-Za-z0-9_-]*(\\.[A-Za-z_-][A-Za-z0-9_-]*)+");

    private Syntax() {}

    static void requireInterface(String name) {
        require(INTERFACE, name, "interface name");
    }

    static void requireMember(String name) {
        require(MEMBER, name, "member name");
    }

    static void requireBusName(String name) {
        require(BUS_NAME, name, "bus name");
    }

    static String requirePath(String path) {
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("not an object path: " + path);
        }
        return path;
    }

    /** Refuses what UTF-8 cannot carry and the specification forbids. */
    static String requireText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new IllegalArgumentException("a D-Bus string holds no NUL");
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new IllegalArgumentException("a D-Bus string holds no lone surrogate");
                }
                i++;
            }
        }
        return text;
    }

    /** The end of the complete type that starts at {@code from}. */
    static int endOfType(String signature, int from) {
        if (from >= signature.length()) {
            throw new IllegalArgumentException("signature ends too early: " + signature);
        }
        char c = signature.charAt(from);
        return switch (c) {
            case 'a' -> endOfType(signature, from + 1);
            case '(' -> endOfGroup(signature, from, ')');
            case '{' -> endOfGroup(signature, from, '}');
            case 'y', 'b', 'n', 'q', 'i', 'u', 'x', 't', 'd', 's', 'o', 'g', 'h', 'v' -> from + 1;
            default -> throw new IllegalArgumentException("no D-Bus type: " + c + " in " + signature);
        };
    }

    private static int endOfGroup(String signature, int from, char close) {
        int at = from + 1;
        do {
            at = endOfType(signature, at);
        } while (at < signature.length() && signature.charAt(at) != close);
        if (at >= signature.length()) {
            throw new IllegalArgumentException("signature ends too early: " + signature);
        }
        return at + 1;
    }

    private static void require(Pattern pattern, String name, String what) {
        if (name.length() > MAX_NAME || !pattern.matcher(name).matches()) {
            throw new IllegalArgumentException("not a D-Bus " + what + ": " + name);
        }
    }
}
