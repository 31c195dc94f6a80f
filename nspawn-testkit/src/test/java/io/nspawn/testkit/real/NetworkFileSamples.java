package io.nspawn.testkit.real;

import io.nspawn.config.LinkPolicy;
import io.nspawn.config.Netdev;
import io.nspawn.config.Network;
import io.nspawn.config.NetworkdFile;
import io.nspawn.net.MacAddress;
import io.nspawn.net.MacvlanMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Network files with every option that this library writes. */
final class NetworkFileSamples {
    /** A bridge that every kernel can make, with what hangs on it. */
    static final String BRIDGE = "lf-br0";

    private NetworkFileSamples() {}

    /** Files that networkd acts on. */
    static List<NetworkdFile> live() {
        return List.of(
                Netdev.bridge(BRIDGE)
                        .description("a bridge; [not a section] = %n")
                        .mtu(1400)
                        .mac("02:00:00:00:00:10")
                        .stp(true)
                        .priority(4096)
                        .helloTime(Duration.ofSeconds(1))
                        .maxAge(Duration.ofSeconds(6))
                        .forwardDelay(Duration.ofSeconds(2))
                        .ageingTime(Duration.ofMillis(30_500))
                        .groupForwardMask(8)
                        .multicastSnooping(false)
                        .build(),
                Network.of(BRIDGE)
                        .requiredForOnline("no-carrier")
                        .address("10.78.0.1/24")
                        .address(
                                "fd78::1/64",
                                a -> a.duplicateAddressDetection("none").routeMetric(7))
                        .route(
                                "10.79.0.0/16",
                                r -> r.gateway("10.80.0.1").onLink().metric(77))
                        .route("10.81.0.0/16", r -> r.type("blackhole"))
                        .linkLocal("no")
                        .ipv6AcceptRa(false)
                        .lldp("no")
                        .dns("10.78.0.2")
                        .domains("lf.example", "~78.10.in-addr.arpa")
                        .configureWithoutCarrier(true)
                        .macvlan("lf-mv0")
                        .vxlan("lf-vx0")
                        .build(),
                Netdev.veth("lf-ve0", "lf-ve1")
                        .mac("02:00:00:00:00:11")
                        .peerMac("02:00:00:00:00:12")
                        .build(),
                Network.of("lf-ve0")
                        .bridge(BRIDGE)
                        .bridgePort(p -> p.isolated(true)
                                .cost(10)
                                .priority(5)
                                .hairPin(true)
                                .learning(true))
                        .linkLocal("no")
                        .build(),
                Netdev.macvlan("lf-mv0", MacvlanMode.BRIDGE)
                        .broadcastQueueLength(5000)
                        .build(),
                Netdev.vxlan("lf-vx0", 78)
                        .remote("10.78.0.9")
                        .destinationPort(4789)
                        .macLearning(false)
                        .build());
    }

    /** Files of which the kernel may lack a part, or that match nothing: read, and no more. */
    static List<NetworkdFile> read() {
        return List.of(
                Netdev.dummy("lf-dm0").mtu(9000).build(),
                Netdev.vlan("lf-vl0", 42)
                        .protocol("802.1ad")
                        .gvrp(false)
                        .mvrp(false)
                        .looseBinding(true)
                        .reorderHeader(true)
                        .egressQos(7, 2)
                        .egressQos(5, 5)
                        .ingressQos(3, 1)
                        .build(),
                Netdev.bridge("lf-br1")
                        .kernelMac()
                        .vlanFiltering(true)
                        .vlanProtocol("802.1q")
                        .defaultPvid(4094)
                        .multicastQuerier(true)
                        .multicastIgmpVersion(3)
                        .build(),
                Netdev.bridge("lf-br2")
                        .withoutDefaultPvid()
                        .vlanProtocol("802.1ad")
                        .forwardDelay(Duration.ZERO)
                        .build(),
                Netdev.macvlan("lf-mv1", MacvlanMode.SOURCE)
                        .source("02:00:00:00:00:21")
                        .source("02:00:00:00:00:22")
                        .build(),
                Netdev.macvlan("lf-mv2", MacvlanMode.PRIVATE).build(),
                Netdev.macvlan("lf-mv3", MacvlanMode.VEPA).build(),
                Netdev.macvlan("lf-mv4", MacvlanMode.PASSTHRU).build(),
                everythingOfAVxlan(),
                Netdev.vxlan("lf-vx2", 1 << 23)
                        .localOfKind("slaac")
                        .inheritTtl()
                        .sourcePorts(5000, 5000)
                        .build(),
                Netdev.vxlan("lf-vx3", 3)
                        .independent()
                        .destinationPort(4790)
                        .remote("fd78::9")
                        .build(),
                everythingOfANetwork(),
                Network.matching()
                        .matchMac(MacAddress.parse("02:00:00:00:00:31"), MacAddress.parse("02:00:00:00:00:32"))
                        .matchKind("bridge", "veth*")
                        .matchType("ether")
                        .matchDriver("virtio_net")
                        .unmanaged()
                        .build(),
                aClient("lf-none1"),
                aPrivateNetwork("lf-none2"),
                aPort("lf-none3"));
    }

    /** What only systemd 257 and later takes. */
    static List<NetworkdFile> young() {
        return List.of(
                Netdev.bridge("lf-br3").fdbMaxLearned(0).build(),
                Netdev.macvlan("lf-mv5", MacvlanMode.BRIDGE)
                        .broadcastQueueThreshold(0)
                        .build(),
                Netdev.macvlan("lf-mv6", MacvlanMode.BRIDGE)
                        .withoutBroadcastQueue()
                        .build(),
                Network.of("lf-none4")
                        .ipv4Forwarding(true)
                        .ipv6Forwarding(false)
                        .build(),
                Network.of("lf-none5")
                        .address("10.85.0.1/24")
                        .dhcpServer(s -> s.persistLeases(false))
                        .build());
    }

    /** What only systemd 255 and before takes. */
    static List<NetworkdFile> old() {
        return List.of(Network.of("lf-none4").ipForward("ipv4").build());
    }

    static List<LinkPolicy> links() {
        return List.of(
                LinkPolicy.of("lf-*")
                        .description("%i is no specifier")
                        .macPolicy("none")
                        .namePolicy("keep", "kernel", "database", "onboard", "slot", "path", "mac")
                        .alternativeName("a-name-that-is-longer-than-fifteen")
                        .mtu(1500)
                        .transmitQueueLength(1000)
                        .build(),
                LinkPolicy.matching()
                        .matchPermanentMac(MacAddress.parse("02:00:00:00:00:31"))
                        .matchMac(MacAddress.parse("02:00:00:00:00:31"))
                        .matchKind("bridge")
                        .matchDriver("bridge")
                        .mac("02:00:00:00:00:33")
                        .name("lf-renamed")
                        .build());
    }

    /** All files that networkd of a version is to read without a complaint. */
    static List<NetworkdFile> all(int systemd) {
        List<NetworkdFile> files = new ArrayList<>(live());
        files.addAll(read());
        files.addAll(theRest(systemd));
        files.addAll(systemd >= 257 ? young() : old());
        return files;
    }

    private static Netdev everythingOfAVxlan() {
        return Netdev.vxlan("lf-vx1", 16777215)
                .group("ff02::1234")
                .local("fd78::1")
                .tos(255)
                .ttl(255)
                .macLearning(true)
                .fdbAgeing(Duration.ofMinutes(5))
                .maximumFdbEntries(100)
                .reduceArpProxy(true)
                .l2MissNotification(true)
                .l3MissNotification(true)
                .routeShortCircuit(true)
                .udpChecksum(true)
                .udp6ZeroChecksumTx(true)
                .udp6ZeroChecksumRx(true)
                .remoteChecksumTx(true)
                .remoteChecksumRx(true)
                .groupPolicyExtension(false)
                .genericProtocolExtension(false)
                .destinationPort(65535)
                .sourcePorts(32768, 61000)
                .flowLabel(1048575)
                .ipDoNotFragment(true)
                .build();
    }

    private static Network everythingOfANetwork() {
        return Network.of("lf-none0", "lf-n?[0-9]*")
                .mac("02:00:00:00:00:41")
                .mtu(9000)
                .arp(true)
                .promiscuous(false)
                .requiredForOnline("degraded:routable")
                .requiredFamilyForOnline("both")
                .activationPolicy("bound")
                .description("every key; of one # network")
                .address("10.82.0.1/24")
                .address(
                        "10.82.1.1/32",
                        a -> a.peer("10.82.1.2/32")
                                .label("lf-none0:1")
                                .scope("link")
                                .withoutPrefixRoute())
                .gateway("10.82.0.254")
                .gateway("fd82::fe")
                .route(
                        "fd83::/16",
                        r -> r.gateway("fe80::1")
                                .table("4294967295")
                                .preferredSource("fd82::1")
                                .mtu(1400))
                .route("10.83.0.0/16", r -> r.scope("link").table("main"))
                .dns("10.82.0.2")
                .dns("fd82::2")
                .dnsDefaultRoute(false)
                .ntp("ntp.example")
                .ntp("10.82.0.3")
                .linkLocal("yes")
                .ipv6AcceptRa(true)
                .ipv6SendRa(false)
                .ipv6DuplicateAddressDetection(0)
                .lldp("routers-only")
                .emitLldp("nearest-bridge")
                .masquerade("both")
                .keepMaster(false)
                .bindCarrier("lf-none1", "lf-none2")
                .configureWithoutCarrier(false)
                .ignoreCarrierLoss(true)
                .keepConfiguration("static")
                .vlan("lf-vl0")
                .build();
    }

    private static Network aClient(String name) {
        return Network.of(name)
                .dhcp("ipv4")
                .activationPolicy("always-up")
                .route("10.84.0.0/16", r -> r.gatewayFromDhcp().metric(0))
                .dhcpv4(c -> c.identifiedByMac()
                        .useDns(false)
                        .useNtp(true)
                        .useMtu(true)
                        .useHostname(false)
                        .useRoutes(true)
                        .useGateway(false)
                        .sendHostname(true)
                        .useDomains("route")
                        .routeMetric(20))
                .build();
    }

    /** What excludes an option of the others. */
    private static List<NetworkdFile> theRest(int systemd) {
        return List.of(Network.of("lf-none7")
                .address("10.85.0.1/24")
                .defaultRoute(r -> r.gateway("10.85.0.254").metric(5))
                .bridge("lf-br1")
                .bridgePort(p -> (systemd >= 257 ? p.withoutPvid() : p.pvid(7)).vlans(7))
                .build());
    }

    private static Network aPrivateNetwork(String name) {
        return Network.of(name)
                .address("10.0.4.1/24")
                .masquerade("ipv4")
                .dhcpServer(s -> s.serverAddress("10.0.4.1/24")
                        .pool(2, 128)
                        .defaultLeaseTime(Duration.ofHours(24))
                        .maxLeaseTime(Duration.ofDays(2))
                        .dnsIsServer()
                        .dns("10.0.4.2")
                        .emitDns(true)
                        .emitNtp(false)
                        .emitTimezone(false)
                        .emitRouter(true)
                        .uplink(":none")
                        .staticLease("02:00:00:00:00:51", "10.0.4.200")
                        .staticLease("02:00:00:00:00:52", "10.0.4.201"))
                .build();
    }

    private static Network aPort(String name) {
        return Network.of(name)
                .bridge("lf-br1")
                .bridgePort(p -> p.unicastFlood(true)
                        .multicastFlood(true)
                        .multicastToUnicast(false)
                        .neighborSuppression(true)
                        .useBpdu(true)
                        .fastLeave(false)
                        .allowPortToBeRoot(true)
                        .proxyArp(false)
                        .multicastRouter("permanent")
                        .cost(65535)
                        .priority(63)
                        .pvid(5)
                        .vlans(5, 6)
                        .vlanRange(10, 4094)
                        .egressUntagged(5)
                        .tunnelEndpoint("00:00:00:00:00:00", "10.0.0.2"))
                .build();
    }
}
