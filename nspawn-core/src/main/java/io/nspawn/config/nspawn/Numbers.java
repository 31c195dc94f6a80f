package io.nspawn.config.nspawn;

/**
 * Numbers as {@code safe_atou()} and its like read them ({@code src/basic/parse-util.c}), with strtoull(3) below:
 * decimal, {@code 0x}, {@code 0} for octal, {@code 0o}, {@code 0b}; blanks and a sign before them.
 */
final class Numbers {
    static final long MAX_U32 = 0xffff_ffffL;

    private static final String C_SPACE = " \t\n\u000b\f\r";
    private static final String BLANKS = " \t\n\r";

    private Numbers() {}

    /** {@code safe_atou64()}: the result is unsigned. */
    static long unsigned64(String text) throws Unparsable {
        int start = skip(text, 0, BLANKS);
        int base = 0;
        if (text.regionMatches(true, start, "0b", 0, 2)) {
            base = 2;
        } else if (text.regionMatches(true, start, "0o", 0, 2)) {
            base = 8;
        }
        return whole(text, base == 0 ? start : start + 2, base);
    }

    /** {@code safe_atou32()}. */
    static long unsigned32(String text) throws Unparsable {
        return below(text, unsigned64(text), MAX_U32);
    }

    /** {@code parse_ip_port()}: 1 to 65535, no blanks before it. */
    static int port(String text) throws Unparsable {
        if (text.isEmpty() || BLANKS.indexOf(text.charAt(0)) >= 0) {
            throw Unparsable.invalid("no port: \"" + text + '"');
        }
        int port = (int) below(text, unsigned64(text), 0xffff);
        if (port == 0) {
            throw Unparsable.invalid("port 0");
        }
        return port;
    }

    /** {@code parse_uid()}: strictly decimal, without sign, blanks or leading zeros; 65535 and 2^32-1 mean no user. */
    static long userId(String text) throws Unparsable {
        boolean strict = !text.isEmpty() && (BLANKS + "+-").indexOf(text.charAt(0)) < 0;
        if (!strict || (text.startsWith("0") && text.length() > 1)) {
            throw Unparsable.invalid("no user id: \"" + text + '"');
        }
        long id = below(text, whole(text, 0, 10), MAX_U32);
        if (id == 0xffff || id == MAX_U32) {
            throw Unparsable.invalid("user id " + id + " stands for none");
        }
        return id;
    }

    /** {@code safe_atoi()}. */
    static int int32(String text) throws Unparsable {
        int start = skip(text, 0, BLANKS);
        int base = 0;
        if (text.regionMatches(true, start, "0b", 0, 2)) {
            base = 2;
        } else if (text.regionMatches(true, start, "0o", 0, 2)) {
            base = 8;
        }
        Scan scan = Scan.of(text, base == 0 ? start : start + 2, base);
        if (!scan.found()) {
            throw notANumber(text);
        }
        boolean beyondLong = scan.overflow() || (scan.magnitude() < 0 && scan.magnitude() != Long.MIN_VALUE);
        if (beyondLong) {
            throw tooLarge(text);
        }
        if (scan.end() != text.length()) {
            throw notANumber(text);
        }
        long value = scan.negative() ? -scan.magnitude() : scan.magnitude();
        if (value != (int) value) {
            throw tooLarge(text);
        }
        return (int) value;
    }

    private static long whole(String text, int from, int base) throws Unparsable {
        Scan scan = Scan.of(text, from, base);
        if (!scan.found()) {
            throw notANumber(text);
        }
        if (scan.overflow()) {
            throw tooLarge(text);
        }
        if (scan.end() != text.length()) {
            throw notANumber(text);
        }
        if (scan.negative() && scan.magnitude() != 0 && text.charAt(from) == '-') {
            throw Unparsable.outOfRange("a negative number: \"" + text + '"');
        }
        return scan.negative() ? -scan.magnitude() : scan.magnitude();
    }

    private static long below(String text, long value, long max) throws Unparsable {
        if (Long.compareUnsigned(value, max) > 0) {
            throw tooLarge(text);
        }
        return value;
    }

    private static Unparsable notANumber(String text) {
        return Unparsable.invalid("no number: \"" + text + '"');
    }

    private static Unparsable tooLarge(String text) {
        return Unparsable.outOfRange("too large a number: \"" + text + '"');
    }

    static int skip(String text, int from, String characters) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    /** What strtoull(3) finds at a place, in the C locale. */
    record Scan(boolean found, long magnitude, boolean negative, boolean overflow, int end) {
        static Scan of(String text, int from, int base) {
            int at = skip(text, from, C_SPACE);
            boolean negative = at < text.length() && text.charAt(at) == '-';
            if (at < text.length() && (negative || text.charAt(at) == '+')) {
                at++;
            }
            int radix = base;
            boolean hexadecimal = text.regionMatches(true, at, "0x", 0, 2) && digit(text, at + 2) < 16;
            if (hexadecimal && (base == 0 || base == 16)) {
                radix = 16;
                at += 2;
            } else if (base == 0) {
                radix = digit(text, at) == 0 ? 8 : 10;
            }
            return digits(text, at, radix, negative);
        }

        private static Scan digits(String text, int from, int radix, boolean negative) {
            long value = 0;
            boolean overflow = false;
            int at = from;
            for (int digit = digit(text, at); digit < radix; digit = digit(text, at)) {
                if (Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, radix)) > 0) {
                    overflow = true;
                }
                value = value * radix + digit;
                at++;
            }
            return new Scan(at > from, value, negative, overflow, at);
        }

        private static int digit(String text, int at) {
            if (at >= text.length()) {
                return Integer.MAX_VALUE;
            }
            char c = text.charAt(at);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            return digit < 0 ? Integer.MAX_VALUE : digit;
        }
    }
}
