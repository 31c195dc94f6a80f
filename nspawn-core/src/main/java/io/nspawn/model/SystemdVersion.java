package io.nspawn.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The version of a running systemd.
 *
 * @param major the number that features are told by: 252, 257
 * @param text what the manager calls itself: {@code 252.39-1~deb12u2}
 */
public record SystemdVersion(int major, String text) implements Comparable<SystemdVersion> {
    private static final Pattern LEADING = Pattern.compile("v?(\\d{3,4})(?!\\d).*");

    /**
     * Reads the manager's {@code Version} property: {@code 257.13-1~deb13u1}, {@code 262~rc1}, {@code v255 (255.4-1)}.
     *
     * @throws IllegalArgumentException if no version leads the text
     */
    public static SystemdVersion parse(String text) {
        Matcher matcher = LEADING.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no systemd version: \"" + text + '"');
        }
        return new SystemdVersion(Integer.parseInt(matcher.group(1)), text.strip());
    }

    public boolean atLeast(int version) {
        return major >= version;
    }

    @Override
    public int compareTo(SystemdVersion other) {
        return Integer.compare(major, other.major);
    }

    @Override
    public String toString() {
        return text;
    }
}
