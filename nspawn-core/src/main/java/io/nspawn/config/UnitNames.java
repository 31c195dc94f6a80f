package io.nspawn.config;

import io.nspawn.model.Failure;
import io.nspawn.model.InvalidNameException;
import io.nspawn.net.InterfaceName;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Names of units made from other names, and back, as {@code unit_name_escape()} and systemd-escape(1) do it
 * (systemd.unit(5), "String Escaping for Inclusion in Unit Names").
 */
public final class UnitNames {
    private UnitNames() {}

    /** The unit that is there while udev knows a network interface. */
    public static String networkDevice(InterfaceName link) {
        return "sys-subsystem-net-devices-" + escape(link.value()) + ".device";
    }

    /**
     * The unit of a mount point: {@code /srv/a b} is {@code srv-a\x20b.mount}.
     *
     * @throws InvalidNameException if the path cannot be escaped or the name would have more than 255 bytes; systemd
     *     itself hashes such names, so that they cannot be told from the path
     */
    public static UnitName mount(String path) {
        return UnitName.of(escapePath(path) + ".mount");
    }

    /**
     * The unit of a device node: {@code /dev/mapper/x} is {@code dev-mapper-x.device}.
     *
     * @throws InvalidNameException as for {@link #mount}
     */
    public static UnitName device(String path) {
        return UnitName.of(escapePath(path) + ".device");
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

    /**
     * Takes an escaped text back to what it was.
     *
     * @throws InvalidNameException if a backslash does not start {@code \xNN}, or the bytes are no UTF-8 or hold a NUL
     */
    public static String unescape(String escaped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '\\') {
                bytes.write(hexByte(escaped, i));
                i += 3;
            } else if (c == '-') {
                bytes.write('/');
            } else if (c < 0x80) {
                bytes.write(c);
            } else {
                throw invalid("unescape", escaped, "has a character outside of ASCII", "escape it first");
            }
        }
        return text(bytes.toByteArray(), escaped);
    }

    /**
     * Escapes a path of a file system: repeated and trailing slashes and {@code .} go, and so does the leading slash;
     * {@code /} alone is {@code -}.
     *
     * @throws InvalidNameException if the path is empty or has a component {@code ..}
     */
    public static String escapePath(String path) {
        List<String> parts = Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toList();
        if (path.isEmpty() || (parts.isEmpty() && !path.startsWith("/"))) {
            throw invalid("escape path", path, "is no path", "use an absolute path");
        }
        if (parts.contains("..")) {
            throw invalid("escape path", path, "has a component \"..\"", "resolve it first");
        }
        return parts.isEmpty() ? "-" : escape(String.join("/", parts));
    }

    /**
     * Takes an escaped path back to the absolute path it was.
     *
     * @throws InvalidNameException if it cannot be unescaped or did not come from a path: {@code a--b}
     */
    public static String unescapePath(String escaped) {
        if (escaped.equals("-")) {
            return "/";
        }
        String path = "/" + unescape(escaped);
        boolean isNormal = Arrays.stream(path.substring(1).split("/", -1))
                .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
        if (!isNormal) {
            throw invalid(
                    "unescape path", escaped, "stands for no normalized path", "escape a path with systemd-escape -p");
        }
        return path;
    }

    private static int hexByte(String escaped, int backslash) {
        int end = backslash + 4;
        boolean isHex = end <= escaped.length() && escaped.charAt(backslash + 1) == 'x';
        int high = isHex ? hexDigit(escaped.charAt(backslash + 2)) : -1;
        int low = isHex ? hexDigit(escaped.charAt(backslash + 3)) : -1;
        if (high < 0 || low < 0) {
            throw invalid(
                    "unescape", escaped, "has a backslash that does not start \\xNN", "write \\x5c for a backslash");
        }
        return high << 4 | low;
    }

    private static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static String text(byte[] bytes, String escaped) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.indexOf(0) >= 0) {
                throw invalid("unescape", escaped, "stands for a text with a NUL", "leave out \\x00");
            }
            return text;
        } catch (CharacterCodingException e) {
            String found = Arrays.toString(bytes);
            throw new InvalidNameException(
                    Failure.of("unescape", '"' + escaped + '"', "stands for bytes that are no UTF-8: " + found), e);
        }
    }

    static InvalidNameException invalid(String operation, String name, String problem, String remedy) {
        return new InvalidNameException(
                Failure.of(operation, '"' + name + '"', problem).remedy(remedy));
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
