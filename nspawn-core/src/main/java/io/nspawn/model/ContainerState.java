package io.nspawn.model;

/** Where a container is in its life. */
public enum ContainerState {
    /** No root of that name in the pool. */
    ABSENT,
    /** It is there and does not run. */
    STOPPED,
    /** Its unit is starting; its own init is not up yet. */
    STARTING,
    /** Its init has said that it is up (or, for an application container, its process runs). */
    READY,
    STOPPING,
    /** Its last run ended badly; see the unit's result. */
    FAILED
}
