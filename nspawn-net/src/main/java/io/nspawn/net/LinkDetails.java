package io.nspawn.net;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What the kernel says about a link that only links of its kind have. */
public sealed interface LinkDetails {
    /**
     * A macvlan or macvtap.
     *
     * @param mode how siblings reach each other; empty for a mode newer than this library
     * @param sources the MAC addresses let in, in mode source
     * @param promiscuous false if a passthru keeps its lower link from going promiscuous
     * @param broadcastQueueLength the wished length of the broadcast queue, in frames
     * @param broadcastQueueLengthUsed the length used, the greatest wish on the lower link
     */
    record Macvlan(
            Optional<MacvlanMode> mode,
            List<MacAddress> sources,
            boolean promiscuous,
            OptionalLong broadcastQueueLength,
            OptionalLong broadcastQueueLengthUsed)
            implements LinkDetails {}

    /**
     * A bridge.
     *
     * @param stp whether the spanning tree protocol runs
     * @param ageing how long an address is remembered, in hundredths of a second
     * @param forwardDelay how long a new port listens, in hundredths of a second
     * @param vlanFiltering whether ports filter by VLAN
     */
    record Bridge(boolean stp, long ageing, long forwardDelay, boolean vlanFiltering) implements LinkDetails {}

    /**
     * A VXLAN.
     *
     * @param id the network
     * @param local the address sent from
     * @param remote the address that unknown ones are sent to
     * @param port the UDP port sent to
     * @param learning whether addresses are learned
     */
    record Vxlan(long id, Optional<IpAddress> local, Optional<IpAddress> remote, int port, boolean learning)
            implements LinkDetails {}

    /**
     * A VLAN.
     *
     * @param id the tag
     */
    record Vlan(OptionalInt id) implements LinkDetails {}

    /** Any other kind; its settings are not read. */
    record None() implements LinkDetails {}
}
