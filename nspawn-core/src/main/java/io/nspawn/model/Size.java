package io.nspawn.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes, written as systemd writes it: {@code 512M} is 512 × 1024².
 *
 * @param bytes 0 to 2⁶³−1
 */
public record Size(long bytes) implements Comparable<Size> {
    private static final String UNITS = "KMGTPE";
    private static final Pattern TEXT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGTPE]?)");

    public Size {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size cannot be negative: " + bytes);
        }
    }

    public static Size ofBytes(long bytes) {
        return new Size(bytes);
    }

    /**
     * Reads {@code 4096}, {@code 64G}, {@code 1.5T}: base 1024, units K M G T P E, no {@code B}, no {@code iB}.
     *
     * @throws IllegalArgumentException if the text is no size, or is 2⁶³ bytes or more
     */
    public static Size parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no size: \"" + text + "\"; write bytes, or a number with K M G T P E");
        }
        int power = matcher.group(2).isEmpty() ? 0 : UNITS.indexOf(matcher.group(2)) + 1;
        BigDecimal bytes = new BigDecimal(matcher.group(1))
                .multiply(BigDecimal.valueOf(1024).pow(power));
        try {
            return new Size(bytes.setScale(0, RoundingMode.DOWN).longValueExact());
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a size of 2^63 bytes or more: \"" + text + '"', e);
        }
    }

    @Override
    public int compareTo(Size other) {
        return Long.compare(bytes, other.bytes);
    }

    /** For people: {@code 35.2M}. {@link #exact()} is for files. */
    @Override
    public String toString() {
        double value = bytes;
        int power = 0;
        while (value >= 1024 && power < UNITS.length()) {
            value /= 1024;
            power++;
        }
        return power == 0 ? bytes + "B" : String.format(Locale.ROOT, "%.1f%c", value, UNITS.charAt(power - 1));
    }

    /** The bytes in decimal, which every systemd file takes. */
    public String exact() {
        return Long.toString(bytes);
    }
}
