package io.nspawn.model;

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
