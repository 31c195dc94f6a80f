package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.Numbers.Scan;

/** Sizes as {@code parse_size()} reads them to the base 1024: bytes, unsigned. */
final class Sizes {
    private static final String BLANKS = " \t\n\r";
    private static final String DIGITS = "0123456789";

    /** From the largest to the smallest: a size has each at most once, in this order, and a bare number last. */
    private static final String SUFFIXES = "EPTGMKB";

    private static final int BARE = SUFFIXES.length();

    private final String text;
    private int at;
    private int nextSuffix;

    private Sizes(String text) {
        this.text = text;
    }

    static long bytes(String text) throws Unparsable {
        Sizes sizes = new Sizes(text);
        long total = 0;
        do {
            long part = sizes.part();
            if (Long.compareUnsigned(part, -1 - total) > 0) {
                throw sizes.tooLarge();
            }
            total += part;
        } while (sizes.at < text.length());
        return total;
    }

    private long part() throws Unparsable {
        at = Numbers.skip(text, at, BLANKS);
        Scan scan = Scan.of(text, at, 10);
        if (scan.overflow()) {
            throw tooLarge();
        }
        if (!scan.found()) {
            throw noSize();
        }
        if (text.charAt(at) == '-') {
            throw tooLarge();
        }
        at = scan.end();
        double fraction = text.startsWith(".", at) ? fraction() : 0;
        at = Numbers.skip(text, at, BLANKS);
        long factor = factor();
        long number = scan.negative() ? -scan.magnitude() : scan.magnitude();
        long rounded = fraction > 0 ? number + 1 : number;
        if (Long.compareUnsigned(rounded, Long.divideUnsigned(-1, factor)) > 0) {
            throw tooLarge();
        }
        return number * factor + (long) (fraction * factor);
    }

    private double fraction() throws Unparsable {
        int from = at + 1;
        at = Numbers.skip(text, from, DIGITS);
        if (from == at) {
            return 0;
        }
        Scan digits = Scan.of(text, from, 10);
        if (digits.overflow()) {
            throw tooLarge();
        }
        long magnitude = digits.magnitude();
        double fraction = magnitude >= 0 ? magnitude : ((magnitude >>> 1) | (magnitude & 1)) * 2.0;
        for (int i = from; i < at; i++) {
            fraction /= 10;
        }
        return fraction;
    }

    private long factor() throws Unparsable {
        int suffix = at < text.length() ? SUFFIXES.indexOf(text.charAt(at)) : -1;
        if (suffix >= nextSuffix) {
            at++;
            nextSuffix = suffix + 1;
            int power = Math.max(0, SUFFIXES.indexOf('B') - suffix);
            return 1L << (10 * power);
        }
        if (nextSuffix > BARE) {
            throw noSize();
        }
        nextSuffix = BARE + 1;
        return 1;
    }

    private Unparsable noSize() {
        return Unparsable.invalid("no size: \"" + text + '"');
    }

    private Unparsable tooLarge() {
        return Unparsable.outOfRange("no size below 16 EiB: \"" + text + '"');
    }
}
