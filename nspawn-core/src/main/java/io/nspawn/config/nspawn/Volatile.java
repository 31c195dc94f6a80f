package io.nspawn.config.nspawn;

/** How much of the container is forgotten when it ends: {@code Volatile=}. */
public enum Volatile implements Choice {
    NO,
    YES,
    STATE,
    OVERLAY
}
