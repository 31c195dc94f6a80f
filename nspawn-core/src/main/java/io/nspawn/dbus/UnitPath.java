package io.nspawn.dbus;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Object paths of units, escaped as sd_bus_path_encode(3) does. */
final class UnitPath {

    private static final String PREFIX = "/org/freedesktop/systemd1/unit/";

    private UnitPath() {}

    static String of(String unit) {
        return PREFIX + escape(unit);
    }

    static String escape(String text) {
        if (text.isEmpty()) {
            return "_";
        }
        StringBuilder escaped = new StringBuilder();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) Byte.toUnsignedInt(bytes[i]);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean digit = c >= '0' && c <= '9';
            if (letter || (digit && i > 0)) {
                escaped.append(c);
            } else {
                escaped.append(String.format(Locale.ROOT, "_%02x", (int) c));
            }
        }
        return escaped.toString();
    }
}
