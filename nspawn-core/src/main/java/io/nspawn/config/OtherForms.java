package io.nspawn.config;

import io.nspawn.net.IpAddress;
import io.nspawn.net.Prefix;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Other forms that systemd takes for a value, turned into the one that this library writes. What is none of them is
 * returned as it is, for the grammar to refuse.
 */
final class OtherForms {
    private static final Set<String> TRUE = Set.of("1", "yes", "y", "true", "t", "on");
    private static final Set<String> FALSE = Set.of("0", "no", "n", "false", "f", "off");
    private static final Pattern NUMBER = Pattern.compile("\\+?(0[xX][0-9a-fA-F]{1,15}|0[oO]?[0-7]{1,20}|[0-9]{1,18})");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})[ \\t]*([BKM]?)");
    private static final Pattern SPAN = Pattern.compile("[ \\t]*([0-9]{1,15})[ \\t]*([a-z]*)[ \\t]*");
    private static final Pattern DOTTED_MAC = Pattern.compile("([0-9a-fA-F]{4})\\.([0-9a-fA-F]{4})\\.([0-9a-fA-F]{4})");
    private static final Pattern PARTED_MAC =
            Pattern.compile("[0-9a-fA-F]{1,2}([:-])([0-9a-fA-F]{1,2}\\1){4}[0-9a-fA-F]{1,2}");
    private static final long MICROS_MAX = 1L << 62;
    private static final int HEX = 16;
    private static final int OCTAL = 8;

    /** Microseconds of each unit of systemd.time(7) that a network file may use. */
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", 1_000_000L),
            Map.entry("us", 1L),
            Map.entry("usec", 1L),
            Map.entry("ms", 1000L),
            Map.entry("msec", 1000L),
            Map.entry("s", 1_000_000L),
            Map.entry("sec", 1_000_000L),
            Map.entry("second", 1_000_000L),
            Map.entry("seconds", 1_000_000L),
            Map.entry("m", 60_000_000L),
            Map.entry("min", 60_000_000L),
            Map.entry("minute", 60_000_000L),
            Map.entry("minutes", 60_000_000L),
            Map.entry("h", 3_600_000_000L),
            Map.entry("hr", 3_600_000_000L),
            Map.entry("hour", 3_600_000_000L),
            Map.entry("hours", 3_600_000_000L),
            Map.entry("d", 86_400_000_000L),
            Map.entry("day", 86_400_000_000L),
            Map.entry("days", 86_400_000_000L),
            Map.entry("w", 604_800_000_000L),
            Map.entry("week", 604_800_000_000L),
            Map.entry("weeks", 604_800_000_000L));

    private OtherForms() {}

    /** {@code parse_boolean()}: yes or no. */
    static String truth(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (TRUE.contains(lower)) {
            return "yes";
        }
        return FALSE.contains(lower) ? "no" : text;
    }

    /** {@code safe_atou()}: hexadecimal and octal too. */
    static String integer(String text) {
        Matcher number = NUMBER.matcher(text);
        if (!number.matches()) {
            return text;
        }
        String digits = number.group(1).toLowerCase(Locale.ROOT);
        if (digits.startsWith("0x")) {
            return Long.toString(Long.parseLong(digits.substring(2), HEX));
        }
        if (digits.length() > 1 && digits.startsWith("0")) {
            return Long.toString(Long.parseLong("0" + digits.substring(digits.startsWith("0o") ? 2 : 1), OCTAL));
        }
        return Long.toString(Long.parseLong(digits));
    }

    /** {@code parse_size()} to the base of 1024. */
    static String bytes(String text) {
        Matcher size = SIZE.matcher(text);
        if (!size.matches()) {
            return text;
        }
        long factor = size.group(2).equals("K") ? 1 << 10 : size.group(2).equals("M") ? 1 << 20 : 1;
        return Long.toString(Long.parseLong(size.group(1)) * factor);
    }

    /** {@code parse_sec()} of whole numbers: parts with units, added up; a number alone is seconds. */
    static String timeSpan(String text) {
        Matcher part = SPAN.matcher(text);
        long micros = 0;
        int at = 0;
        while (at < text.length()) {
            part.region(at, text.length());
            if (!part.lookingAt() || !UNITS.containsKey(part.group(2))) {
                return text;
            }
            long factor = UNITS.getOrDefault(part.group(2), 1L);
            long number = Long.parseLong(part.group(1));
            if (number > (MICROS_MAX - micros) / factor) {
                return text;
            }
            micros += number * factor;
            at = part.end();
        }
        if (at == 0 || micros > Duration.ofDays(36_500).toNanos() / 1000) {
            return text;
        }
        return Assignments.timeSpan(micros);
    }

    static String address(String text) {
        try {
            return IpAddress.parse(text).toString();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    static String prefix(String text) {
        try {
            return Prefix.parse(text).toString();
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** {@code parse_hw_addr()}: parted by colons, dashes or, in fours, by dots. */
    static String mac(String text) {
        Matcher dotted = DOTTED_MAC.matcher(text);
        if (dotted.matches()) {
            String digits = dotted.group(1) + dotted.group(2) + dotted.group(3);
            return String.join(":", digits.toLowerCase(Locale.ROOT).split("(?<=\\G..)", 0));
        }
        if (!PARTED_MAC.matcher(text).matches()) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        for (String part : text.toLowerCase(Locale.ROOT).split("[:-]", -1)) {
            out.append(out.isEmpty() ? "" : ":")
                    .append(part.length() == 1 ? "0" : "")
                    .append(part);
        }
        return out.toString();
    }
}
