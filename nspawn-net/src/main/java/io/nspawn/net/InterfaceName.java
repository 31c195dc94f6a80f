package io.nspawn.net;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The name of a network interface, by systemd's rules, which are narrower than the kernel's.
 *
 * <p>A name has 1 to 15 bytes, each a printable ASCII character other than a blank, {@code :}, {@code /} and {@code %};
 * it is not {@code .}, {@code ..}, {@code all} or {@code default} (the kernel's sysctl tree owns these) and not made of
 * digits alone (that reads as an interface index). Source: {@code ifname_valid()} of systemd, netdevice(7).
 *
 * @param value the name itself
 */
public record InterfaceName(String value) implements Comparable<InterfaceName> {
    /** The greatest length in bytes, {@code IFNAMSIZ - 1} of linux/if.h. */
    public static final int MAX_BYTES = 15;

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException if the name breaks a rule; the message says which
     */
    public InterfaceName {
        String problem = problem(value);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException("interface name \"" + value + "\" " + problem);
        }
    }

    /**
     * Makes a name from text.
     *
     * @param value the name
     * @return the checked name
     * @throws IllegalArgumentException if the name breaks a rule
     */
    public static InterfaceName of(String value) {
        return new InterfaceName(value);
    }

    /**
     * Tells whether the text is a name by systemd's rules.
     *
     * @param value any text
     * @return true if {@link #of} would accept it
     */
    public static boolean isValid(String value) {
        return problem(value).isEmpty();
    }

    private static String problem(String value) {
        Objects.requireNonNull(value, "value");
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > MAX_BYTES) {
            return "has " + length + " bytes; 1 to " + MAX_BYTES + " are allowed";
        }
        if (value.chars().anyMatch(c -> c <= ' ' || c >= 127 || c == ':' || c == '/' || c == '%')) {
            return "has a character that is a blank, a control, outside ASCII, or one of : / %";
        }
        if (value.equals(".") || value.equals("..") || value.equals("all") || value.equals("default")) {
            return "is reserved";
        }
        if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return "is made of digits alone and would read as an index";
        }
        return "";
    }

    @Override
    public int compareTo(InterfaceName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
