package io.nspawn.testkit.truth;

import io.nspawn.Host;
import io.nspawn.Timeouts;
import io.nspawn.spi.HostPorts;
import io.nspawn.testkit.FakeHost;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A host that is held against another.
 *
 * @param name what it is called in a report
 * @param host the host as its user sees it
 * @param ports the same host as the engine sees it
 * @param pass lets time pass where nobody else does
 */
public record Subject(String name, Host host, HostPorts ports, Consumer<Duration> pass) {
    /** A host of ports that are at hand: {@link Host} keeps its own to itself. */
    private static final class PortedHost extends Host {
        PortedHost(HostPorts ports) {
            super(ports, Timeouts.DEFAULT);
        }
    }

    /** A host whose time passes by itself; closed by whoever closes the ports. */
    public static Subject real(HostPorts ports) {
        return new Subject("the real host", new PortedHost(ports), ports, time -> {});
    }

    public static Subject fake(FakeHost host) {
        return new Subject("the fake", host, host.ports(), host.clock()::advance);
    }
}
