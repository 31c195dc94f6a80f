package io.nspawn.model;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One label of a D-Bus object path, as systemd makes it of any text: every byte but {@code A-Z a-z 0-9}, and a digit at
 * the start, is {@code _} with two digits of hexadecimal; nothing is {@code _} alone (sd_bus_path_encode(3)).
 */
public final class ObjectLabel {
    private ObjectLabel() {}

    /** Makes a label of any text. */
    public static String escape(String text) {
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
