package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.Numbers.Scan;
import java.util.List;

/** Time spans as systemd.time(7) and {@code parse_time()} have them, in microseconds, unsigned. */
final class TimeSpans {
    /** A time span without end. */
    static final long INFINITY = -1;

    private static final String BLANKS = " \t\n\r";
    private static final String DIGITS = "0123456789";
    private static final long SECOND = 1_000_000;

    private record Suffix(String text, long factor) {}

    /** In the order in which they are tried: the first that begins the text counts. */
    private static final List<Suffix> TIMES = List.of(
            new Suffix("seconds", SECOND),
            new Suffix("second", SECOND),
            new Suffix("sec", SECOND),
            new Suffix("s", SECOND),
            new Suffix("minutes", 60 * SECOND),
            new Suffix("minute", 60 * SECOND),
            new Suffix("min", 60 * SECOND),
            new Suffix("months", 2_629_800 * SECOND),
            new Suffix("month", 2_629_800 * SECOND),
            new Suffix("M", 2_629_800 * SECOND),
            new Suffix("msec", 1000),
            new Suffix("ms", 1000),
            new Suffix("m", 60 * SECOND),
            new Suffix("hours", 3600 * SECOND),
            new Suffix("hour", 3600 * SECOND),
            new Suffix("hr", 3600 * SECOND),
            new Suffix("h", 3600 * SECOND),
            new Suffix("days", 86_400 * SECOND),
            new Suffix("day", 86_400 * SECOND),
            new Suffix("d", 86_400 * SECOND),
            new Suffix("weeks", 604_800 * SECOND),
            new Suffix("week", 604_800 * SECOND),
            new Suffix("w", 604_800 * SECOND),
            new Suffix("years", 31_557_600 * SECOND),
            new Suffix("year", 31_557_600 * SECOND),
            new Suffix("y", 31_557_600 * SECOND),
            new Suffix("usec", 1),
            new Suffix("us", 1),
            new Suffix("\u03bcs", 1),
            new Suffix("\u00b5s", 1));

    private TimeSpans() {}

    /** {@code parse_sec()}: microseconds, unsigned; a bare number is in seconds. */
    static long seconds(String text) throws Unparsable {
        return span(text, SECOND);
    }

    /** {@code parse_time()} with microseconds as the unit of a bare number. */
    static long microseconds(String text) throws Unparsable {
        return span(text, 1);
    }

    private static long span(String text, long defaultUnit) throws Unparsable {
        int at = Numbers.skip(text, 0, BLANKS);
        if (text.startsWith("infinity", at)) {
            if (Numbers.skip(text, at + "infinity".length(), BLANKS) != text.length()) {
                throw noSpan(text);
            }
            return INFINITY;
        }
        long total = 0;
        boolean something = false;
        while (true) {
            at = Numbers.skip(text, at, BLANKS);
            if (at == text.length()) {
                break;
            }
            Part part = Part.of(text, at, defaultUnit);
            total = add(text, total, part.length);
            at = part.end;
            something = true;
        }
        if (!something) {
            throw noSpan(text);
        }
        return total;
    }

    /** One number with its unit. */
    private record Part(long length, int end) {
        static Part of(String text, int from, long defaultUnit) throws Unparsable {
            if (text.charAt(from) == '-') {
                throw Unparsable.outOfRange("a negative time span: \"" + text + '"');
            }
            Scan scan = Scan.of(text, from, 10);
            if (scan.overflow() || scan.magnitude() < 0) {
                throw tooLong(text);
            }
            int numberEnd = scan.found() ? scan.end() : from;
            boolean point = text.startsWith(".", numberEnd);
            if (!scan.found() && !point) {
                throw noSpan(text);
            }
            int afterNumber = point ? Numbers.skip(text, numberEnd + 1, DIGITS) : numberEnd;
            int unitAt = Numbers.skip(text, afterNumber, BLANKS);
            Suffix suffix = unit(text, unitAt, defaultUnit);
            int end = unitAt + suffix.text.length();
            if (end == afterNumber && end != text.length()) {
                throw noSpan(text);
            }
            long whole = times(text, scan.found() ? scan.magnitude() : 0, suffix.factor);
            return new Part(point ? withFraction(text, whole, numberEnd + 1, afterNumber, suffix.factor) : whole, end);
        }

        private static long withFraction(String text, long whole, int from, int to, long unit) throws Unparsable {
            if (from == to) {
                throw noSpan(text);
            }
            long length = whole;
            long digitUnit = unit / 10;
            for (int i = from; i < to; i++) {
                length = add(text, length, (text.charAt(i) - '0') * digitUnit);
                digitUnit /= 10;
            }
            return length;
        }
    }

    private static long times(String text, long number, long unit) throws Unparsable {
        if (Long.compareUnsigned(number, Long.divideUnsigned(INFINITY, unit)) >= 0) {
            throw tooLong(text);
        }
        return number * unit;
    }

    private static long add(String text, long total, long part) throws Unparsable {
        if (Long.compareUnsigned(part, INFINITY - total) >= 0) {
            throw tooLong(text);
        }
        return total + part;
    }

    private static Unparsable noSpan(String text) {
        return Unparsable.invalid("no time span: \"" + text + '"');
    }

    private static Unparsable tooLong(String text) {
        return Unparsable.outOfRange("too long a time span: \"" + text + '"');
    }

    private static Suffix unit(String text, int at, long defaultUnit) {
        for (Suffix suffix : TIMES) {
            if (text.startsWith(suffix.text, at)) {
                return suffix;
            }
        }
        return new Suffix("", defaultUnit);
    }
}
