package io.nspawn.net;

import java.util.Arrays;
import java.util.Optional;

/** How the macvlans of one lower link reach each other; none of them ever reaches the lower link's own addresses. */
public enum MacvlanMode {
    /** Siblings do not reach each other. */
    PRIVATE(1),
    /** Every frame goes out to the switch, which must send it back for siblings to meet. The kernel's own default. */
    VEPA(2),
    /** Siblings reach each other directly; frames between them never reach the wire. What nspawn uses. */
    BRIDGE(4),
    /** One macvlan only, which takes over the lower link and its MAC address. */
    PASSTHRU(8),
    /** Only frames from the listed MAC addresses are let in. */
    SOURCE(16);

    private final int number;

    MacvlanMode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Optional<MacvlanMode> of(int number) {
        return Arrays.stream(values()).filter(m -> m.number == number).findFirst();
    }
}
