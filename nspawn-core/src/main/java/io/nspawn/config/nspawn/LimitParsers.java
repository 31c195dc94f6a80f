package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.Words.Split;
import java.util.Optional;

/** {@code Limit…=}: {@code SOFT[:HARD]}. */
final class LimitParsers {
    private static final int NICE_ZERO = 20;
    private static final int NICE_MAX = 40;
    private static final long SECOND = 1_000_000;

    private LimitParsers() {}

    static ValueParser of(ResourceLimit limit) {
        return (draft, a) -> draft.limits.put(limit, range(limit, a.value()));
    }

    private static LimitRange range(ResourceLimit limit, String text) throws Unparsable {
        Words fields = new Words(text, Split.FIELDS);
        long soft = one(limit, fields.next().orElse(""));
        Optional<String> hardText = fields.next();
        if (!fields.rest().isEmpty()) {
            throw Unparsable.invalid("more than a soft and a hard limit: \"" + text + '"');
        }
        long hard = hardText.isPresent() ? one(limit, hardText.get()) : soft;
        if (Long.compareUnsigned(soft, hard) > 0) {
            throw Unparsable.invalid("a soft limit above the hard limit: \"" + text + '"');
        }
        return new LimitRange(soft, hard);
    }

    private static long one(ResourceLimit limit, String text) throws Unparsable {
        if (limit.unit() == ResourceLimit.Unit.NICE) {
            return nice(text);
        }
        if (text.equals("infinity")) {
            return LimitRange.INFINITY;
        }
        return switch (limit.unit()) {
            case SECONDS -> seconds(text);
            case MICROSECONDS -> TimeSpans.microseconds(text);
            case BYTES -> finite(text, Sizes.bytes(text));
            case COUNT, NICE -> finite(text, Numbers.unsigned64(text));
        };
    }

    private static long finite(String text, long value) throws Unparsable {
        if (value == LimitRange.INFINITY) {
            throw Unparsable.outOfRange("2^64-1 stands for no limit: \"" + text + '"');
        }
        return value;
    }

    private static long seconds(String text) throws Unparsable {
        long span = TimeSpans.seconds(text);
        if (span == TimeSpans.INFINITY) {
            return LimitRange.INFINITY;
        }
        long whole = Long.divideUnsigned(span, SECOND);
        return Long.remainderUnsigned(span, SECOND) == 0 ? whole : whole + 1;
    }

    private static long nice(String text) throws Unparsable {
        if (text.startsWith("+")) {
            return NICE_ZERO - niceBelow(text.substring(1), NICE_ZERO - 1);
        }
        if (text.startsWith("-")) {
            return NICE_ZERO + niceBelow(text.substring(1), NICE_ZERO);
        }
        return niceBelow(text, NICE_MAX);
    }

    private static long niceBelow(String text, int max) throws Unparsable {
        long value = Numbers.unsigned64(text);
        if (Long.compareUnsigned(value, max) > 0) {
            throw Unparsable.outOfRange("above " + max + ": \"" + text + '"');
        }
        return value;
    }
}
