package io.nspawn.dbus;

import java.time.Duration;
import java.util.List;

/**
 * systemd-networkd over the bus: {@code org.freedesktop.network1.Manager}, systemd 252 or later. Thread-safe. Every call
 * waits at most the time-out given here, and throws what {@link Bus#call} throws.
 */
public final class Networkd {
    private static final Remote MANAGER =
            new Remote("org.freedesktop.network1", "/org/freedesktop/network1", "org.freedesktop.network1.Manager");

    private final Bus bus;
    private final Duration timeout;

    private Networkd(Bus bus, Duration timeout) {
        this.bus = bus;
        this.timeout = timeout;
    }

    /** networkd over that bus, which stays the caller's to close. */
    public static Networkd over(Bus bus, Duration timeout) {
        return new Networkd(bus, timeout);
    }

    /** Whether it runs; it is not started by being asked. */
    public boolean runs() {
        List<Object> reply = bus.call(Remote.DAEMON, "NameHasOwner", "s", List.of(MANAGER.destination()), timeout);
        return Reply.of("NameHasOwner", Remote.DAEMON, reply).flag(0);
    }

    /**
     * Has it read its files anew ({@code networkctl reload}); polkit: reload. Interfaces whose file did not change are
     * left alone; one whose file is gone stays as it is.
     */
    public void reload() {
        bus.call(MANAGER, "Reload", timeout);
    }
}
