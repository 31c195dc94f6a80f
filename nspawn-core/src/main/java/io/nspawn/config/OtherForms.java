package io.nspawn.config;

import io.nspawn.net.IpAddress;
import io.nspawn.net.Prefix;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final Pattern MEMORY = Pattern.compile("([0-9]{1,19})[ \\t]*([BKMGTPE]?)");
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
        try {
            return Long.toString(parsed(digits));
        } catch (NumberFormatException e) {
            // 0810 is no octal number, and some are longer than any number of systemd's.
            return text;
        }
    }

    private static long parsed(String digits) {
        if (digits.startsWith("0x")) {
            return Long.parseLong(digits.substring(2), HEX);
        }
        if (digits.length() > 1 && digits.startsWith("0")) {
            return Long.parseLong("0" + digits.substring(digits.startsWith("0o") ? 2 : 1), OCTAL);
        }
        return Long.parseLong(digits);
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

    /** {@code parse_size()} to the base of 1024, with all suffixes of systemd.resource-control(5). */
    static String memory(String text) {
        Matcher size = MEMORY.matcher(text);
        if (!size.matches()) {
            return text;
        }
        int power = size.group(2).isEmpty() ? 0 : "BKMGTPE".indexOf(size.group(2));
        BigInteger bytes = new BigInteger(size.group(1)).shiftLeft(10 * power);
        return bytes.bitLength() < Long.SIZE ? bytes.toString() : text;
    }

    /** Words with blanks between, in quotes or not, each as it stands there. */
    static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == 0 && (c == ' ' || c == '\t')) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                continue;
            }
            word.append(c);
            if (c == '\\' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            }
        }
        words.add(word.toString());
        words.removeIf(String::isEmpty);
        return words;
    }

    /** A word that is in quotes, or has some in it, as this library quotes it; one with other escapes stays as it is. */
    static String unitWord(String text) {
        StringBuilder plain = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                if (i + 1 == text.length() || "\\\"'".indexOf(text.charAt(i + 1)) < 0) {
                    return text;
                }
                plain.append(text.charAt(++i));
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else {
                plain.append(c);
            }
        }
        return quote == 0 ? Quoting.unitWord(plain.toString().replace("%%", "%")) : text;
    }

    /** A device with its access in the order {@code rwm}, which is all of it where none is said. */
    static String device(String text) {
        List<String> words = words(text);
        String access = words.size() < 2 ? "rwm" : words.get(1);
        if (words.isEmpty() || words.size() > 2 || !access.matches("[rwm]+")) {
            return text;
        }
        StringBuilder ordered = new StringBuilder();
        "rwm".chars().filter(c -> access.indexOf(c) >= 0).forEach(c -> ordered.append((char) c));
        String node = words.get(0);
        return (node.startsWith("/") || node.startsWith("\"") ? unitWord(node) : node) + ' ' + ordered;
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

    /** A prefix without the bits behind its length. */
    static String network(String text) {
        try {
            return Prefix.parse(text).network().toString();
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
