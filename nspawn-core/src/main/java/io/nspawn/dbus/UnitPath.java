package io.nspawn.dbus;

import io.nspawn.model.ObjectLabel;

/** Where PID 1 has its units. */
final class UnitPath {

    private static final String PREFIX = "/org/freedesktop/systemd1/unit/";

    private UnitPath() {}

    static String of(String unit) {
        return PREFIX + ObjectLabel.escape(unit);
    }
}
