package io.nspawn.config;

import io.nspawn.net.InterfaceName;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names of units made from other names, as {@code unit_name_escape()} makes them (systemd.unit(5)). */
public final class UnitNames {
    private UnitNames() {}

    /** The unit that is there while udev knows a network interface. */
    public static String networkDevice(InterfaceName link) {
        return "sys-subsystem-net-devices-" + escape(link.value()) + ".device";
    }

    /** Escapes a text: {@code /} becomes {@code -}, and every byte but {@code A-Z a-z 0-9 : _ .} becomes {@code \xNN}. */
    public static String escape(String text) {
        StringBuilder out = new StringBuilder();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            if (c == '/') {
                out.append('-');
            } else if (isKept(c) && !(i == 0 && c == '.')) {
                out.append(c);
            } else {
                out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            }
        }
        return out.toString();
    }

    private static boolean isKept(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == ':'
                || c == '_'
                || c == '.';
    }
}
