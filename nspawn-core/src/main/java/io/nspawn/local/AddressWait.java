package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.NotFoundException;
import io.nspawn.net.NetlinkException;
import io.nspawn.net.NetworkNamespace;
import io.nspawn.net.Prefix;
import io.nspawn.net.RouteEvent;
import io.nspawn.net.RouteEvents;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Waits until the network namespace of a process has certain addresses, by the kernel's events. */
final class AddressWait {
    private AddressWait() {}

    /**
     * Waits.
     *
     * @return whether all were there in time, past duplicate address detection
     * @throws NotFoundException if there is no such process, or it ends meanwhile
     * @throws NetlinkException if the kernel refuses, or the thread is interrupted
     */
    static boolean until(Native os, int leader, Set<Prefix> wanted, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        // The process first: if its number had passed to another when the namespace is opened, it is told ended.
        try (ProcessWatch process = ProcessWatch.open(os, leader);
                RouteEvents events =
                        RouteEvents.open(NetworkNamespace.ofProcess(leader), Set.of(RouteEvents.Topic.ADDRESSES))) {
            // Our own sockets keep the namespace alive, so its end would never be heard of through them.
            process.onEnd(events::close);
            return until(events, wanted, end);
        } catch (NetlinkException.Closed e) {
            throw new NotFoundException(Failure.of("await addresses of", "process " + leader, "it has ended"), e);
        }
    }

    /** Takes events until the deadline; the first, which tells what is there already, also after it. */
    private static boolean until(RouteEvents events, Set<Prefix> wanted, long end) {
        UsableAddresses usable = new UsableAddresses();
        long left;
        do {
            left = Math.max(0, end - System.nanoTime());
            Optional<RouteEvent> event = events.next(Duration.ofNanos(left));
            event.ifPresent(usable::apply);
            if (usable.haveAll(wanted)) {
                return true;
            }
        } while (left > 0);
        return false;
    }
}
