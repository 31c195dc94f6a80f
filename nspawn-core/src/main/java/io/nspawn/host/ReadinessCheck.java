package io.nspawn.host;

import io.nspawn.model.Finding;
import java.util.Objects;

/**
 * One thing that was looked at, and how it stands.
 *
 * @param subject what it is: a kernel setting by its sysctl(8) name, a service, an interface, a file
 * @param level how bad it is
 * @param found the figure or state found
 * @param needed the figure or state needed for the containers asked about
 * @param why what it is needed for, or what happens without it
 * @param remedy what to do about it; empty where nothing has to be done
 */
public record ReadinessCheck(String subject, Level level, String found, String needed, String why, String remedy) {
    /** How bad it is. */
    public enum Level {
        /** As it should be. */
        OK,
        /** Containers run, and something around them may not: more services inside, a reboot, other machines. */
        WARNING,
        /** The containers asked about cannot all run. */
        ERROR
    }

    public ReadinessCheck {
        Objects.requireNonNull(subject);
        Objects.requireNonNull(level);
        Objects.requireNonNull(found);
        Objects.requireNonNull(needed);
        Objects.requireNonNull(why);
        Objects.requireNonNull(remedy);
    }

    static ReadinessCheck ok(String subject, String found, String needed) {
        return new ReadinessCheck(subject, Level.OK, found, needed, "", "");
    }

    /** As it should be if the condition holds, else of that level. */
    static ReadinessCheck of(
            boolean good, Level otherwise, String subject, String found, String needed, String why, String remedy) {
        return good ? ok(subject, found, needed) : new ReadinessCheck(subject, otherwise, found, needed, why, remedy);
    }

    public boolean isOk() {
        return level == Level.OK;
    }

    /** The same for exceptions and logs. */
    Finding finding() {
        return new Finding(subject, "is " + found + ", needed " + needed + ": " + why, remedy);
    }

    @Override
    public String toString() {
        return level + " " + (isOk() ? subject + ": is " + found + ", needed " + needed : finding());
    }
}
