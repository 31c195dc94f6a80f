package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.nspawn.Container;
import io.nspawn.host.Topology;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork.HostLink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TopologyTest {
    @RegisterExtension
    static final FakeHost host = FakeHost.withImages(Sample.IMAGE);

    private static final Topology TOPOLOGY = Topology.builder()
            .bridge("br-mgmt", "172.29.236.1/22")
            .bridge("br-storage")
            .build();

    @Test
    void appliedTwiceItChangesNothingTheSecondTime() {
        assertThat(host.network().apply(TOPOLOGY))
                .containsExactly(
                        "write /run/systemd/network/10-nspawn-br-mgmt.link",
                        "write /run/systemd/network/10-nspawn-br-storage.link",
                        "make bridge br-mgmt",
                        "make macvlan mv-mgmt on br-mgmt",
                        "give mv-mgmt the address 172.29.236.1/22",
                        "make bridge br-storage");
        String before = host.dump();

        assertThat(host.network().apply(TOPOLOGY)).isEmpty();
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void removedItLeavesNothing() {
        host.addDirectory("/run/systemd/network");
        String before = host.dump();
        host.network().apply(TOPOLOGY);

        host.network().remove(TOPOLOGY);
        assertThat(host.changesSince(before)).isEmpty();
        host.network().remove(TOPOLOGY);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void aGivenBridgeIsOnlySetUp() {
        host.addLink(link("br-storage", "bridge", false));
        Topology topology = Topology.builder().given("br-storage", s -> {}).build();

        assertThat(host.network().apply(topology)).containsExactly("set br-storage up");
        assertThat(host.network().apply(topology)).isEmpty();
        String before = host.dump();
        assertThat(host.network().remove(topology)).isEmpty();
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void everyFindingIsToldAndNothingIsTouched() {
        host.addLink(link("br-storage", "", true));
        host.addLink("br-mgmt");
        host.addLink("br-other");
        host.addLink(macvlan("mv-vlan", "br-other"));
        host.addLink(link("eth0", "", true));
        host.addLink(new HostLink(
                InterfaceName.of("eth2"),
                "",
                Optional.empty(),
                Optional.empty(),
                1500,
                true,
                false,
                List.of(Prefix.parse("192.168.7.9/24"))));
        host.defaultRoutesBy("eth0");
        Topology topology = Topology.builder()
                .bridge("br-storage")
                .bridge("br-mgmt")
                .bridge("br-vlan", s -> s.host("172.29.248.1/22"))
                .bridge("br-vxlan", s -> s.port("eth0").port("eth9").mtu(9000))
                .bridge("br-flat", s -> s.subnet("172.29.250.0/24").host("172.29.252.1/24"))
                .bridge("br-priv", s -> s.host("192.168.6.0/23").dhcp(500, 20))
                .given("eth8", s -> s.throughVeth())
                .bridge("vethAb12Cd")
                .build();
        String before = host.dump();

        InvalidSpecException refused = catchThrowableOfType(
                InvalidSpecException.class, () -> host.network().apply(topology));

        assertThat(refused.findings())
                .extracting(Finding::subject, Finding::problem)
                .contains(
                        tuple("br-storage", "is a network card, not a bridge"),
                        tuple("br-mgmt", "is a bridge that somebody else made"),
                        tuple("br-vlan", "mv-vlan is a macvlan on another interface than br-vlan"),
                        tuple("br-vxlan", "there is no interface eth9 to be its port"),
                        tuple("br-vxlan", "its MTU of 9000 is larger than that of eth0, 1500"),
                        tuple(
                                "br-vxlan",
                                "eth0 carries the default route, and is not moved: the host would be cut off"),
                        tuple(
                                "br-flat",
                                "the host's address 172.29.252.1/24 is outside of its network, [172.29.250.0/24]"),
                        tuple("br-flat", "its network 172.29.250.0/24 overlaps with 172.29.248.0/22 on br-vlan"),
                        tuple("br-priv", "192.168.6.0/23 is the network itself"),
                        tuple("br-priv", "DHCP for 20 addresses from number 500 on does not fit in 192.168.6.0/23"),
                        tuple("br-priv", "its network 192.168.6.0/23 overlaps with 192.168.7.9/24 on eth2"),
                        tuple("eth8", "there is no interface eth8"),
                        tuple("vethAb12Cd", "LXC gives names like vethAb12Cd to its own interfaces"));
        assertThat(host.changesSince(before)).isEmpty();
        host.network().remove(topology);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void theDefaultRouteIsNeverTakenAway() {
        host.network().apply(TOPOLOGY);
        host.defaultRoutesBy("mv-mgmt");
        String before = host.dump();

        assertThatThrownBy(() -> host.network().remove(TOPOLOGY))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("mv-mgmt: carries the default route");
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void mtuIsCarriedThrough() {
        host.addLink(new HostLink(
                InterfaceName.of("eth1"), "", Optional.empty(), Optional.empty(), 9000, true, false, List.of()));
        Topology topology = Topology.builder()
                .bridge("br-a", s -> s.port("eth1").host("172.29.4.1/24").mtu(9000))
                .bridge("br-b", s -> s.host("172.29.5.1/24").throughVeth().mtu(8000))
                .build();

        host.network().apply(topology);

        for (String name : List.of("br-a", "eth1", "mv-a")) {
            assertThat(host.dump().lines()).anyMatch(l -> l.startsWith("link " + name + " ") && l.contains("mtu 9000"));
        }
        for (String name : List.of("br-b", "veth-b1", "veth-b2")) {
            assertThat(host.dump().lines()).anyMatch(l -> l.startsWith("link " + name + " ") && l.contains("mtu 8000"));
        }
        assertThat(host.network().plan(topology).isEmpty()).isTrue();
        host.network().remove(topology);
        assertThat(host.dump()).contains("link eth1 up mtu 9000").doesNotContain("br-a");
    }

    @Test
    void whatIsPersistentIsThereAfterAReboot() {
        host.addLink(link("eth1", "", true));
        Topology topology = Topology.builder()
                .bridge("br-mgmt", s -> s.port("eth1").host("172.29.236.1/22").host("fd00:236::1/64"))
                .bridge("br-vlan", s -> s.host("172.29.248.1/22").throughVeth())
                .privateNetwork("br-container", "10.11.12.1/24")
                .build();
        host.addDirectory("/etc/systemd/network");
        String bare = host.dump();

        List<String> changes = host.network().applyPersistently(topology);

        assertThat(changes).contains("make bridge br-container", "make eth1 a port of br-mgmt");
        assertThat(host.network().planPersistently(topology).toString()).isEqualTo("nothing to do");
        String applied = host.dump();
        host.crash();
        assertThat(host.changesSince(applied)).isEmpty();
        assertThat(host.network().applyPersistently(topology)).isEmpty();
        assertThat(host.changesSince(applied)).isEmpty();

        host.network().remove(topology);
        assertThat(host.changesSince(bare)).isEmpty();
        // What was deleted is gone for good once the file system has written that.
        host.clock().advance(Duration.ofSeconds(5));
        host.crash();
        assertThat(host.changesSince(bare)).isEmpty();
    }

    @Test
    void whatIsLiveAloneIsGoneAfterAReboot() {
        host.addDirectory("/run/systemd/network");
        String bare = host.dump();
        host.network().apply(Topology.compatible(Map.of("br-a", "172.29.4.1/24")));
        assertThat(host.changesSince(bare)).isNotEmpty();

        host.crash();

        assertThat(host.changesSince(bare)).isEmpty();
    }

    @Test
    void whatIsPersistentIsLiveToo() {
        Topology topology = Topology.compatible(Map.of("br-a", "172.29.4.1/24"));
        host.network().applyPersistently(topology);
        String applied = host.dump();

        assertThat(host.network().plan(topology).toString()).isEqualTo("nothing to do");
        assertThat(host.network().apply(topology)).isEmpty();
        assertThat(host.changesSince(applied)).isEmpty();
    }

    @Test
    void filesThatAreNoLongerWantedGo() {
        host.addLink(link("eth1", "", true));
        host.network()
                .applyPersistently(Topology.builder()
                        .bridge("br-a", s -> s.port("eth1").host("172.29.4.1/24"))
                        .build());

        List<String> changes = host.network()
                .applyPersistently(
                        Topology.builder().bridge("br-a", s -> s.port("eth1")).build());

        assertThat(changes)
                .containsExactlyInAnyOrder(
                        "write /etc/systemd/network/10-nspawn-br-a.network",
                        "delete /etc/systemd/network/10-nspawn-mv-a.netdev",
                        "delete /etc/systemd/network/10-nspawn-mv-a.network");
    }

    @Test
    void persistenceNeedsNetworkdAndInterfacesThatNobodyElseConfigures() {
        Topology bridge =
                Topology.builder().bridge("br-a", s -> s.throughVeth()).build();
        host.networkd(false);
        String before = host.dump();
        assertThatThrownBy(() -> host.network().applyPersistently(bridge))
                .isInstanceOf(HostNotReadyException.class)
                .hasMessageContaining("systemctl enable --now systemd-networkd");
        assertThat(host.changesSince(before)).isEmpty();

        host.networkd(true);
        host.addLink(link("eth1", "", true));
        host.addFile("/sys/class/net/eth1/ifindex", "7\n");
        host.addFile(
                "/run/systemd/netif/links/7",
                "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/20-x.network\n");
        Topology cards = Topology.greenfield(Map.of("eth1", "172.29.4.1/24"));
        assertThatThrownBy(() -> host.network().applyPersistently(cards))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("eth1 is configured by /etc/systemd/network/20-x.network");
        assertThat(host.network().apply(cards))
                .containsExactly("make macvlan mv-eth1 on eth1", "give mv-eth1 the address 172.29.4.1/24");
    }

    /** Of others, networkd makes no ports: at a boot, the pair would stand beside the bridge. */
    @Test
    void aGivenBridgeIsJoinedAtEachBootIfNetworkdMakesIt() {
        Topology given = Topology.compatible(List.of("br-theirs"));
        host.addLink(link("br-theirs", "bridge", true));
        host.addFile("/etc/systemd/network/20-a.netdev", "[NetDev]\nName=br-theirs\nKind=dummy\n");
        host.addFile("/usr/lib/systemd/network/30-b.netdev", "[NetDev]\nName=br-theirs\nKind=bridge\n");
        // What an administrator masks does not count.
        host.addFile("/etc/systemd/network/30-b.netdev", "");
        assertThatThrownBy(() -> host.network().applyPersistently(given))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("no .netdev file has systemd-networkd make this bridge");

        host.addFile("/run/systemd/network/40-c.netdev", "[NetDev]\nName=br-theirs\nKind=bridge\n");

        assertThat(host.network().applyPersistently(given)).isNotEmpty();
        assertThat(host.network().applyPersistently(given)).isEmpty();
    }

    @Test
    void aFileOfSomebodyElseIsNotReplaced() {
        host.addFile("/etc/systemd/network/10-nspawn-br-a.network", "[Match]\nName=br-a\n");
        String before = host.dump();

        assertThatThrownBy(() -> host.network()
                        .applyPersistently(Topology.builder()
                                .bridge("br-a", s -> s.throughVeth())
                                .build()))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("somebody else's");
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void anOldNetworkdMakesNoBridgeWithoutPorts() {
        assertThatThrownBy(() -> host.network().applyPersistently(TOPOLOGY))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("has no carrier")
                .hasMessageContaining("use throughVeth()");
    }

    @Test
    void dhcpIsNetworkds() {
        assertThatThrownBy(() -> host.network().apply(Topology.simple("10.11.12.1/24")))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("apply the topology persistently");
        host.network().applyPersistently(Topology.simple("10.11.12.1/24"));
        assertThat(host.dump())
                .contains("PoolOffset=128\\nPoolSize=127")
                .contains("IPMasquerade=ipv4")
                .contains("link br-container bridge up mtu 1500 ours [10.11.12.1/24]");
    }

    @Test
    void killedAnywhereThePersistentFormIsFinishedByTheNextRun() {
        Topology topology = Topology.builder()
                .bridge("br-a", s -> s.host("172.29.4.1/24").throughVeth().mtu(1400))
                .bridge("br-b", s -> s.host("172.29.5.1/24").throughVeth())
                .build();
        host.network().applyPersistently(topology);
        String wanted = host.dump();
        int acts = host.faults().acts();
        assertThat(acts).isGreaterThan(7);
        for (int act = 0; act < acts; act++) {
            host.reset();
            host.faults().atAct(act, Fault.killed());
            assertThatThrownBy(() -> host.network().applyPersistently(topology)).isInstanceOf(HostKilled.class);

            host.network().applyPersistently(topology);
            assertThat(host.changesSince(wanted)).as("killed at act " + act).isEmpty();
        }
    }

    @Test
    void topologiesAreValuesThatCanBeReadAloud() {
        Topology one = Topology.compatible(Map.of("br-mgmt", "172.29.236.1/22"));

        assertThat(one).isEqualTo(Topology.compatible(Map.of("br-mgmt", "172.29.236.1/22")));
        assertThat(one)
                .hasToString("br-mgmt, macvlans on veth-mgmt2, host [172.29.236.1/22], subnets [172.29.236.0/22]");
        assertThat(one.segment("br-mgmt").orElseThrow().containersOn()).isEqualTo(InterfaceName.of("veth-mgmt2"));
    }

    private static HostLink link(String name, String kind, boolean up) {
        return new HostLink(
                InterfaceName.of(name), kind, Optional.empty(), Optional.empty(), 1500, up, false, List.of());
    }

    private static HostLink macvlan(String name, String lower) {
        return new HostLink(
                InterfaceName.of(name),
                "macvlan",
                Optional.of(InterfaceName.of(lower)),
                Optional.empty(),
                1500,
                true,
                false,
                List.of());
    }

    @Test
    void aFailureInTheMiddleTakesTheLinksAway() {
        host.addDirectory("/run/systemd/network");
        String before = host.dump();
        for (Operation operation : List.of(Operation.CREATE_MACVLAN, Operation.ADD_ADDRESS, Operation.CREATE_BRIDGE)) {
            int skipped = operation == Operation.CREATE_BRIDGE ? 1 : 0;
            HostFailureException refused = new HostFailureException(Failure.of("make", "link", "no"));
            host.faults().onceAfter(skipped, operation, Fault.refuse(refused));

            assertThatThrownBy(() -> host.network().apply(TOPOLOGY)).isSameAs(refused);
            assertThat(host.changesSince(before)).as(operation.toString()).isEmpty();
        }
    }

    @Test
    void killedAnywhereItIsFinishedByTheNextRun() {
        host.network().apply(TOPOLOGY);
        String wanted = host.dump();
        int acts = host.faults().acts();
        assertThat(acts).isGreaterThanOrEqualTo(5);
        for (int act = 0; act < acts; act++) {
            host.reset();
            host.faults().atAct(act, Fault.killed());
            assertThatThrownBy(() -> host.network().apply(TOPOLOGY)).isInstanceOf(HostKilled.class);

            host.network().apply(TOPOLOGY);
            assertThat(host.changesSince(wanted)).isEmpty();
        }
    }

    @Test
    void containersReachEachOtherAndTheHostOnItsMacvlan() {
        host.network().apply(TOPOLOGY);
        ContainerSpec[] specs = {node("a", "172.29.236.11/22"), node("b", "172.29.236.12/22")};
        host.deployAll(List.of(specs), p -> {});
        host.container("a").awaitReady(Duration.ofSeconds(5));
        host.container("b").awaitReady(Duration.ofSeconds(5));

        assertThat(ping("a", "172.29.236.12")).isZero();
        assertThat(ping("b", "172.29.236.1")).isZero();
        assertThat(ping("a", "172.29.236.11")).isZero();
        assertThat(ping("a", "172.29.236.77")).isEqualTo(1);
        assertThat(ping("a", "10.0.0.1")).isEqualTo(2);
        host.container("b").stop();
        assertThat(ping("a", "172.29.236.12")).isEqualTo(1);
    }

    @Test
    void isolatedContainersReachTheHostAlone() {
        Topology isolated = Topology.builder()
                .bridge("br-mgmt", s -> s.host("172.29.236.1/22").isolated())
                .build();
        host.network().apply(isolated);
        String lower = isolated.segments().get(0).containersOn().value();
        host.deployAll(List.of(on(lower, "a", "172.29.236.11/22"), on(lower, "b", "172.29.236.12/22")), p -> {});
        host.container("a").awaitReady(Duration.ofSeconds(5));
        host.container("b").awaitReady(Duration.ofSeconds(5));
        assertThat(ping("a", "172.29.236.12")).isZero();

        assertThat(host.network()
                        .setModes(
                                isolated,
                                host.statuses(host.containers().stream()
                                        .map(Container::name)
                                        .toList())))
                .hasSize(2)
                .first()
                .isEqualTo("set the mode of mv-veth-mgmt2 in a to PRIVATE");
        assertThat(ping("a", "172.29.236.12")).isEqualTo(1);
        assertThat(ping("a", "172.29.236.1")).isZero();
    }

    private static ContainerSpec on(String lower, String name, String address) {
        return ContainerSpec.named(name)
                .image(Sample.IMAGE)
                .macvlan(lower, nic -> nic.address(address))
                .build();
    }

    private static ContainerSpec node(String name, String address) {
        return ContainerSpec.named(name)
                .image(Sample.IMAGE)
                .macvlan("br-mgmt", nic -> nic.address(address))
                .build();
    }

    private static int ping(String from, String to) {
        return host.container(from).exec("ping", "-c", "1", "-W", "1", to).exitCode();
    }
}
