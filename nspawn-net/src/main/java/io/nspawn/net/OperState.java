package io.nspawn.net;

/** How a link works, by RFC 2863, in the kernel's order. */
public enum OperState {
    /** The driver does not say; usual for bridges without ports and for the loopback. */
    UNKNOWN,
    /** The hardware is missing. */
    NOT_PRESENT,
    /** It is down, or has no carrier. */
    DOWN,
    /** The link below is down. */
    LOWER_LAYER_DOWN,
    /** It is being tested. */
    TESTING,
    /** It waits, for example for authentication. */
    DORMANT,
    /** It works. */
    UP;

    static OperState of(int number) {
        return number < values().length ? values()[number] : UNKNOWN;
    }
}
