package io.nspawn.dbus;

/**
 * How a process ended.
 *
 * @param bySignal whether a signal killed it
 * @param status its exit status, or the signal's number
 */
public record ProcessEnd(boolean bySignal, int status) {
    /** {@code CLD_EXITED}, an {@code si_code} of waitid(2). */
    static final int EXITED = 1;
}
