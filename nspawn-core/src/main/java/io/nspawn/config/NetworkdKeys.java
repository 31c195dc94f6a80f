package io.nspawn.config;

import static io.nspawn.config.Grammar.ADDRESS;
import static io.nspawn.config.Grammar.BOOLEAN;
import static io.nspawn.config.Grammar.DOMAINS;
import static io.nspawn.config.Grammar.INTERFACE;
import static io.nspawn.config.Grammar.IPV4;
import static io.nspawn.config.Grammar.IPV4_PREFIX;
import static io.nspawn.config.Grammar.MAC;
import static io.nspawn.config.Grammar.MTU;
import static io.nspawn.config.Grammar.NAME_PATTERN;
import static io.nspawn.config.Grammar.PORT;
import static io.nspawn.config.Grammar.PREFIX;
import static io.nspawn.config.Grammar.TEXT;
import static io.nspawn.config.Grammar.TIME;
import static io.nspawn.config.Grammar.UNICAST_MAC;
import static io.nspawn.config.Grammar.UNSIGNED;
import static io.nspawn.config.Grammar.VLAN_IDS;
import static io.nspawn.config.Grammar.VLAN_PROTOCOL;
import static io.nspawn.config.Grammar.integer;
import static io.nspawn.config.Grammar.listOf;
import static io.nspawn.config.Grammar.oneOf;
import static io.nspawn.config.Grammar.range;
import static io.nspawn.config.Grammar.seconds;

import io.nspawn.net.InterfaceName;

/**
 * The keys of {@code .netdev}, {@code .network} and {@code .link} files that this library writes, with the first systemd
 * that knows each (systemd.netdev(5), systemd.network(5), systemd.link(5)) and the kernel's ranges where these are
 * narrower (linux/if_bridge.h, net/bridge/br_private.h).
 */
final class NetworkdKeys {
    private static final int MAX_VNI = (1 << 24) - 1;
    private static final int MAX_FLOW_LABEL = (1 << 20) - 1;
    private static final long MAX_QUEUE = 0xffff_fffeL;
    private static final String[] OPERATIONAL_STATES = {
        "no-carrier", "dormant", "degraded-carrier", "carrier", "degraded", "enslaved", "routable"
    };

    static final Keys NETDEV = netdev();
    static final Keys NETWORK = network();
    static final Keys LINK = link();

    private NetworkdKeys() {}

    private static Keys netdev() {
        Keys.Builder keys = Keys.of(".netdev");
        keys.section("NetDev")
                .keys(211, INTERFACE, "Name")
                .keys(211, oneOf("bridge", "veth", "macvlan", "vxlan", "vlan", "dummy"), "Kind")
                .keys(215, TEXT, "Description")
                .keys(215, MTU, "MTUBytes")
                .keys(215, UNICAST_MAC.or("none"), "MACAddress");
        keys.section("Peer").keys(215, INTERFACE, "Name").keys(215, UNICAST_MAC, "MACAddress");
        keys.section("MACVLAN")
                .keys(211, oneOf("private", "vepa", "bridge", "passthru", "source"), "Mode")
                .keys(246, listOf(UNICAST_MAC), "SourceMACAddress")
                .keys(248, integer(0, MAX_QUEUE), "BroadcastMulticastQueueLength")
                .keys(256, integer(0, Integer.MAX_VALUE).or("no"), "BroadcastQueueThreshold");
        keys.section("VLAN")
                .keys(211, integer(0, 4094), "Id")
                .keys(234, BOOLEAN, "GVRP", "MVRP", "LooseBinding", "ReorderHeader")
                .keys(248, VLAN_PROTOCOL, "Protocol")
                .keys(248, listOf(qosMap()), "EgressQOSMaps", "IngressQOSMaps");
        bridge(keys.section("Bridge"));
        vxlan(keys.section("VXLAN"));
        return keys.build();
    }

    private static Grammar qosMap() {
        return new Grammar("a pair M-N of integers from 1 to 4294967294, M not below N", text -> {
            int dash = text.indexOf('-');
            return dash > 0
                    && Grammar.isInteger(text.substring(0, dash), 1, MAX_QUEUE)
                    && Grammar.isInteger(text.substring(dash + 1), 1, Long.parseLong(text.substring(0, dash)));
        });
    }

    private static void bridge(Keys.Builder keys) {
        keys.keys(227, seconds(1, 10), "HelloTimeSec")
                .keys(227, seconds(6, 40), "MaxAgeSec")
                .keys(227, seconds(0, 30), "ForwardDelaySec")
                .keys(232, TIME, "AgeingTimeSec")
                .keys(232, integer(0, 65535), "Priority")
                .keys(235, groupForwardMask(), "GroupForwardMask")
                .keys(232, integer(1, 4094).or("none"), "DefaultPVID")
                .keys(230, BOOLEAN, "MulticastQuerier", "MulticastSnooping")
                .keys(231, BOOLEAN, "VLANFiltering")
                .keys(246, VLAN_PROTOCOL, "VLANProtocol")
                .keys(232, BOOLEAN, "STP")
                .keys(243, integer(2, 3), "MulticastIGMPVersion")
                .keys(257, UNSIGNED, "FDBMaxLearned");
    }

    /** The kernel never forwards 01:80:C2:00:00:00 to :02 (spanning tree, pause frames, LACP). */
    private static Grammar groupForwardMask() {
        return new Grammar(
                "an integer from 0 to 65528 without the lowest three bits",
                text -> Grammar.isInteger(text, 0, 65535) && (Integer.parseInt(text) & 7) == 0);
    }

    private static void vxlan(Keys.Builder keys) {
        keys.keys(243, integer(1, MAX_VNI), "VNI")
                .keys(243, ADDRESS, "Group")
                .keys(233, ADDRESS.or("ipv4_link_local", "ipv6_link_local", "dhcp4", "dhcp6", "slaac"), "Local")
                .keys(233, ADDRESS, "Remote")
                .keys(215, integer(0, 255), "TOS")
                .keys(215, integer(0, 255).or("inherit"), "TTL")
                .keys(215, BOOLEAN, "MacLearning")
                .keys(218, TIME, "FDBAgeingSec")
                .keys(228, UNSIGNED, "MaximumFDBEntries")
                .keys(233, BOOLEAN, "ReduceARPProxy")
                .keys(218, BOOLEAN, "L2MissNotification", "L3MissNotification", "RouteShortCircuit")
                .keys(220, BOOLEAN, "UDPChecksum", "UDP6ZeroChecksumTx", "UDP6ZeroChecksumRx")
                .keys(232, BOOLEAN, "RemoteChecksumTx", "RemoteChecksumRx")
                .keys(224, BOOLEAN, "GroupPolicyExtension")
                .keys(243, BOOLEAN, "GenericProtocolExtension")
                .keys(229, PORT, "DestinationPort")
                .keys(229, range(1, 65535), "PortRange")
                .keys(234, integer(0, MAX_FLOW_LABEL), "FlowLabel")
                .keys(243, BOOLEAN.or("inherit"), "IPDoNotFragment")
                .keys(247, BOOLEAN, "Independent");
    }

    private static Keys network() {
        Keys.Builder keys = Keys.of(".network");
        keys.section("Match")
                .keys(211, listOf(NAME_PATTERN), "Name", "Type", "Driver")
                .keys(211, listOf(MAC), "MACAddress")
                .keys(245, listOf(MAC), "PermanentMACAddress")
                .keys(251, listOf(NAME_PATTERN), "Kind");
        keys.section("Link")
                .keys(218, UNICAST_MAC, "MACAddress")
                .keys(218, MTU, "MTUBytes")
                .keys(232, BOOLEAN, "ARP")
                .keys(239, BOOLEAN, "Multicast", "AllMulticast")
                .keys(248, BOOLEAN, "Promiscuous")
                .keys(233, BOOLEAN, "Unmanaged")
                .keys(246, integer(0, Integer.MAX_VALUE), "Group")
                .keys(236, onlineStates(), "RequiredForOnline")
                .keys(249, oneOf("any", "ipv4", "ipv6", "both"), "RequiredFamilyForOnline")
                .keys(248, oneOf("up", "always-up", "manual", "always-down", "down", "bound"), "ActivationPolicy");
        networkSection(keys.section("Network"));
        addressesAndRoutes(keys);
        dhcp(keys);
        bridgePort(keys);
        return keys.build();
    }

    /** A state, or a lowest and a highest with a colon between. */
    private static Grammar onlineStates() {
        Grammar state = oneOf(OPERATIONAL_STATES);
        Grammar states = new Grammar("a range of them with a colon between", text -> {
            int colon = text.indexOf(':');
            return colon > 0
                    && state.accepts().test(text.substring(0, colon))
                    && state.accepts().test(text.substring(colon + 1));
        });
        return BOOLEAN.or(state).or(states);
    }

    private static void networkSection(Keys.Builder keys) {
        keys.keys(211, TEXT, "Description")
                .keys(211, PREFIX, "Address")
                .keys(211, ADDRESS, "Gateway", "DNS")
                .keys(216, DOMAINS, "Domains")
                .keys(240, BOOLEAN, "DNSDefaultRoute")
                .keys(216, ADDRESS.or(DOMAINS), "NTP")
                .keys(211, BOOLEAN.or("ipv4", "ipv6"), "DHCP")
                .keys(215, BOOLEAN, "DHCPServer")
                .keys(219, BOOLEAN.or("ipv4", "ipv6"), "LinkLocalAddressing")
                .keys(231, BOOLEAN, "IPv6AcceptRA")
                .keys(247, BOOLEAN, "IPv6SendRA")
                .keys(228, UNSIGNED, "IPv6DuplicateAddressDetection")
                .keys(219, BOOLEAN.or("routers-only"), "LLDP")
                .keys(230, BOOLEAN.or("nearest-bridge", "non-tpmr-bridge", "customer-bridge"), "EmitLLDP")
                .keys(248, oneOf("no", "ipv4", "ipv6", "both"), "IPMasquerade")
                .keys(219, 256, BOOLEAN.or("ipv4", "ipv6"), "IPForward")
                .keys(256, BOOLEAN, "IPv4Forwarding", "IPv6Forwarding")
                .keys(211, INTERFACE, "Bridge", "VLAN", "MACVLAN", "VXLAN")
                .keys(250, BOOLEAN, "KeepMaster")
                .keys(220, listOf(INTERFACE), "BindCarrier")
                .keys(235, BOOLEAN, "ConfigureWithoutCarrier")
                .keys(242, BOOLEAN.or(TIME), "IgnoreCarrierLoss")
                .keys(243, BOOLEAN.or("static", "dhcp-on-stop", "dhcp"), "KeepConfiguration");
    }

    private static void addressesAndRoutes(Keys.Builder keys) {
        keys.section("Address")
                .keys(211, PREFIX, "Address")
                .keys(216, PREFIX, "Peer")
                .keys(211, addressLabel(), "Label")
                .keys(235, oneOf("global", "link", "host"), "Scope")
                .keys(246, UNSIGNED, "RouteMetric")
                .keys(232, oneOf("ipv4", "ipv6", "both", "none"), "DuplicateAddressDetection")
                .keys(245, BOOLEAN, "AddPrefixRoute");
        keys.section("Route")
                .keys(211, ADDRESS.or("_dhcp4", "_ipv6ra"), "Gateway")
                .keys(234, BOOLEAN, "GatewayOnLink")
                .keys(211, PREFIX, "Destination")
                .keys(216, UNSIGNED, "Metric")
                .keys(219, oneOf("global", "site", "link", "host", "nowhere"), "Scope")
                .keys(227, ADDRESS, "PreferredSource")
                .keys(230, integer(1, 0xffff_ffffL).or("default", "main", "local"), "Table")
                .keys(235, oneOf("unicast", "local", "blackhole", "unreachable", "prohibit", "throw"), "Type")
                .keys(239, MTU, "MTUBytes");
    }

    private static Grammar addressLabel() {
        return new Grammar(
                "1 to 15 printable characters of ASCII",
                text -> !text.isEmpty()
                        && text.length() <= InterfaceName.MAX_BYTES
                        && text.chars().allMatch(c -> c > ' ' && c < 0x7f));
    }

    private static void dhcp(Keys.Builder keys) {
        keys.section("DHCPv4")
                .keys(220, oneOf("mac", "duid"), "ClientIdentifier")
                .keys(211, BOOLEAN, "UseDNS", "UseMTU", "UseHostname")
                .keys(215, BOOLEAN, "UseRoutes", "SendHostname")
                .keys(246, BOOLEAN, "UseGateway")
                .keys(220, BOOLEAN, "UseNTP")
                .keys(216, BOOLEAN.or("route"), "UseDomains")
                .keys(217, UNSIGNED, "RouteMetric");
        keys.section("IPv6AcceptRA")
                .keys(231, BOOLEAN, "UseDNS")
                .keys(231, BOOLEAN.or("route"), "UseDomains")
                .keys(249, UNSIGNED, "RouteMetric")
                .keys(250, BOOLEAN, "UseGateway");
        keys.section("DHCPServer")
                .keys(249, IPV4_PREFIX, "ServerAddress")
                .keys(226, UNSIGNED, "PoolOffset", "PoolSize")
                .keys(226, TIME, "DefaultLeaseTimeSec", "MaxLeaseTimeSec")
                .keys(226, BOOLEAN, "EmitDNS", "EmitNTP", "EmitTimezone")
                .keys(226, IPV4.or("_server_address"), "DNS")
                .keys(230, BOOLEAN, "EmitRouter")
                .keys(249, INTERFACE.or(":none", ":auto"), "UplinkInterface")
                .keys(255, BOOLEAN, "RapidCommit")
                .keys(256, BOOLEAN, "PersistLeases");
        keys.section("DHCPServerStaticLease")
                .keys(249, UNICAST_MAC, "MACAddress")
                .keys(249, IPV4, "Address");
    }

    private static void bridgePort(Keys.Builder keys) {
        keys.section("Bridge")
                .keys(223, BOOLEAN, "UnicastFlood", "HairPin", "UseBPDU", "FastLeave", "AllowPortToBeRoot")
                .keys(242, BOOLEAN, "MulticastFlood", "NeighborSuppression", "Learning")
                .keys(240, BOOLEAN, "MulticastToUnicast")
                .keys(251, BOOLEAN, "Isolated")
                .keys(243, BOOLEAN, "ProxyARP", "ProxyARPWiFi")
                .keys(243, oneOf("no", "query", "permanent", "temporary"), "MulticastRouter")
                .keys(218, integer(1, 65535), "Cost")
                .keys(234, integer(0, 63), "Priority");
        keys.section("BridgeVLAN")
                .keys(231, VLAN_IDS, "VLAN", "EgressUntagged")
                .keys(231, integer(1, 4094).or("no"), "PVID")
                .value(257, "PVID", "no");
        keys.section("BridgeFDB")
                .keys(219, MAC, "MACAddress")
                .keys(243, ADDRESS, "Destination")
                .keys(219, integer(1, 4094), "VLANId")
                .keys(243, integer(1, MAX_VNI), "VNI")
                .keys(243, oneOf("use", "self", "master", "router"), "AssociatedWith")
                .keys(249, INTERFACE, "OutgoingInterface");
    }

    private static Keys link() {
        Keys.Builder keys = Keys.of(".link");
        keys.section("Match")
                .keys(218, listOf(NAME_PATTERN), "OriginalName")
                .keys(211, listOf(NAME_PATTERN), "Type", "Driver")
                .keys(211, listOf(MAC), "MACAddress")
                .keys(245, listOf(MAC), "PermanentMACAddress")
                .keys(251, listOf(NAME_PATTERN), "Kind");
        keys.section("Link")
                .keys(211, TEXT, "Description")
                .keys(211, oneOf("persistent", "random", "none"), "MACAddressPolicy")
                .keys(211, UNICAST_MAC, "MACAddress")
                .keys(211, listOf(oneOf("kernel", "database", "onboard", "slot", "path", "mac", "keep")), "NamePolicy")
                .keys(211, INTERFACE, "Name")
                .keys(245, NAME_PATTERN, "AlternativeName")
                .keys(211, MTU, "MTUBytes")
                .keys(248, UNSIGNED, "TransmitQueueLength");
        return keys.build();
    }
}
