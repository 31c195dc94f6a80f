package io.nspawn.dbus;

/** Which processes a signal goes to. */
public enum KillWhom {
    /** The machine's leader, or the unit's main process. */
    LEADER,
    /** All of them. */
    ALL
}
