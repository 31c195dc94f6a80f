package io.nspawn.dbus;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * systemd-networkd over the bus: {@code org.freedesktop.network1.Manager}, systemd 252 or later. Thread-safe. Every call
 * waits at most the time-out given here, and throws what {@link Bus#call} throws.
 */
public final class Networkd {
    private static final Remote MANAGER =
            new Remote("org.freedesktop.network1", "/org/freedesktop/network1", "org.freedesktop.network1.Manager");

    private static final Remote UNIT = new Remote(
            "org.freedesktop.systemd1", UnitPath.of("systemd-networkd.service"), "org.freedesktop.systemd1.Unit");

    private static final String TOO_MANY_REQUESTS = "System.Error.ERANGE";
    private static final Duration PAUSE = Duration.ofMillis(100);

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

    /**
     * Whether it runs; it is not started by being asked. Of systemd 257, one that was just started is on the bus a moment
     * after PID 1 calls it started: that moment is waited for.
     */
    public boolean runs() {
        return isOwned(MANAGER.destination()) || (isStarted() && comesToTheBus());
    }

    private boolean isOwned(String name) {
        List<Object> reply = bus.call(Remote.DAEMON, "NameHasOwner", "s", List.of(name), timeout);
        return Reply.of("NameHasOwner", Remote.DAEMON, reply).flag(0);
    }

    private boolean isStarted() {
        return isOwned(UNIT.destination())
                && bus.get(UNIT, "ActiveState", timeout).equals("active");
    }

    private boolean comesToTheBus() {
        CountDownLatch named = new CountDownLatch(1);
        Match owners = Match.ownerOf(MANAGER.destination());
        try (Bus.Subscription subscription = bus.subscribe(owners, event -> named(event, named))) {
            return isOwned(MANAGER.destination()) || named.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedOperationException(Failure.of("wait for", "systemd-networkd", "interrupted"), e);
        }
    }

    private static void named(BusEvent event, CountDownLatch named) {
        if (event instanceof BusEvent.Signal signal) {
            Reply values = new Reply(signal.member(), signal.path(), signal.arguments());
            if (!values.text(2).isEmpty()) {
                named.countDown();
            }
        }
    }

    /**
     * Has it read its files anew ({@code networkctl reload}); polkit: reload. Interfaces whose file did not change are
     * left alone; one whose file is gone stays as it is.
     *
     * <p>With much to do, that of systemd 252 gives up in the middle with ERANGE: its netlink library says so when too
     * many requests wait for their answers. Another call takes up where that one stopped.
     */
    public void reload() {
        long end = System.nanoTime() + timeout.toNanos();
        while (!reloaded(System.nanoTime() >= end)) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private boolean reloaded(boolean lastCall) {
        try {
            bus.call(MANAGER, "Reload", timeout);
            return true;
        } catch (HostFailureException e) {
            if (lastCall || !e.errorName().equals(Optional.of(TOO_MANY_REQUESTS))) {
                throw e;
            }
            return false;
        }
    }
}
