package io.nspawn.host;

import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.MacvlanSegment;
import io.nspawn.net.NspawnNames;
import io.nspawn.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One network of a host: what its containers' macvlans stand on, and how the host itself takes part.
 *
 * <p>A link never talks to the macvlans on it. So the host takes part by a macvlan of its own beside those of the
 * containers; or the macvlans stand {@linkplain #throughVeth on one end of a veth pair} whose other end is a port of the
 * bridge, and the host has its address on the bridge itself, as hosts with LXC have.
 *
 * @param link the bridge or network card
 * @param given whether it is there already and somebody else's: it is then never made, changed or deleted, only set up
 * @param ports network cards that become ports of the bridge; nothing else may be configured on them
 * @param throughVeth whether the macvlans stand on a veth pair into the bridge
 * @param hostMacvlan the host's own macvlan
 * @param hostAddresses the host's addresses: on its own macvlan, else on the bridge
 * @param subnets the networks, one for each family; those of the host's addresses where none were said
 * @param mode how containers, and the host's own macvlan, reach each other
 * @param mtu in bytes; else that of the link
 * @param dhcp the addresses that systemd-networkd hands out
 * @param masquerade whether what leaves the network for elsewhere bears the host's address
 */
public record Segment(
        InterfaceName link,
        boolean given,
        List<InterfaceName> ports,
        boolean throughVeth,
        Optional<InterfaceName> hostMacvlan,
        List<Prefix> hostAddresses,
        List<Prefix> subnets,
        MacvlanMode mode,
        OptionalInt mtu,
        Optional<DhcpRange> dhcp,
        boolean masquerade) {
    private static final int MTU_MIN = 68;
    private static final int MTU_MAX = 65535;

    public Segment {
        Objects.requireNonNull(link);
        ports = List.copyOf(ports);
        hostAddresses = List.copyOf(hostAddresses);
        subnets = List.copyOf(subnets);
        if (mtu.isPresent() && (mtu.getAsInt() < MTU_MIN || mtu.getAsInt() > MTU_MAX)) {
            throw new IllegalArgumentException(
                    "an MTU is " + MTU_MIN + " to " + MTU_MAX + " bytes, not " + mtu.getAsInt());
        }
    }

    /**
     * The addresses that a DHCP server hands out.
     *
     * @param offset the first, counted from the network's own address, 1 or more
     * @param size how many, 1 or more
     */
    public record DhcpRange(int offset, int size) {
        public DhcpRange {
            if (offset < 1 || size < 1) {
                throw new IllegalArgumentException(
                        "a range starts at 1 or later and has 1 address or more, not " + offset + " and " + size);
            }
        }
    }

    /** What a container's macvlan stands on: the name for {@code ContainerSpec.Builder.macvlan}. */
    public InterfaceName containersOn() {
        return throughVeth ? veth().lower() : link;
    }

    /** The interface that bears the host's addresses. */
    public InterfaceName hostInterface() {
        return hostMacvlan.orElse(link);
    }

    /** The names of the veth pair, whether it is wanted or not. */
    MacvlanSegment veth() {
        return MacvlanSegment.of(link);
    }

    /** Every link that this library makes for it, those that stand on others last. */
    List<InterfaceName> made() {
        List<InterfaceName> names = new ArrayList<>();
        if (!given) {
            names.add(link);
        }
        if (throughVeth) {
            names.add(veth().port());
            names.add(veth().lower());
        }
        hostMacvlan.ifPresent(names::add);
        return names;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(link.value()).append(given ? " (given)" : "");
        append(text, "ports", ports);
        text.append(throughVeth ? ", macvlans on " + veth().lower() : "");
        text.append(hostMacvlan.map(name -> ", host on " + name).orElse(""));
        append(text, "host", hostAddresses);
        append(text, "subnets", subnets);
        text.append(mode == MacvlanMode.BRIDGE ? "" : ", mode " + mode);
        mtu.ifPresent(bytes -> text.append(", MTU ").append(bytes));
        dhcp.ifPresent(range ->
                text.append(", DHCP ").append(range.offset()).append('+').append(range.size()));
        return text.append(masquerade ? ", masquerade" : "").toString();
    }

    private static void append(StringBuilder text, String what, List<?> values) {
        if (!values.isEmpty()) {
            text.append(", ").append(what).append(' ').append(values);
        }
    }

    /** Collects a network. Each method throws {@link IllegalArgumentException} for text that is no such value. */
    public static final class Builder {
        private final InterfaceName link;
        private final boolean given;
        private final List<InterfaceName> ports = new ArrayList<>();
        private final List<Prefix> hostAddresses = new ArrayList<>();
        private final List<Prefix> subnets = new ArrayList<>();
        private boolean throughVeth;
        private Optional<InterfaceName> hostMacvlan = Optional.empty();
        private MacvlanMode mode = MacvlanMode.BRIDGE;
        private OptionalInt mtu = OptionalInt.empty();
        private Optional<DhcpRange> dhcp = Optional.empty();
        private boolean masquerade;

        Builder(String link, boolean given) {
            this.link = InterfaceName.of(link);
            this.given = given;
        }

        /** An address of the host, with its prefix length: {@code 172.29.236.1/22}; once for each. */
        public Builder host(String addressAndLength) {
            hostAddresses.add(Prefix.parse(addressAndLength));
            return this;
        }

        /**
         * The name of the host's own macvlan, which is made even without an address. By rule it is {@code mv-} and the
         * name of the link without {@code br-}, shortened as systemd does.
         */
        public Builder hostMacvlan(String name) {
            hostMacvlan = Optional.of(InterfaceName.of(name));
            return this;
        }

        /** The network, {@code 172.29.236.0/22}, that every address must be in; one for each family. */
        public Builder subnet(String network) {
            subnets.add(Prefix.parse(network));
            return this;
        }

        /** A network card that becomes a port of the bridge; once for each. */
        public Builder port(String name) {
            ports.add(InterfaceName.of(name));
            return this;
        }

        /** Has macvlans stand on a veth pair into the bridge, so that they reach the address of the bridge itself. */
        public Builder throughVeth() {
            throughVeth = true;
            return this;
        }

        /** How macvlans reach each other; see {@link Networks#setModes}. */
        public Builder mode(MacvlanMode chosen) {
            mode = Objects.requireNonNull(chosen);
            return this;
        }

        /** Keeps containers from each other; they reach the host, through a veth pair, and the wire. */
        public Builder isolated() {
            return throughVeth().mode(MacvlanMode.PRIVATE);
        }

        /** In bytes, 68 to 65535: of the bridge, the macvlans on it, and so of the containers. */
        public Builder mtu(int bytes) {
            mtu = OptionalInt.of(bytes);
            return this;
        }

        /**
         * Has systemd-networkd hand out IPv4 addresses.
         *
         * @param offset the first, counted from the network's own address
         * @param size how many
         */
        public Builder dhcp(int offset, int size) {
            dhcp = Optional.of(new DhcpRange(offset, size));
            return this;
        }

        /** What leaves the network for elsewhere bears the host's address. */
        public Builder masquerade() {
            masquerade = true;
            return this;
        }

        Segment build() {
            Optional<InterfaceName> own = hostMacvlan.isEmpty() && !hostAddresses.isEmpty() && !throughVeth
                    ? Optional.of(Topology.hostMacvlanOf(link))
                    : hostMacvlan;
            List<Prefix> networks = subnets.isEmpty()
                    ? hostAddresses.stream().map(Prefix::network).distinct().toList()
                    : subnets;
            return new Segment(
                    link, given, ports, throughVeth, own, hostAddresses, networks, mode, mtu, dhcp, masquerade);
        }
    }

    /** How systemd shortens a name that is too long. */
    static InterfaceName shortened(String name) {
        return NspawnNames.HASHED.shorten(name);
    }
}
