package io.nspawn.dbus;

import java.util.Locale;

/** How a job ended (org.freedesktop.systemd1(5), JobRemoved). */
public enum JobResult {
    /** It did what it was for. */
    DONE,
    /** Another job, or a user, took its place. */
    CANCELED,
    TIMEOUT,
    FAILED,
    /** A job that it waits for failed. */
    DEPENDENCY,
    /** There was nothing to do. */
    SKIPPED,
    INVALID,
    ASSERT,
    UNSUPPORTED,
    COLLECTED,
    ONCE,
    FROZEN,
    CONCURRENCY,
    /** A result that a newer systemd has. */
    OTHER;

    static JobResult of(String word) {
        String name = word.toUpperCase(Locale.ROOT);
        for (JobResult result : values()) {
            if (result.name().equals(name)) {
                return result;
            }
        }
        return OTHER;
    }
}
