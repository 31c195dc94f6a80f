package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import io.nspawn.testkit.lab.Lab;
import io.nspawn.testkit.lab.LabTest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The three topologies, a plain bridge and an isolated network on one host at once: two containers that are in all of
 * them, networkd, and a neighbour of LXC's.
 */
@LabTest({"bookworm", "trixie"})
class NetworksTest {
    private static final Duration READY = Duration.ofSeconds(90);
    private static final String NETWORKD = "systemd-networkd.service";
    private static final String CARD = "lt-card0";
    private static final int KERNEL_MAC = 257;

    private static final Topology SIMPLE = Topology.simple("10.11.12.1/24");
    private static final Topology COMPATIBLE = Topology.builder()
            .bridge(
                    "br-mgmt",
                    s -> s.host("172.29.236.1/22")
                            .host("fd00:236::1/64")
                            .mtu(1400)
                            .throughVeth())
            .build();
    private static final Topology GREENFIELD = Topology.builder()
            .given(CARD, s -> s.host("172.29.244.1/22").host("fd00:244::1/64"))
            .build();
    private static final Topology PLAIN = Topology.builder()
            .bridge("br-lt-plain", s -> s.host("172.29.248.1/22").host("fd00:248::1/64"))
            .build();
    private static final Topology ISOLATED = Topology.builder()
            .bridge(
                    "br-lt-iso",
                    s -> s.host("172.29.252.1/22").host("fd00:252::1/64").isolated())
            .build();
    private static final List<Topology> ALL = List.of(SIMPLE, COMPATIBLE, GREENFIELD, PLAIN, ISOLATED);

    private static Optional<Host> opened = Optional.empty();
    private static Set<String> before = Set.of();

    @BeforeAll
    static void deploy() {
        Command.run("systemctl", "start", NETWORKD);
        Command.run("ip", "link", "add", CARD, "up", "type", "veth", "peer", "name", "lt-wire0");
        Command.run("ip", "link", "set", "lt-wire0", "up");
        Command.run("udevadm", "settle", "--timeout=60");
        Command.run("ip", "netns", "add", "lt-out");
        Command.run("ip", "netns", "delete", "lt-out");
        before = HostState.now();
        Host host = Host.local();
        opened = Optional.of(host);
        ALL.forEach(topology -> apply(host, topology));
        host.deployAll(List.of(spec("lt-net-a", 11), spec("lt-net-b", 12)), progress -> {});
        a().awaitReady(READY);
        b().awaitReady(READY);
    }

    /** A bridge without ports lasts where networkd leaves it the MAC that the kernel chose. */
    private static List<String> apply(Host host, Topology topology) {
        boolean lasts = !topology.equals(PLAIN) || Lab.release().systemd() >= KERNEL_MAC;
        return lasts
                ? host.network().applyPersistently(topology)
                : host.network().apply(topology);
    }

    @AfterAll
    static void removalLeavesNothing() {
        try {
            Setup.remove(host(), "lt-net-a", "lt-net-b");
            ALL.forEach(host().network()::remove);
            assertThat(HostState.changesSince(before)).isEmpty();
        } finally {
            opened.ifPresent(Host::close);
            Command.result("ip", "link", "delete", CARD);
            Command.result("systemctl", "stop", "systemd-networkd.socket", NETWORKD);
        }
    }

    private static ContainerSpec spec(String name, int number) {
        ContainerSpec.Builder spec = ContainerSpec.named(name).image(Setup.image());
        for (Topology topology : List.of(COMPATIBLE, GREENFIELD, PLAIN, ISOLATED)) {
            String v4 = hostAddress(topology, 0).replace(".1", "." + number);
            String v6 = hostAddress(topology, 1).replace("::1", "::" + number);
            spec.macvlan(lower(topology), nic -> nic.address(v4 + "/22").address(v6 + "/64"));
        }
        return spec.macvlan(lower(SIMPLE), nic -> nic.dhcp()).build();
    }

    private static String lower(Topology topology) {
        return topology.segments().get(0).containersOn().value();
    }

    private static String hostAddress(Topology topology, int which) {
        return topology.segments().get(0).hostAddresses().get(which).address().toString();
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static Container a() {
        return host().container("lt-net-a");
    }

    private static Container b() {
        return host().container("lt-net-b");
    }

    @Test
    void containersAndTheHostReachEachOtherInEveryTopology() {
        for (Topology topology : List.of(COMPATIBLE, GREENFIELD, PLAIN)) {
            for (int family = 0; family < 2; family++) {
                String host = hostAddress(topology, family);
                String other = family == 0 ? host.replace(".1", ".12") : host.replace("::1", "::12");
                reaches(a(), other);
                reaches(b(), host);
                hostReaches(other);
            }
        }
    }

    @Test
    void isolatedContainersReachTheHostAndNotEachOther() {
        host().network().setModes(ISOLATED, host().statuses(List.of(a().name(), b().name())));

        reaches(a(), "172.29.252.1");
        reaches(b(), "fd00:252::1");
        hostReaches("172.29.252.12");
        assertThat(ping(a(), "172.29.252.12", 2)).isNotZero();
        assertThat(ping(a(), "fd00:252::12", 2)).isNotZero();
    }

    @Test
    void thePrivateNetworkHandsOutAddressesAndLeadsOut() {
        Command.run("ip", "netns", "add", "lt-out");
        try {
            Command.run("ip", "link", "add", "lt-out0", "type", "veth", "peer", "name", "eth0", "netns", "lt-out");
            Command.run("ip", "address", "add", "198.51.100.1/30", "dev", "lt-out0");
            Command.run("ip", "link", "set", "lt-out0", "up");
            Command.run("ip", "-n", "lt-out", "address", "add", "198.51.100.2/30", "dev", "eth0");
            Command.run("ip", "-n", "lt-out", "link", "set", "eth0", "up");

            Await.until(
                    "an address of the private network",
                    () -> a().status().addresses().stream()
                            .anyMatch(p -> p.toString().startsWith("10.11.12.")));
            reaches(a(), "10.11.12.1");
            reaches(a(), "198.51.100.2");
        } finally {
            Command.result("ip", "link", "delete", "lt-out0");
            Command.result("ip", "netns", "delete", "lt-out");
        }
    }

    /** What lxc-start makes of lxc.net.0.type = veth: a pair, one end in the bridge, the other in the container. */
    @Test
    void aContainerOfLxcOnTheSameBridgeIsANeighbour() {
        Command.run("ip", "netns", "add", "lt-lxc");
        try {
            Command.run("ip", "link", "add", "vethXa3Kd9", "type", "veth", "peer", "name", "eth0", "netns", "lt-lxc");
            Command.run("ip", "link", "set", "vethXa3Kd9", "master", "br-mgmt", "up");
            Command.run("ip", "-n", "lt-lxc", "address", "add", "172.29.236.21/22", "dev", "eth0");
            Command.run("ip", "-n", "lt-lxc", "address", "add", "fd00:236::21/64", "dev", "eth0", "nodad");
            Command.run("ip", "-n", "lt-lxc", "link", "set", "eth0", "up");

            assertThat(host().network().applyPersistently(COMPATIBLE)).isEmpty();
            for (String address : List.of("172.29.236.21", "fd00:236::21")) {
                reaches(a(), address);
                hostReaches(address);
            }
            for (String address : List.of("172.29.236.11", "fd00:236::11", "172.29.236.1", "fd00:236::1")) {
                Await.until(
                        "the container of LXC reaches " + address,
                        () -> Command.result("ip", "netns", "exec", "lt-lxc", "ping", "-c1", "-W2", address)
                                        .status()
                                == 0);
            }
        } finally {
            Command.result("ip", "link", "delete", "vethXa3Kd9");
            Command.result("ip", "netns", "delete", "lt-lxc");
        }
    }

    @Test
    void mtuIsCarriedIntoTheContainers() {
        assertThat(a().exec("cat", "/sys/class/net/mv-veth-mgmt2/mtu").stdout()).isEqualTo("1400\n");
    }

    @Test
    void appliedAgainNothingChanges() {
        for (Topology topology : ALL) {
            assertThat(apply(host(), topology)).isEmpty();
        }
    }

    private static void reaches(Container from, String address) {
        Await.until(from.name() + " reaches " + address, () -> ping(from, address, 2) == 0);
    }

    private static void hostReaches(String address) {
        Await.until(
                "the host reaches " + address,
                () -> Command.result("ping", "-c1", "-W2", address).status() == 0);
    }

    private static int ping(Container from, String address, int seconds) {
        return from.exec("ping", "-c1", "-W" + seconds, address).exitCode();
    }
}
