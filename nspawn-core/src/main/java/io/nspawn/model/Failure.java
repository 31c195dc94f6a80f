package io.nspawn.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The facts of a failure, the same for every exception of this library.
 *
 * @param operation what was attempted, as a verb phrase: {@code "start"}, {@code "clone image"}
 * @param subject what it was attempted on: a machine, an image, a unit, a path
 * @param reason what went wrong, in words
 * @param errorName the D-Bus error name ({@code org.freedesktop.machine1.NoSuchMachine}) or errno name
 *     ({@code ENOSPC}) that the host answered with
 * @param remedy one sentence that says what to do, where one is known
 * @param outcome whether the change was made
 */
public record Failure(
        String operation,
        String subject,
        String reason,
        Optional<String> errorName,
        Optional<String> remedy,
        Outcome outcome) {

    private static final int MILLIS_OF_MINUTE = 60_000;

    public Failure {
        Objects.requireNonNull(operation);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(errorName);
        Objects.requireNonNull(remedy);
        Objects.requireNonNull(outcome);
    }

    /** A failure that changed nothing. */
    public static Failure of(String operation, String subject, String reason) {
        return new Failure(operation, subject, reason, Optional.empty(), Optional.empty(), Outcome.NOT_APPLIED);
    }

    public Failure named(String name) {
        return new Failure(operation, subject, reason, Optional.of(name), remedy, outcome);
    }

    public Failure remedy(String sentence) {
        return new Failure(operation, subject, reason, errorName, Optional.of(sentence), outcome);
    }

    public Failure outcome(Outcome left) {
        return new Failure(operation, subject, reason, errorName, remedy, left);
    }

    /**
     * A length of time as messages have it: {@code 250 ms}, {@code 1.5 s}, {@code 2 min 30 s}, {@code 1 h}. Rounded down
     * to milliseconds; not for machines.
     */
    public static String span(Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0) {
            return time.toMillis() + " ms";
        }
        StringBuilder text = new StringBuilder();
        append(text, BigDecimal.valueOf(time.toHours()), " h");
        append(text, BigDecimal.valueOf(time.toMinutesPart()), " min");
        append(text, BigDecimal.valueOf(time.toMillis() % MILLIS_OF_MINUTE, 3), " s");
        return text.toString();
    }

    private static void append(StringBuilder text, BigDecimal count, String unit) {
        if (count.signum() > 0) {
            String plain = count.stripTrailingZeros().toPlainString();
            text.append(text.isEmpty() ? "" : " ").append(plain).append(unit);
        }
    }

    /** The failure as one sentence, with its remedy. */
    public String message() {
        StringBuilder text = new StringBuilder()
                .append(operation)
                .append(' ')
                .append(subject)
                .append(": ")
                .append(reason);
        errorName.ifPresent(name -> text.append(" (").append(name).append(')'));
        if (outcome == Outcome.UNKNOWN) {
            text.append("; whether it was applied is unknown");
        }
        // The host's own words may end in a full stop.
        boolean ended = text.charAt(text.length() - 1) == '.';
        remedy.ifPresent(sentence -> text.append(ended ? " " : ". ").append(sentence));
        return text.toString();
    }
}
