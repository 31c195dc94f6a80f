package io.nspawn.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a container of a {@link FakeHost} behaves once it is started, every time; times are the host's.
 *
 * <pre>{@code
 * host.setLife("db", MachineLife.bootsIn(Duration.ofSeconds(20)));
 * host.addImage(FakeImage.named("broken").lives(MachineLife.exits(1, "no such module")));
 * }</pre>
 *
 * @param boot how long it takes until its init is up
 * @param end how it ends by itself; empty if it does not
 * @param says what it writes to its console, and with that to the journal of its unit, when it is started
 */
public record MachineLife(Duration boot, Optional<End> end, List<String> says) {
    /** What a small Debian was seen to take. */
    public static final MachineLife NORMAL = new MachineLife(Duration.ofMillis(450), Optional.empty(), List.of());

    /** How long PID 1 waits for a unit that starts (systemd-system.conf(5), {@code DefaultTimeoutStartSec=}). */
    static final Duration START_TIMEOUT = Duration.ofSeconds(90);

    /**
     * A bad end.
     *
     * @param after how long after it was set up (before it is up), or after it was up
     * @param isUp whether its init is up by then
     * @param exitStatus 1 to 255
     * @param lastWords what stands in the journal of its unit then
     */
    public record End(Duration after, boolean isUp, int exitStatus, List<String> lastWords) {
        public End {
            if (exitStatus < 1 || exitStatus > 255) {
                throw new IllegalArgumentException("a bad exit status is 1 to 255, not " + exitStatus);
            }
            lastWords = List.copyOf(lastWords);
        }
    }

    public MachineLife {
        if (boot.isNegative()) {
            throw new IllegalArgumentException("nothing boots in " + boot);
        }
        says = List.copyOf(says);
    }

    /** It is up after that; one that takes longer than 90 seconds is given up by PID 1. */
    public static MachineLife bootsIn(Duration time) {
        return new MachineLife(time, Optional.empty(), List.of());
    }

    /** Its init never says that it is up: the start fails after 90 seconds, for its unit's time-out. */
    public static MachineLife neverReady() {
        return bootsIn(START_TIMEOUT.plusDays(1));
    }

    /** It ends at once whenever it is started, which fails with that. */
    public static MachineLife exits(int exitStatus, String... lastWords) {
        return ending(new End(Duration.ZERO, false, exitStatus, List.of(lastWords)));
    }

    /** It comes up, and ends badly some time later. */
    public static MachineLife crashesAfter(Duration time, int exitStatus, String... lastWords) {
        return ending(new End(time, true, exitStatus, List.of(lastWords)));
    }

    /** The same, and that in its journal whenever it is started. */
    public MachineLife saying(String... lines) {
        return new MachineLife(boot, end, List.of(lines));
    }

    private static MachineLife ending(End end) {
        return new MachineLife(NORMAL.boot, Optional.of(end), List.of());
    }

    Optional<End> endBeforeItIsUp() {
        return end.filter(e -> !e.isUp());
    }

    Optional<End> endWhenItIsUp() {
        return end.filter(End::isUp);
    }
}
