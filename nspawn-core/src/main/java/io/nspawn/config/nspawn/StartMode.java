package io.nspawn.config.nspawn;

/** What runs as the first process: {@code Boot=} and {@code ProcessTwo=}. */
public enum StartMode {
    /** The parameters are a command that runs as PID 1. */
    PID1,
    /** The parameters are a command that runs as PID 2 below a small init. */
    PID2,
    /** The container's own init runs; the parameters are its arguments. */
    BOOT
}
