package io.nspawn.dbus;

import java.util.Locale;

/** What happens to jobs that are in the way (systemctl(1), --job-mode=). */
public enum JobMode {
    /** They are replaced. */
    REPLACE,
    /** The new job is refused. */
    FAIL,
    ISOLATE,
    IGNORE_DEPENDENCIES,
    IGNORE_REQUIREMENTS;

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
