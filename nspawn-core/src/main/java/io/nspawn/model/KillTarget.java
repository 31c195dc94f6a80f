package io.nspawn.model;

/** Which processes of a container a signal goes to. */
public enum KillTarget {
    /** The init of a booted container, the program of an application. */
    LEADER,
    /** All that run in it, systemd-nspawn's own processes not among them. */
    ALL
}
