package io.nspawn.net;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What sort of link to make, with the settings of that sort. The common ones are in {@link LinkSpec}. */
public sealed interface LinkKind {
    /**
     * Names the kind as the kernel does.
     *
     * @return for example {@code macvlan}
     */
    String kernelName();

    /**
     * A link with its own MAC address on a lower link; see the kernel's macvlan driver.
     *
     * @param mode how siblings reach each other
     * @param sources the MAC addresses let in, for mode source only
     * @param broadcastQueueLength how many broadcast frames may wait, 0 to 2<sup>32</sup>-2; one queue serves all
     *     macvlans of a lower link, and the greatest wish counts (Linux 5.11)
     * @param broadcastCutoff from how many receivers on a multicast goes through that queue; negative queues broadcasts
     *     only. It holds for all macvlans of a lower link, and the last that was set counts (Linux 6.4)
     * @param promiscuous false keeps the lower link of a passthru from going promiscuous
     * @param alsoByDestination false, in mode source, keeps frames of a listed address from macvlans that only have
     *     their destination address (Linux 5.13)
     */
    record Macvlan(
            MacvlanMode mode,
            List<MacAddress> sources,
            OptionalLong broadcastQueueLength,
            OptionalInt broadcastCutoff,
            boolean promiscuous,
            boolean alsoByDestination)
            implements LinkKind {
        private static final long QUEUE_MAX = 0xffff_fffeL;

        /**
         * Checks the combination.
         *
         * @throws IllegalArgumentException for sources without mode source or a queue length out of range
         */
        public Macvlan {
            sources = List.copyOf(sources);
            if (mode != MacvlanMode.SOURCE && !sources.isEmpty()) {
                throw new IllegalArgumentException("a list of source addresses needs mode source, not " + mode);
            }
            sources.forEach(LinkSpec::unicast);
            queueInRange(broadcastQueueLength.orElse(0));
        }

        static void queueInRange(long length) {
            if (length < 0 || length > QUEUE_MAX) {
                throw new IllegalArgumentException("a broadcast queue has 0 to 4294967294 entries, not " + length);
            }
        }

        /**
         * Makes a macvlan with the kernel's defaults.
         *
         * @param mode how siblings reach each other
         */
        public Macvlan(MacvlanMode mode) {
            this(mode, List.of(), OptionalLong.empty(), OptionalInt.empty(), true, true);
        }

        /**
         * Lists the MAC addresses that are let in.
         *
         * @param addresses unicast addresses
         * @return a changed copy
         */
        public Macvlan sources(List<MacAddress> addresses) {
            return new Macvlan(mode, addresses, broadcastQueueLength, broadcastCutoff, promiscuous, alsoByDestination);
        }

        /**
         * Wishes for a length of the broadcast queue.
         *
         * @param frames 0 to 2<sup>32</sup>-2
         * @return a changed copy
         */
        public Macvlan broadcastQueueLength(long frames) {
            return new Macvlan(mode, sources, OptionalLong.of(frames), broadcastCutoff, promiscuous, alsoByDestination);
        }

        /**
         * Says from how many receivers on a multicast is queued.
         *
         * @param receivers a number of macvlans; negative queues broadcasts only
         * @return a changed copy
         */
        public Macvlan broadcastCutoff(int receivers) {
            return new Macvlan(
                    mode, sources, broadcastQueueLength, OptionalInt.of(receivers), promiscuous, alsoByDestination);
        }

        /**
         * Keeps the lower link of a passthru from going promiscuous.
         *
         * @return a changed copy
         */
        public Macvlan withoutPromiscuity() {
            return new Macvlan(mode, sources, broadcastQueueLength, broadcastCutoff, false, alsoByDestination);
        }

        /**
         * Keeps frames of a listed address from macvlans that only have their destination address.
         *
         * @return a changed copy
         */
        public Macvlan onlyBySource() {
            return new Macvlan(mode, sources, broadcastQueueLength, broadcastCutoff, promiscuous, false);
        }

        int flags() {
            return (promiscuous ? 0 : Ifla.MACVLAN_FLAG_NOPROMISC) | (alsoByDestination ? 0 : Ifla.MACVLAN_FLAG_NODST);
        }

        @Override
        public String kernelName() {
            return "macvlan";
        }
    }

    /**
     * A macvlan whose frames a process reads from a character device.
     *
     * @param settings the same as those of a macvlan
     */
    record Macvtap(Macvlan settings) implements LinkKind {
        /**
         * Makes a macvtap with the kernel's defaults.
         *
         * @param mode how siblings reach each other
         */
        public Macvtap(MacvlanMode mode) {
            this(new Macvlan(mode));
        }

        @Override
        public String kernelName() {
            return "macvtap";
        }
    }

    /**
     * Two links joined by a cable; see veth(4).
     *
     * @param peer the other end
     */
    record Veth(VethPeer peer) implements LinkKind {
        @Override
        public String kernelName() {
            return "veth";
        }
    }

    /**
     * A switch in the kernel. It stays in the namespace it was made in.
     *
     * <p>As long as it has no port, it has a carrier only if its MAC address was never set, neither at the making nor
     * later: then macvlans on it reach each other without any port.
     *
     * @param options what differs from the kernel's defaults
     */
    record Bridge(Map<BridgeOption, Long> options) implements LinkKind {
        /**
         * Copies the options.
         *
         * @throws IllegalArgumentException if a value is out of range
         */
        public Bridge {
            Map<BridgeOption, Long> copy = new EnumMap<>(BridgeOption.class);
            options.forEach((option, value) -> copy.put(option, option.format.check(option, value)));
            options = Collections.unmodifiableMap(copy);
        }

        /** Makes a bridge with the kernel's defaults. */
        public Bridge() {
            this(Map.of());
        }

        /**
         * Sets a number.
         *
         * @param option what to set
         * @param value its value
         * @return a changed copy
         * @throws IllegalArgumentException if the value is out of range
         */
        public Bridge with(BridgeOption option, long value) {
            Map<BridgeOption, Long> changed = new EnumMap<>(BridgeOption.class);
            changed.putAll(options);
            changed.put(option, value);
            return new Bridge(changed);
        }

        /**
         * Switches something on or off.
         *
         * @param option what to switch
         * @param on whether it is on
         * @return a changed copy
         */
        public Bridge with(BridgeOption option, boolean on) {
            return with(option, on ? 1 : 0);
        }

        @Override
        public String kernelName() {
            return "bridge";
        }
    }

    /**
     * An Ethernet over UDP; RFC 7348. The lower link of the spec is the one it sends by; a multicast remote needs one.
     *
     * @param id the network, 0 to 2<sup>24</sup>-1
     * @param local the address to send from
     * @param remote the unicast or multicast address to send unknown addresses to
     * @param port the UDP port to send to, 1 to 65535; 4789 is assigned
     * @param learning whether addresses are learned from what comes in
     * @param ttl the time to live of what is sent, 1 to 255; empty for the kernel's choice
     */
    record Vxlan(
            int id, Optional<IpAddress> local, Optional<IpAddress> remote, int port, boolean learning, OptionalInt ttl)
            implements LinkKind {
        /** The UDP port assigned to VXLAN. */
        public static final int PORT = 4789;

        /**
         * Checks the ranges.
         *
         * @throws IllegalArgumentException if the network or the port is out of range, or the families differ
         */
        public Vxlan {
            if (id < 0 || id > 0xff_ffff) {
                throw new IllegalArgumentException("a VXLAN network is 0 to 16777215, not " + id);
            }
            if (port < 1 || port > 0xffff) {
                throw new IllegalArgumentException("a UDP port is 1 to 65535, not " + port);
            }
            if (local.isPresent()
                    && remote.isPresent()
                    && local.get().family() != remote.get().family()) {
                throw new IllegalArgumentException("local and remote address are of different families");
            }
            if (ttl.isPresent() && (ttl.getAsInt() < 1 || ttl.getAsInt() > 255)) {
                throw new IllegalArgumentException("a time to live is 1 to 255, not " + ttl.getAsInt());
            }
        }

        /**
         * Makes a learning VXLAN on the assigned port, without addresses.
         *
         * @param id the network
         */
        public Vxlan(int id) {
            this(id, Optional.empty(), Optional.empty(), PORT, true, OptionalInt.empty());
        }

        /**
         * Sends from an address to an address.
         *
         * @param from the address to send from
         * @param to the unicast or multicast address to send unknown addresses to, of the same family
         * @return a changed copy
         */
        public Vxlan between(IpAddress from, IpAddress to) {
            return new Vxlan(id, Optional.of(from), Optional.of(to), port, learning, ttl);
        }

        /**
         * Chooses another port.
         *
         * @param number the UDP port to send to, 1 to 65535
         * @return a changed copy
         */
        public Vxlan port(int number) {
            return new Vxlan(id, local, remote, number, learning, ttl);
        }

        /**
         * Learns no addresses from what comes in.
         *
         * @return a changed copy
         */
        public Vxlan withoutLearning() {
            return new Vxlan(id, local, remote, port, false, ttl);
        }

        /**
         * Sets the time to live of what is sent.
         *
         * @param hops 1 to 255
         * @return a changed copy
         */
        public Vxlan ttl(int hops) {
            return new Vxlan(id, local, remote, port, learning, OptionalInt.of(hops));
        }

        @Override
        public String kernelName() {
            return "vxlan";
        }
    }

    /**
     * A tagged network on a lower link; IEEE 802.1Q.
     *
     * @param id the tag, 0 to 4094
     */
    record Vlan(int id) implements LinkKind {
        /**
         * Checks the range.
         *
         * @throws IllegalArgumentException if the tag is out of range
         */
        public Vlan {
            if (id < 0 || id > 4094) {
                throw new IllegalArgumentException("a VLAN is 0 to 4094, not " + id);
            }
        }

        @Override
        public String kernelName() {
            return "vlan";
        }
    }

    /**
     * A link that shares the MAC address of its lower link.
     *
     * @param mode what it forwards by
     */
    record Ipvlan(Mode mode) implements LinkKind {
        /** What an ipvlan forwards by. */
        public enum Mode {
            /** MAC addresses and neighbour discovery; what nspawn uses. */
            L2(0),
            /** Routes alone. */
            L3(1),
            /** Routes, through the netfilter hooks of the lower link's namespace. */
            L3S(2);

            private final int number;

            Mode(int number) {
                this.number = number;
            }

            int number() {
                return number;
            }
        }

        @Override
        public String kernelName() {
            return "ipvlan";
        }
    }

    /** A link that swallows what is sent to it. */
    record Dummy() implements LinkKind {
        @Override
        public String kernelName() {
            return "dummy";
        }
    }
}
