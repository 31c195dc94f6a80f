package io.nspawn.config;

import io.nspawn.model.SystemdVersion;
import io.nspawn.net.MacAddress;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A {@code .network} file: what systemd-networkd does with the interfaces that match it (systemd.network(5)). Of several
 * files the first by name counts for an interface, the others not at all.
 *
 * <pre>{@code
 * Network.of("br-mgmt").address("172.29.236.1/22").linkLocal("no").build()
 * Network.of("eth1").bridge("br-mgmt").bridgePort(port -> port.vlans(10, 20).pvid(10)).build()
 * }</pre>
 *
 * @param content the sections of the file
 */
public record Network(SystemdFile content) implements NetworkdFile {
    /**
     * Takes the sections of a file.
     *
     * @throws IllegalArgumentException if a key is none that this library writes, or does not take its value, or networkd
     *     would ignore a section for what is in it; the message names the section, the key and what would be right
     */
    public Network {
        content = NetworkdKeys.NETWORK.checked(content);
        NetworkRules.check(content);
    }

    /**
     * A file for interfaces by name.
     *
     * @param patterns names, alternative names, or patterns of them with {@code *}, {@code ?} and {@code [a-z]}
     */
    public static Builder of(String... patterns) {
        return new Builder().matchName(patterns);
    }

    /** A file whose match is still to be said. */
    public static Builder matching() {
        return new Builder();
    }

    /**
     * Reads a file that anybody wrote. Keys that this library does not know stay in it and are told; values may have any
     * form that systemd takes for them.
     *
     * @param file where it stands, for errors
     * @throws InvalidFileException if systemd would refuse the file, a known key does not take its value, or the file
     *     could not do what it says; names the file, the line, the key and what would be right
     */
    public static TypedDocument<Network> read(Path file, byte[] content) {
        return new TypedFileReader<>(NetworkdKeys.NETWORK, Network::new, file).read(content);
    }

    @Override
    public String extension() {
        return "network";
    }

    @Override
    public SystemdFile contentFor(SystemdVersion version) {
        NetworkdKeys.NETWORK.requireKnown(content.value("Match", "Name").orElse("*") + ".network", content, version);
        return content;
    }

    /** Collects a file. Each method throws {@link IllegalArgumentException} for a value out of its range. */
    public static final class Builder {
        private final Assignments assignments = new Assignments(
                NetworkdKeys.NETWORK,
                "Match",
                "Link",
                "Network",
                "Address",
                "Route",
                "DHCPv4",
                "IPv6AcceptRA",
                "DHCPServer",
                "DHCPServerStaticLease",
                "Bridge",
                "BridgeVLAN",
                "BridgeFDB");

        private Builder() {}

        /** Names or patterns; one of them must match. */
        public Builder matchName(String... patterns) {
            assignments.set("Match", "Name", String.join(" ", patterns));
            return this;
        }

        /** MACs; one of them must match. */
        public Builder matchMac(MacAddress... addresses) {
            for (MacAddress address : addresses) {
                assignments.add("Match", "MACAddress", address.toString());
            }
            return this;
        }

        /** Kinds of virtual interface, as in {@code bridge} (systemd 251). */
        public Builder matchKind(String... kinds) {
            assignments.set("Match", "Kind", String.join(" ", kinds));
            return this;
        }

        /** Types of device, as in {@code ether}. */
        public Builder matchType(String... types) {
            assignments.set("Match", "Type", String.join(" ", types));
            return this;
        }

        /** Drivers, as in {@code virtio_net}. */
        public Builder matchDriver(String... drivers) {
            assignments.set("Match", "Driver", String.join(" ", drivers));
            return this;
        }

        /** The MAC to set. */
        public Builder mac(String address) {
            return link("MACAddress", OtherForms.mac(address));
        }

        /** The largest packet in bytes, 68 to 65535; with IPv6 never below 1280. */
        public Builder mtu(int bytes) {
            return link("MTUBytes", Integer.toString(bytes));
        }

        /** The group to put the interface into, 0 to 2147483647. */
        public Builder group(int number) {
            return link("Group", Integer.toString(number));
        }

        public Builder arp(boolean on) {
            return link("ARP", yesOrNo(on));
        }

        public Builder promiscuous(boolean on) {
            return link("Promiscuous", yesOrNo(on));
        }

        /** Leaves the interface to others: networkd touches nothing of it. */
        public Builder unmanaged() {
            return link("Unmanaged", "yes");
        }

        /** Whether the host counts as online only when this interface is up. */
        public Builder requiredForOnline(boolean required) {
            return link("RequiredForOnline", yesOrNo(required));
        }

        /**
         * The state from which on the interface counts as online, or a range {@code lowest:highest}: no-carrier, dormant,
         * degraded-carrier, carrier, degraded, enslaved, routable.
         */
        public Builder requiredForOnline(String state) {
            return link("RequiredForOnline", state);
        }

        /** any, ipv4, ipv6 or both. */
        public Builder requiredFamilyForOnline(String family) {
            return link("RequiredFamilyForOnline", family);
        }

        /** up, always-up, manual, always-down, down or bound. */
        public Builder activationPolicy(String policy) {
            return link("ActivationPolicy", policy);
        }

        /** A text for people. */
        public Builder description(String text) {
            return network("Description", text);
        }

        /** A static address with its prefix length: {@code 172.29.236.1/22}; once for each. */
        public Builder address(String addressAndLength) {
            return addNetwork("Address", OtherForms.prefix(addressAndLength));
        }

        /** A static address with more to be said about it. */
        public Builder address(String addressAndLength, Consumer<NetworkAddress> more) {
            NetworkAddress address = new NetworkAddress(addressAndLength);
            more.accept(address);
            assignments.addSection("Address", address.assignments());
            return this;
        }

        /** The next hop of a default route; once for each family. */
        public Builder gateway(String address) {
            return addNetwork("Gateway", OtherForms.address(address));
        }

        /** A route to a network, {@code 10.16.0.0/12}; the host bits are cut off. */
        public Builder route(String destination, Consumer<NetworkRoute> more) {
            return route(new NetworkRoute().destination(destination), more);
        }

        /** A default route. */
        public Builder defaultRoute(Consumer<NetworkRoute> more) {
            return route(new NetworkRoute(), more);
        }

        private Builder route(NetworkRoute route, Consumer<NetworkRoute> more) {
            more.accept(route);
            assignments.addSection("Route", route.assignments());
            return this;
        }

        /** A name server, a literal address; once for each. Read by systemd-resolved. */
        public Builder dns(String address) {
            return addNetwork("DNS", OtherForms.address(address));
        }

        /** Domains that this interface's name servers are asked for; with {@code ~} in front not used to complete names. */
        public Builder domains(String... names) {
            return network("Domains", String.join(" ", names));
        }

        public Builder dnsDefaultRoute(boolean on) {
            return network("DNSDefaultRoute", yesOrNo(on));
        }

        /** A time server, an address or a name; once for each. */
        public Builder ntp(String server) {
            return addNetwork("NTP", server);
        }

        /** Whether addresses are asked for, IPv4 and IPv6. */
        public Builder dhcp(boolean on) {
            return network("DHCP", yesOrNo(on));
        }

        /** Asks for addresses of one family: {@code ipv4} or {@code ipv6}. */
        public Builder dhcp(String family) {
            return network("DHCP", family);
        }

        /** yes, no, ipv4 or ipv6. */
        public Builder linkLocal(String families) {
            return network("LinkLocalAddressing", families);
        }

        public Builder ipv6AcceptRa(boolean on) {
            return network("IPv6AcceptRA", yesOrNo(on));
        }

        public Builder ipv6SendRa(boolean on) {
            return network("IPv6SendRA", yesOrNo(on));
        }

        /** How many times a new IPv6 address is probed for before it is used; 0 is not at all. */
        public Builder ipv6DuplicateAddressDetection(int probes) {
            return network("IPv6DuplicateAddressDetection", Integer.toString(probes));
        }

        /** yes, no or routers-only: whether neighbours' LLDP packets are collected. */
        public Builder lldp(String mode) {
            return network("LLDP", mode);
        }

        /** yes, no, nearest-bridge, non-tpmr-bridge or customer-bridge: tells the neighbours the host's name and machine-id. */
        public Builder emitLldp(String mode) {
            return network("EmitLLDP", mode);
        }

        /** Forwards packets of these families that come in here as coming from this host: no, ipv4, ipv6 or both. */
        public Builder masquerade(String families) {
            return network("IPMasquerade", families);
        }

        /** yes, no, ipv4 or ipv6: forwarding on all of the host, up to systemd 255. */
        public Builder ipForward(String families) {
            return network("IPForward", families);
        }

        /** Forwarding from this interface (systemd 256). */
        public Builder ipv4Forwarding(boolean on) {
            return network("IPv4Forwarding", yesOrNo(on));
        }

        /** Forwarding from this interface (systemd 256); IPv6 needs networkd.conf(5) besides. */
        public Builder ipv6Forwarding(boolean on) {
            return network("IPv6Forwarding", yesOrNo(on));
        }

        /** Makes the interface a port of a bridge. */
        public Builder bridge(String name) {
            return network("Bridge", name);
        }

        /** What the interface does as a port. */
        public Builder bridgePort(Consumer<BridgePort> more) {
            more.accept(new BridgePort(assignments));
            return this;
        }

        /** Makes a VLAN of a {@code .netdev} file on the interface; once for each. */
        public Builder vlan(String name) {
            return addNetwork("VLAN", name);
        }

        /** Makes a macvlan of a {@code .netdev} file on the interface; once for each. */
        public Builder macvlan(String name) {
            return addNetwork("MACVLAN", name);
        }

        /** Makes a VXLAN of a {@code .netdev} file on the interface; once for each. */
        public Builder vxlan(String name) {
            return addNetwork("VXLAN", name);
        }

        /** Leaves the interface in the bridge or bond that somebody else put it in. */
        public Builder keepMaster(boolean on) {
            return network("KeepMaster", yesOrNo(on));
        }

        /** The interface is up only while one of these is. */
        public Builder bindCarrier(String... interfaces) {
            return network("BindCarrier", String.join(" ", interfaces));
        }

        /**
         * Whether addresses are set without a carrier, which a bridge without ports has none of. The interface then
         * reaches "configured" only without DHCP, router advertisements and duplicate address detection.
         */
        public Builder configureWithoutCarrier(boolean on) {
            return network("ConfigureWithoutCarrier", yesOrNo(on));
        }

        public Builder ignoreCarrierLoss(boolean on) {
            return network("IgnoreCarrierLoss", yesOrNo(on));
        }

        /** yes, no, static, dhcp-on-stop or dhcp: what stays when networkd starts or stops. */
        public Builder keepConfiguration(String mode) {
            return network("KeepConfiguration", mode);
        }

        /** How addresses are asked for by DHCPv4. */
        public Builder dhcpv4(Consumer<Dhcpv4Client> more) {
            more.accept(new Dhcpv4Client(assignments));
            return this;
        }

        /** Hands out addresses on this interface, which needs a static IPv4 address of its own. */
        public Builder dhcpServer(Consumer<DhcpServer> more) {
            network("DHCPServer", "yes");
            more.accept(new DhcpServer(assignments));
            return this;
        }

        /**
         * The value.
         *
         * @throws IllegalArgumentException if nothing is matched, options exclude each other or one is missing
         */
        public Network build() {
            return new Network(assignments.file());
        }

        private Builder link(String key, String value) {
            assignments.set("Link", key, value);
            return this;
        }

        private Builder network(String key, String value) {
            assignments.set("Network", key, value);
            return this;
        }

        private Builder addNetwork(String key, String value) {
            assignments.add("Network", key, value);
            return this;
        }

        private static String yesOrNo(boolean on) {
            return on ? "yes" : "no";
        }
    }
}
