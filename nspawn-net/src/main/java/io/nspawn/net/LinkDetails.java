package io.nspawn.net;

import java.util.List;
import java.util.Map;
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
     * @param alsoByDestination false if frames of a listed address go to no macvlan that only has their destination
     *     address
     * @param broadcastQueueLength the wished length of the broadcast queue, in frames
     * @param broadcastQueueLengthUsed the length used, the greatest wish on the lower link
     * @param broadcastCutoff from how many receivers on a multicast is queued; empty for the kernel's default of 1
     */
    record Macvlan(
            Optional<MacvlanMode> mode,
            List<MacAddress> sources,
            boolean promiscuous,
            boolean alsoByDestination,
            OptionalLong broadcastQueueLength,
            OptionalLong broadcastQueueLengthUsed,
            OptionalInt broadcastCutoff)
            implements LinkDetails {}

    /**
     * A bridge.
     *
     * @param options each option that this kernel has, with its value
     */
    record Bridge(Map<BridgeOption, Long> options) implements LinkDetails {
        /** Copies the options. */
        public Bridge {
            options = Map.copyOf(options);
        }

        /**
         * Gives an option.
         *
         * @param option which
         * @return its value, empty if this kernel does not have it
         */
        public OptionalLong get(BridgeOption option) {
            Long value = options.get(option);
            return value == null ? OptionalLong.empty() : OptionalLong.of(value);
        }
    }

    /**
     * A VXLAN.
     *
     * @param id the network
     * @param local the address sent from
     * @param remote the address that unknown ones are sent to
     * @param port the UDP port sent to
     * @param learning whether addresses are learned
     * @param lower the index of the link it sends by, in the namespace that it was made in
     * @param ttl the time to live of what is sent, 0 for the kernel's choice
     */
    record Vxlan(
            long id,
            Optional<IpAddress> local,
            Optional<IpAddress> remote,
            int port,
            boolean learning,
            OptionalInt lower,
            int ttl)
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
