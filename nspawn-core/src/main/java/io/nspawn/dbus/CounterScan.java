package io.nspawn.dbus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Finds a few counters among the hundreds of properties of a reply (D-Bus specification, "Marshaling") and passes over all
 * others, which the library would make objects of.
 */
final class CounterScan {
    private static final int MOST_NESTED = 64;

    private final ByteBuffer body;

    private CounterScan(ByteBuffer body) {
        this.body = body;
    }

    /**
     * The counters of a map of properties that are named and are there, 64 bits each.
     *
     * @param body of the signature {@code a{sv}}, in the order of its bytes
     * @throws RuntimeException of whatever kind where the body is no such map
     */
    static Map<String, Object> find(ByteBuffer body, Set<String> names) {
        return new CounterScan(body).find(names);
    }

    private Map<String, Object> find(Set<String> names) {
        Map<String, Object> found = new HashMap<>();
        int length = body.getInt();
        align(8);
        int end = body.position() + length;
        while (body.position() < end) {
            align(8);
            String name = text(align(4).getInt());
            String type = text(Byte.toUnsignedInt(body.get()));
            if (names.contains(name) && type.equals("t")) {
                found.put(name, align(8).getLong());
            } else {
                pass(type, 0, 0);
            }
        }
        return found;
    }

    /** Passes over the value of the complete type at a place of a signature; returns where the next type begins. */
    private int pass(String signature, int at, int depth) {
        if (depth > MOST_NESTED) {
            throw new IllegalArgumentException("nested deeper than D-Bus allows");
        }
        switch (signature.charAt(at)) {
            case 'y' -> skip(1);
            case 'n', 'q' -> align(2).getShort();
            case 'i', 'u', 'b', 'h' -> align(4).getInt();
            case 'x', 't', 'd' -> align(8).getLong();
            case 's', 'o' -> skip(align(4).getInt() + 1);
            case 'g' -> skip(Byte.toUnsignedInt(body.get()) + 1);
            case 'v' -> pass(text(Byte.toUnsignedInt(body.get())), 0, depth + 1);
            case 'a' -> {
                return array(signature, at + 1);
            }
            case '(' -> {
                return structure(signature, at + 1, depth + 1);
            }
            default -> throw new IllegalArgumentException("no D-Bus type: " + signature);
        }
        return at + 1;
    }

    /** An array tells its length, which does not count what aligns its first element. */
    private int array(String signature, int element) {
        int length = align(4).getInt();
        align(alignment(signature.charAt(element)));
        skip(length);
        return Syntax.endOfType(signature, element);
    }

    private int structure(String signature, int first, int depth) {
        align(8);
        int at = first;
        while (signature.charAt(at) != ')') {
            at = pass(signature, at, depth);
        }
        return at + 1;
    }

    private static int alignment(char type) {
        return switch (type) {
            case 'y', 'g', 'v' -> 1;
            case 'n', 'q' -> 2;
            case 'x', 't', 'd', '(', '{' -> 8;
            default -> 4;
        };
    }

    private String text(int length) {
        if (length < 0 || length > body.remaining()) {
            throw new IllegalArgumentException("a text longer than the message");
        }
        byte[] bytes = new byte[length];
        body.get(bytes);
        skip(1);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void skip(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a length of more than 2 GiB");
        }
        body.position(body.position() + bytes);
    }

    private ByteBuffer align(int bytes) {
        return body.position((body.position() + bytes - 1) & -bytes);
    }
}
