package io.nspawn.model;

import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacAddress;
import io.nspawn.net.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A container as it was at one moment. What is not known is empty, never a zero.
 *
 * @param machine its name
 * @param state where it is in its life
 * @param leader the host's process id of its first process
 * @param since when it was started
 * @param memoryBytes memory of its control group; empty where the controller is off
 * @param tasks processes and threads
 * @param cpu CPU time used since it was started
 * @param interfaces its network interfaces but the loopback, as they are inside
 */
public record ContainerStatus(
        MachineName machine,
        ContainerState state,
        OptionalInt leader,
        Optional<Instant> since,
        OptionalLong memoryBytes,
        OptionalLong tasks,
        Optional<Duration> cpu,
        List<Interface> interfaces) {
    public ContainerStatus {
        interfaces = List.copyOf(interfaces);
    }

    /**
     * A network interface inside a container.
     *
     * @param name its name there
     * @param mac its MAC, where it has one
     * @param up whether it is administratively up
     * @param addresses its addresses, link-local ones too
     */
    public record Interface(InterfaceName name, Optional<MacAddress> mac, boolean up, List<Prefix> addresses) {
        public Interface {
            addresses = List.copyOf(addresses);
        }
    }

    /** All addresses but link-local ones, in interface order. */
    public List<Prefix> addresses() {
        return interfaces.stream()
                .flatMap(i -> i.addresses().stream())
                .filter(a -> !a.address().toInetAddress().isLinkLocalAddress())
                .toList();
    }
}
