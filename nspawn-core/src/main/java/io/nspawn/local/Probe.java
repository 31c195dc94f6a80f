package io.nspawn.local;

import io.nspawn.model.Finding;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.NspawnException;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Something of this machine that was looked at.
 *
 * @param subject what it is
 * @param level how it stands
 * @param found what was found
 * @param remedy what to do about it, a sentence; empty where nothing has to be done
 */
public record Probe(String subject, Level level, String found, String remedy) {
    /** How something stands. */
    public enum Level {
        OK,
        WARNING,
        ERROR
    }

    private static final String REPORT = "Report it, with all of this text.";

    public Probe {
        Objects.requireNonNull(subject);
        Objects.requireNonNull(level);
        Objects.requireNonNull(found);
        Objects.requireNonNull(remedy);
    }

    static Probe ok(String subject, String found) {
        return new Probe(subject, Level.OK, found, "");
    }

    static Probe error(String subject, String found, String remedy) {
        return new Probe(subject, Level.ERROR, found, remedy);
    }

    static Probe warning(String subject, String found, String remedy) {
        return new Probe(subject, Level.WARNING, found, remedy);
    }

    /** Looks; a failure of any kind is what was found. */
    public static Probe of(String subject, Supplier<Probe> look) {
        try {
            return look.get();
        } catch (HostNotReadyException e) {
            return error(
                    subject,
                    join(e, finding -> finding.subject() + ": " + finding.problem()),
                    join(e, finding -> sentence(finding.remedy())));
        } catch (NspawnException e) {
            return error(subject, e.failure().reason(), sentence(e.remedy().orElse(REPORT)));
        } catch (RuntimeException | LinkageError e) {
            return error(subject, e.toString(), REPORT);
        }
    }

    private static String join(HostNotReadyException e, Function<Finding, String> part) {
        return e.findings().stream().map(part).collect(Collectors.joining(" "));
    }

    private static String sentence(String remedy) {
        return remedy.isEmpty() || remedy.endsWith(".")
                ? remedy
                : Character.toUpperCase(remedy.charAt(0)) + remedy.substring(1) + ".";
    }
}
