package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.SystemdVersion;
import io.nspawn.model.UnsupportedException;
import io.nspawn.net.MacAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NetworkTest {
    private static final SystemdVersion V252 = SystemdVersion.parse("252");
    private static final SystemdVersion V257 = SystemdVersion.parse("257");

    @Test
    void aHostsInterfaceIsWrittenToTheLetter() {
        Network network = Network.of("mv-mgmt")
                .mtu(1400)
                .requiredForOnline("carrier:routable")
                .address("172.29.236.1/22")
                .address("fd00::1/64", a -> a.duplicateAddressDetection("none").withoutPrefixRoute())
                .gateway("172.29.236.254")
                .route("10.1.2.3/16", r -> r.gateway("172.29.255.1").onLink().metric(100))
                .defaultRoute(r -> r.gateway("fd00::fe").metric(4294967295L))
                .dns("172.29.236.2")
                .domains("openstack.local", "~10.in-addr.arpa")
                .linkLocal("ipv6")
                .lldp("routers-only")
                .ipv6AcceptRa(false)
                .configureWithoutCarrier(true)
                .dhcp(false)
                .build();

        assertThat(network.extension()).isEqualTo("network");
        assertThat(network.contentFor(V252).text()).isEqualTo("""
                [Match]
                Name=mv-mgmt

                [Link]
                MTUBytes=1400
                RequiredForOnline=carrier:routable

                [Network]
                Address=172.29.236.1/22
                Gateway=172.29.236.254
                DNS=172.29.236.2
                Domains=openstack.local ~10.in-addr.arpa
                LinkLocalAddressing=ipv6
                LLDP=routers-only
                IPv6AcceptRA=no
                ConfigureWithoutCarrier=yes
                DHCP=no

                [Address]
                Address=fd00::1/64
                DuplicateAddressDetection=none
                AddPrefixRoute=no

                [Route]
                Destination=10.1.0.0/16
                Gateway=172.29.255.1
                GatewayOnLink=yes
                Metric=100

                [Route]
                Gateway=fd00::fe
                Metric=4294967295
                """);
    }

    @Test
    void aLowerAndAPortAreWrittenToTheLetter() {
        assertThat(Network.of("eth0", "en*")
                        .macvlan("mv0")
                        .macvlan("mv1")
                        .vxlan("vx0")
                        .vlan("vl0")
                        .linkLocal("no")
                        .build()
                        .contentFor(V252)
                        .text())
                .isEqualTo("""
                        [Match]
                        Name=eth0 en*

                        [Network]
                        MACVLAN=mv0
                        MACVLAN=mv1
                        VXLAN=vx0
                        VLAN=vl0
                        LinkLocalAddressing=no
                        """);
        assertThat(Network.matching()
                        .matchMac(MacAddress.parse("02:00:00:00:00:01"))
                        .bridge("br0")
                        .bridgePort(p -> p.isolated(true)
                                .cost(10)
                                .pvid(5)
                                .vlans(5, 6)
                                .vlanRange(10, 20)
                                .egressUntagged(5)
                                .tunnelEndpoint("00:00:00:00:00:00", "10.0.0.2")
                                .tunnelEndpoint("00:00:00:00:00:00", "10.0.0.3"))
                        .build()
                        .contentFor(V252)
                        .text())
                .isEqualTo("""
                        [Match]
                        MACAddress=02:00:00:00:00:01

                        [Network]
                        Bridge=br0

                        [Bridge]
                        Isolated=yes
                        Cost=10

                        [BridgeVLAN]
                        PVID=5
                        VLAN=5
                        VLAN=6
                        VLAN=10-20
                        EgressUntagged=5

                        [BridgeFDB]
                        MACAddress=00:00:00:00:00:00
                        Destination=10.0.0.2

                        [BridgeFDB]
                        MACAddress=00:00:00:00:00:00
                        Destination=10.0.0.3
                        """);
    }

    @Test
    void aPrivateNetworkIsWrittenToTheLetter() {
        assertThat(Network.of("nspawn0")
                        .address("10.0.4.1/24")
                        .masquerade("ipv4")
                        .dhcpServer(s -> s.pool(2, 128)
                                .defaultLeaseTime(Duration.ofHours(24))
                                .dnsIsServer()
                                .staticLease("02:00:00:00:00:01", "10.0.4.200"))
                        .build()
                        .contentFor(V252)
                        .text())
                .isEqualTo("""
                        [Match]
                        Name=nspawn0

                        [Network]
                        Address=10.0.4.1/24
                        IPMasquerade=ipv4
                        DHCPServer=yes

                        [DHCPServer]
                        PoolOffset=2
                        PoolSize=128
                        DefaultLeaseTimeSec=86400s
                        DNS=_server_address

                        [DHCPServerStaticLease]
                        MACAddress=02:00:00:00:00:01
                        Address=10.0.4.200
                        """);
    }

    @Test
    void aClientIsWrittenToTheLetter() {
        assertThat(Network.of("host0")
                        .dhcp("ipv4")
                        .dhcpv4(c -> c.identifiedByMac().useDns(false).routeMetric(20))
                        .build()
                        .contentFor(V252)
                        .text())
                .isEqualTo("""
                        [Match]
                        Name=host0

                        [Network]
                        DHCP=ipv4

                        [DHCPv4]
                        ClientIdentifier=mac
                        UseDNS=no
                        RouteMetric=20
                        """);
    }

    @Test
    void aRefusalNamesTheKeyAndWhatWouldBeRight() {
        Network.Builder network = Network.of("a");

        assertThatThrownBy(() -> network.requiredForOnline("online"))
                .hasMessageContaining("[Link] RequiredForOnline= does not take \"online\"");
        assertThatThrownBy(() -> network.domains("a", "b..c"))
                .hasMessageContaining("[Network] Domains= does not take \"a b..c\"");
        assertThatThrownBy(() -> network.lldp("all")).hasMessageContaining("yes, no");
        assertThatThrownBy(() -> network.masquerade("yes")).hasMessageContaining("no, ipv4, ipv6, both");
        assertThatThrownBy(() -> network.matchName("a\"b")).hasMessageContaining("[Match] Name=");
        assertThatThrownBy(() -> network.bridgePort(p -> p.vlans(4095))).hasMessageContaining("1 to 4094");
        assertThatThrownBy(() -> network.bridgePort(p -> p.vlanRange(20, 10))).hasMessageContaining("1 to 4094");
        assertThatThrownBy(() -> network.bridgePort(p -> p.cost(0))).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> network.route("10.16.0.0/12", r -> r.metric(-1)))
                .hasMessageContaining("0 to 4294967295");
        assertThatThrownBy(() -> network.route("10.16.0.0/12", r -> r.table("0")))
                .hasMessageContaining("default, main, local");
        assertThatThrownBy(() -> network.address("10.0.0.1"))
                .hasMessage(
                        "[Network] Address= does not take \"10.0.0.1\"; it takes an address with its prefix length");
        assertThatThrownBy(() -> network.dhcpServer(s -> s.pool(0, 5))).hasMessageContaining("PoolOffset=");
    }

    @Test
    void whatNetworkdWouldIgnoreIsRefused() {
        refused(Network.matching().dhcp(true), "[Match] is missing");
        refused(Network.of("a").address("10.0.0.1/8").address("10.0.0.1/8", x -> {}), "Address= has 10.0.0.1/8 twice");
        refused(Network.of("a").defaultRoute(r -> r.metric(1)), "neither Destination= nor Gateway=");
        refused(Network.of("a").route("10.16.0.0/12", NetworkRoute::onLink), "it needs Gateway=");
        refused(Network.of("a").route("fd00::/8", r -> r.gateway("10.0.0.1")), "is IPv6");
        refused(
                Network.of("a").route("10.16.0.0/12", r -> r.gateway("10.0.0.1").type("blackhole")),
                "Type=unicast only");
        refused(Network.of("a").dhcpServer(s -> s.pool(1, 5)), "needs a static IPv4 address");
        refused(Network.of("a").address("fd00::1/64").dhcpServer(s -> s.pool(1, 5)), "needs a static IPv4 address");
        refused(Network.of("br0").bridge("br0"), "is the interface itself");
        refused(Network.of("a").defaultRoute(NetworkRoute::gatewayFromDhcp), "needs DHCP=yes or DHCP=ipv4");
        refused(
                Network.of("a").dhcp("ipv6").defaultRoute(NetworkRoute::gatewayFromDhcp),
                "needs DHCP=yes or DHCP=ipv4");
        refused(Network.of("a").activationPolicy("up").bindCarrier("b"), "go together");
        refused(Network.of("a").activationPolicy("bound"), "go together");
        Network.of("a").activationPolicy("bound").bindCarrier("b").build();
        Network.of("a").bindCarrier("b").build();
        Network.of("a").dhcp(true).defaultRoute(NetworkRoute::gatewayFromDhcp).build();
    }

    /** What the server hands out lies between the network's own address and its broadcast address. */
    @Test
    void aPoolFitsIntoItsNetwork() {
        Network.of("a").address("10.1.1.1/29").dhcpServer(s -> s.pool(2, 5)).build();
        Network.of("a").address("10.1.1.1/0").dhcpServer(s -> s.pool(2, 5)).build();
        refused(Network.of("a").address("10.1.1.1/29").dhcpServer(s -> s.pool(2, 6)), "does not fit in 10.1.1.0/29");
        refused(Network.of("a").address("10.1.1.1/32").dhcpServer(s -> {}), "does not fit");
        refused(
                Network.of("a")
                        .address("10.1.1.1/8")
                        .dhcpServer(s -> s.serverAddress("10.1.1.1/29").pool(2, 6)),
                "does not fit in 10.1.1.0/29");
    }

    private static void refused(Network.Builder network, String why) {
        assertThatThrownBy(network::build)
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aKeyThatASystemdLacksOrHasNoMoreIsRefusedForIt() {
        Network old = Network.of("a").ipForward("ipv4").build();
        Network young =
                Network.of("a").ipv4Forwarding(true).ipv6Forwarding(false).build();

        assertThat(old.contentFor(V252).value("Network", "IPForward")).hasValue("ipv4");
        assertThatThrownBy(() -> old.contentFor(V257))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("[Network] IPForward= is gone since systemd 256");
        assertThat(young.contentFor(V257)).isEqualTo(young.content());
        assertThatThrownBy(() -> young.contentFor(V252))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("IPv4Forwarding= needs systemd 256")
                .hasMessageContaining("IPv6Forwarding= needs systemd 256");
    }

    /** Found on a lab: there an older one refuses the whole file for the value, not only its line. */
    @Test
    void aValueThatASystemdLacksIsRefusedForIt() {
        Network network = Network.of("a")
                .bridge("b")
                .bridgePort(port -> port.withoutPvid().vlans(7))
                .build();

        assertThatThrownBy(() -> network.contentFor(V252))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("[BridgeVLAN] PVID=no needs systemd 257");
        assertThat(network.contentFor(V257)).isEqualTo(network.content());
    }

    @Test
    void aLinkPolicyIsWrittenToTheLetter() {
        LinkPolicy policy = LinkPolicy.of("br-*", "veth*")
                .macPolicy("none")
                .mtu(1500)
                .alternativeName("a-name-that-is-longer-than-fifteen")
                .build();

        assertThat(policy.extension()).isEqualTo("link");
        assertThat(policy.contentFor(V252).text()).isEqualTo("""
                        [Match]
                        OriginalName=br-* veth*

                        [Link]
                        MACAddressPolicy=none
                        MTUBytes=1500
                        AlternativeName=a-name-that-is-longer-than-fifteen
                        """);
    }

    @Test
    void aLinkPolicyThatDoesNothingIsRefused() {
        assertThatThrownBy(() -> LinkPolicy.of("a").build()).hasMessageContaining("[Link] is missing");
        assertThatThrownBy(() -> LinkPolicy.matching().mtu(1500).build()).hasMessageContaining("[Match] is missing");
        assertThatThrownBy(() -> LinkPolicy.of("a")
                        .macPolicy("persistent")
                        .mac("02:00:00:00:00:01")
                        .build())
                .hasMessageContaining("MACAddressPolicy=none");
        assertThatThrownBy(() -> LinkPolicy.of("a").macPolicy("stable"))
                .hasMessageContaining("persistent, random, none");
        assertThatThrownBy(() -> LinkPolicy.of("a").namePolicy("kernel", "best"))
                .hasMessageContaining("[Link] NamePolicy=");
    }
}
