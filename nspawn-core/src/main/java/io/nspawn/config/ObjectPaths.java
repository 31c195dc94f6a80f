package io.nspawn.config;

import io.nspawn.model.ImageName;
import io.nspawn.model.InvalidNameException;
import io.nspawn.model.MachineName;
import io.nspawn.model.ObjectLabel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * D-Bus object paths of units, machines and images: the name is the last label, in which every byte but {@code A-Z a-z
 * 0-9}, and a digit at the start, is {@code _} with two digits of hexadecimal; nothing is {@code _} alone
 * (sd_bus_path_encode(3)).
 */
public final class ObjectPaths {
    private static final String UNITS = "/org/freedesktop/systemd1/unit/";
    private static final String MACHINES = "/org/freedesktop/machine1/machine/";
    private static final String IMAGES = "/org/freedesktop/machine1/image/";

    private ObjectPaths() {}

    /** Where PID 1 has a unit. */
    public static String of(UnitName unit) {
        return UNITS + escape(unit.value());
    }

    /** Where machined has a machine. */
    public static String of(MachineName machine) {
        return MACHINES + escape(machine.value());
    }

    /** Where machined has an image. */
    public static String of(ImageName image) {
        return IMAGES + escape(image.value());
    }

    /** The unit at an object path; empty if the path is none of PID 1's units. */
    public static Optional<UnitName> unit(String path) {
        return label(path, UNITS).filter(UnitName::isValid).map(UnitName::of);
    }

    /** The name of the machine at an object path; empty if the path is none of machined's machines. */
    public static Optional<String> machine(String path) {
        return label(path, MACHINES);
    }

    /** The name of the image at an object path; empty if the path is none of machined's images. */
    public static Optional<String> image(String path) {
        return label(path, IMAGES);
    }

    /** Makes one label of a path from any text. */
    public static String escape(String text) {
        return ObjectLabel.escape(text);
    }

    /**
     * Takes a label back to its text. An underscore without two digits behind it stands for itself, as systemd has it.
     *
     * @throws InvalidNameException if the label is empty, is no label, or its bytes are no UTF-8
     */
    public static String unescape(String label) {
        if (label.isEmpty()) {
            throw UnitNames.invalid("unescape label", label, "is empty", "nothing is written _");
        }
        if (!isLabel(label)) {
            throw UnitNames.invalid(
                    "unescape label", label, "has another character than letters, digits and _", "escape it first");
        }
        if (label.equals("_")) {
            return "";
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < label.length(); i++) {
            int escaped = label.charAt(i) == '_' && i + 2 < label.length() ? hexByte(label, i + 1) : -1;
            bytes.write(escaped < 0 ? label.charAt(i) : escaped);
            i += escaped < 0 ? 0 : 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidNameException(
                    UnitNames.invalid(
                                    "unescape label", label, "stands for bytes that are no UTF-8", "look at the label")
                            .failure(),
                    e);
        }
    }

    private static Optional<String> label(String path, String parent) {
        boolean isChild = path.startsWith(parent) && path.length() > parent.length();
        String label = isChild ? path.substring(parent.length()) : "/";
        return isLabel(label) ? Optional.of(unescape(label)) : Optional.empty();
    }

    private static boolean isLabel(String text) {
        return text.chars().allMatch(c -> isLetter(c) || isDigit(c) || c == '_');
    }

    private static int hexByte(String text, int from) {
        int high = digit(text.charAt(from));
        int low = digit(text.charAt(from + 1));
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
