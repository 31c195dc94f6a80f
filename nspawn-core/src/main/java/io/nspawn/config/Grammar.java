package io.nspawn.config;

import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.MacAddress;
import io.nspawn.net.Prefix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a key takes: the one form of each value that this library writes, which is narrower than what systemd reads.
 *
 * @param expected the form in words, to go behind "takes"
 * @param accepts whether a value has it
 * @param reads turns another form that systemd takes for the same into this one; what it does not know stays as it is
 * @param collects whether systemd takes several values on one line, which this library writes one by one
 */
record Grammar(String expected, Predicate<String> accepts, UnaryOperator<String> reads, boolean collects) {
    Grammar(String expected, Predicate<String> accepts) {
        this(expected, accepts, UnaryOperator.identity());
    }

    Grammar(String expected, Predicate<String> accepts, UnaryOperator<String> reads) {
        this(expected, accepts, reads, false);
    }

    /** The values of a line. */
    List<String> words(String text) {
        return collects ? OtherForms.words(text) : List.of(text);
    }

    /** The same for keys that collect values, of which several may stand on one line. */
    Grammar several() {
        return new Grammar(expected, accepts, reads, true);
    }

    /** A value of a file in the form that this library writes; empty if it is none that is taken. */
    Optional<String> read(String text) {
        return accepts.test(text)
                ? Optional.of(text)
                : Optional.of(reads.apply(text)).filter(accepts);
    }

    private static final long UNSIGNED_MAX = 0xffff_ffffL;
    private static final Pattern DECIMAL = Pattern.compile("0|[1-9][0-9]{0,18}");
    private static final Pattern TIMESPAN = Pattern.compile("infinity|(0|[1-9][0-9]{0,17})(us|ms|s)");
    private static final Pattern DOMAIN = Pattern.compile("~?(\\.|[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
            + "(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*)");
    private static final int MAX_DOMAIN = 253;
    private static final int MAX_ALTERNATIVE_NAME = 127;

    static final Grammar BOOLEAN = oneOf("yes", "no");
    static final Grammar UNSIGNED = integer(0, UNSIGNED_MAX);
    static final Grammar MTU = integer(68, 65535).reading(OtherForms::bytes);
    static final Grammar PORT = integer(1, 65535);
    static final Grammar VLAN_PROTOCOL = oneOf("802.1q", "802.1ad");
    static final Grammar TEXT = new Grammar("a text", text -> !text.isEmpty());
    static final Grammar TIME =
            new Grammar("a time span such as 90s, or infinity", matching(TIMESPAN), OtherForms::timeSpan);
    static final Grammar INTERFACE = new Grammar("the name of an interface", InterfaceName::isValid);
    static final Grammar ADDRESS =
            new Grammar("an IPv4 or IPv6 address", parsing(IpAddress::parse)).reading(OtherForms::address);
    static final Grammar IPV4 =
            new Grammar("an IPv4 address", parsing(IpAddress::parse).and(text -> text.indexOf(':') < 0));
    static final Grammar PREFIX =
            new Grammar("an address with its prefix length", parsing(Prefix::parse)).reading(OtherForms::prefix);
    static final Grammar IPV4_PREFIX = new Grammar(
            "an IPv4 address with its prefix length", parsing(Prefix::parse).and(text -> text.indexOf(':') < 0));
    static final Grammar MAC =
            new Grammar("a MAC address such as 02:00:00:00:00:01", parsing(MacAddress::parse)).reading(OtherForms::mac);
    static final Grammar UNICAST_MAC = new Grammar(
                    "a MAC address that is neither zero nor multicast", MAC.accepts.and(Grammar::isUnicast))
            .reading(OtherForms::mac);
    static final Grammar DOMAINS =
            listOf(new Grammar("a domain name, with ~ in front to route by it alone", Grammar::isDomain));
    static final Grammar VLAN_IDS =
            new Grammar("a VLAN ID from 1 to 4094, or a range M-N of them", text -> isRange(text, 1, 4094, true));

    /** A pattern of interface names: what a name may hold, and {@code * ? [ ]}; alternative names are longer than names. */
    static final Grammar NAME_PATTERN = new Grammar(
            "a name or pattern of 1 to 127 printable characters without blanks, quotes, backslash and : / %",
            text -> !text.isEmpty()
                    && text.length() <= MAX_ALTERNATIVE_NAME
                    && text.chars().allMatch(c -> c > ' ' && c < 0x7f && ":/%\"'\\".indexOf(c) < 0));

    static Grammar integer(long low, long high) {
        return new Grammar(
                "an integer from " + low + " to " + high, text -> isInteger(text, low, high), OtherForms::integer);
    }

    static Grammar oneOf(String... words) {
        List<String> all = List.of(words);
        return new Grammar("one of " + String.join(", ", all), all::contains, OtherForms::truth);
    }

    /** A time span in whole seconds: what the kernel keeps in clock ticks has a range in seconds. */
    static Grammar seconds(int low, int high) {
        return new Grammar(
                "a time span from " + low + "s to " + high + "s",
                text -> text.endsWith("s") && isInteger(text.substring(0, text.length() - 1), low, high),
                OtherForms::timeSpan);
    }

    /** Two integers with a dash between, the first not above the second. */
    static Grammar range(long low, long high) {
        return new Grammar("a range M-N from " + low + " to " + high, text -> isRange(text, low, high, false));
    }

    static Grammar listOf(Grammar word) {
        return new Grammar(
                word.expected + "; several with blanks between",
                text -> Arrays.stream(text.split(" ", -1)).allMatch(word.accepts),
                text -> Arrays.stream(text.split("[ \\t]+"))
                        .map(each -> word.read(each).orElse(each))
                        .collect(Collectors.joining(" ")));
    }

    Grammar reading(UnaryOperator<String> otherForms) {
        return new Grammar(expected, accepts, otherForms);
    }

    Grammar or(String... words) {
        return or(oneOf(words));
    }

    Grammar or(Grammar other) {
        return new Grammar(
                expected + ", or " + other.expected,
                accepts.or(other.accepts),
                text -> read(text).or(() -> other.read(text)).orElse(text));
    }

    static boolean isInteger(String text, long low, long high) {
        if (!DECIMAL.matcher(text).matches()) {
            return false;
        }
        try {
            long value = Long.parseLong(text);
            return value >= low && value <= high;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isRange(String text, long low, long high, boolean orSingle) {
        int dash = text.indexOf('-');
        if (dash < 0) {
            return orSingle && isInteger(text, low, high);
        }
        String from = text.substring(0, dash);
        return isInteger(from, low, high) && isInteger(text.substring(dash + 1), Long.parseLong(from), high);
    }

    private static boolean isDomain(String text) {
        return text.length() <= MAX_DOMAIN && DOMAIN.matcher(text).matches();
    }

    private static boolean isUnicast(String mac) {
        return MacAddress.parse(mac).isUnicast();
    }

    private static Predicate<String> matching(Pattern pattern) {
        return text -> pattern.matcher(text).matches();
    }

    /** A value that parses and is written as the parsed value is. */
    private static Predicate<String> parsing(java.util.function.Function<String, Object> parse) {
        return text -> {
            try {
                return parse.apply(text).toString().equals(text);
            } catch (IllegalArgumentException e) {
                return false;
            }
        };
    }
}
