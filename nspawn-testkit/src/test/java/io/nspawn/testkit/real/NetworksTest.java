package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import io.nspawn.testkit.lab.Lab;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The three topologies, the second also on a bridge that somebody else made, a plain bridge and an isolated network on
 * one host at once: two containers that are in all of them, networkd, and neighbours of LXC's.
 */
@LabTest({"bookworm", "trixie"})
class NetworksTest {
    private static final Duration READY = Duration.ofSeconds(90);
    private static final String NETWORKD = "systemd-networkd.service";
    private static final String CARD = "lt-card0";
    private static final int KERNEL_MAC = 257;

    private static final String THEIRS = "br-lt-osa";

    private static final Topology SIMPLE = Topology.simple("10.11.12.1/24", "fd00:12::1/64");
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
    private static final Topology GIVEN = Topology.compatible(List.of(THEIRS));
    private static final List<Topology> ALL = List.of(SIMPLE, COMPATIBLE, GIVEN, GREENFIELD, PLAIN, ISOLATED);
    private static final List<Path> FILES_OF_THEIRS = List.of(
            Path.of("/etc/systemd/network/30-lt-osa.netdev"), Path.of("/etc/systemd/network/30-lt-osa.network"));
    private static final List<String> ADDRESSES_OF_THEIRS = List.of("172.29.232.1", "fd00:232::1");

    private static Optional<Host> opened = Optional.empty();
    private static Set<String> before = Set.of();

    @BeforeAll
    static void deploy() throws IOException {
        Command.run("systemctl", "start", NETWORKD);
        Command.run("ip", "link", "add", CARD, "up", "type", "veth", "peer", "name", "lt-wire0");
        Command.run("ip", "link", "set", "lt-wire0", "up");
        makeTheirs();
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

    /** As an administrator's own files have networkd make it. */
    private static void makeTheirs() throws IOException {
        Files.createDirectories(FILES_OF_THEIRS.get(0).getParent());
        Files.writeString(FILES_OF_THEIRS.get(0), "[NetDev]\nName=" + THEIRS + "\nKind=bridge\n");
        Files.writeString(
                FILES_OF_THEIRS.get(1),
                "[Match]\nName=" + THEIRS + "\n\n[Network]\nConfigureWithoutCarrier=yes\nAddress="
                        + ADDRESSES_OF_THEIRS.get(0) + "/22\nAddress=" + ADDRESSES_OF_THEIRS.get(1) + "/64\n");
        Command.run("networkctl", "reload");
        Await.until(
                "the bridge of somebody else",
                () -> Command.result("ip", "address", "show", "dev", THEIRS)
                        .output()
                        .contains(ADDRESSES_OF_THEIRS.get(1) + "/64"));
    }

    /** A bridge without ports lasts where networkd leaves it the MAC that the kernel chose. */
    private static List<String> apply(Host host, Topology topology) {
        boolean lasts = !topology.equals(PLAIN) || Lab.release().systemd() >= KERNEL_MAC;
        return lasts
                ? host.network().applyPersistently(topology)
                : host.network().apply(topology);
    }

    @AfterAll
    static void removalLeavesNothing() throws IOException {
        try {
            Setup.remove(host(), "lt-net-a", "lt-net-b");
            ALL.forEach(host().network()::remove);
            assertThat(HostState.changesSince(before)).isEmpty();
            assertThat(Command.run("ip", "-br", "address", "show", "dev", THEIRS))
                    .contains(ADDRESSES_OF_THEIRS.get(0), ADDRESSES_OF_THEIRS.get(1));
            assertThat(Command.run("ip", "-br", "address", "show", "dev", CARD)).contains("UP");
        } finally {
            opened.ifPresent(Host::close);
            Command.result("ip", "link", "delete", CARD);
            for (Path file : FILES_OF_THEIRS) {
                Files.deleteIfExists(file);
            }
            Command.result("ip", "link", "delete", THEIRS);
            Command.result("systemctl", "stop", "systemd-networkd.socket", NETWORKD);
        }
    }

    private static ContainerSpec spec(String name, int number) {
        ContainerSpec.Builder spec = ContainerSpec.named(name).image(Setup.image());
        for (Topology topology : List.of(COMPATIBLE, GIVEN, GREENFIELD, PLAIN, ISOLATED)) {
            String v4 = hostAddress(topology, 0).replace(".1", "." + number);
            String v6 = hostAddress(topology, 1).replace("::1", "::" + number);
            spec.macvlan(lower(topology), nic -> nic.address(v4 + "/22").address(v6 + "/64"));
        }
        return spec.macvlan(
                        lower(SIMPLE),
                        nic -> nic.dhcp().address("fd00:12::" + number + "/64").gateway("fd00:12::1"))
                .build();
    }

    private static String lower(Topology topology) {
        return topology.segments().get(0).containersOn().value();
    }

    private static String hostAddress(Topology topology, int which) {
        if (topology.equals(GIVEN)) {
            return ADDRESSES_OF_THEIRS.get(which);
        }
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
        for (Topology topology : List.of(COMPATIBLE, GIVEN, GREENFIELD, PLAIN)) {
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
        hostReaches("fd00:252::12");
        assertThat(ping(a(), "172.29.252.12", 2)).isNotZero();
        assertThat(ping(a(), "fd00:252::12", 2)).isNotZero();
    }

    @Test
    void thePrivateNetworkHandsOutAddressesAndLeadsOut() {
        Command.run("ip", "netns", "add", "lt-out");
        try {
            Command.run("ip", "link", "add", "lt-out0", "type", "veth", "peer", "name", "eth0", "netns", "lt-out");
            Command.run("ip", "address", "add", "198.51.100.1/30", "dev", "lt-out0");
            Command.run("ip", "address", "add", "2001:db8::1/64", "dev", "lt-out0", "nodad");
            Command.run("ip", "link", "set", "lt-out0", "up");
            Command.run("ip", "-n", "lt-out", "address", "add", "198.51.100.2/30", "dev", "eth0");
            Command.run("ip", "-n", "lt-out", "address", "add", "2001:db8::2/64", "dev", "eth0", "nodad");
            Command.run("ip", "-n", "lt-out", "link", "set", "eth0", "up");

            String other = handedOut(b());
            assertThat(handedOut(a())).isNotEqualTo(other);
            for (String address : List.of("10.11.12.1", other, "fd00:12::1", "fd00:12::12")) {
                reaches(a(), address);
            }
            hostReaches(other);
            hostReaches("fd00:12::12");
            // Nothing out there knows a way back into the private network.
            reaches(a(), "198.51.100.2");
            reaches(a(), "2001:db8::2");
        } finally {
            Command.result("ip", "link", "delete", "lt-out0");
            Command.result("ip", "netns", "delete", "lt-out");
        }
    }

    private static String handedOut(Container container) {
        List<String> found = new ArrayList<>();
        Await.until("an address of the private network in " + container.name(), () -> {
            container.status().addresses().stream()
                    .map(prefix -> prefix.address().toString())
                    .filter(address -> address.startsWith("10.11.12."))
                    .forEach(found::add);
            return !found.isEmpty();
        });
        return found.get(0);
    }

    /** What lxc-start makes of lxc.net.0.type = veth: a pair, one end in the bridge, the other in the container. */
    @ParameterizedTest
    @CsvSource({"br-mgmt, 172.29.236, fd00:236", "br-lt-osa, 172.29.232, fd00:232"})
    void aContainerOfLxcOnTheSameBridgeIsANeighbour(String bridge, String v4, String v6) {
        Topology topology = bridge.equals(THEIRS) ? GIVEN : COMPATIBLE;
        Command.run("ip", "netns", "add", "lt-lxc");
        try {
            Command.run("ip", "link", "add", "vethXa3Kd9", "type", "veth", "peer", "name", "eth0", "netns", "lt-lxc");
            Command.run("ip", "link", "set", "vethXa3Kd9", "master", bridge, "up");
            Command.run("ip", "-n", "lt-lxc", "address", "add", v4 + ".21/22", "dev", "eth0");
            Command.run("ip", "-n", "lt-lxc", "address", "add", v6 + "::21/64", "dev", "eth0", "nodad");
            Command.run("ip", "-n", "lt-lxc", "link", "set", "eth0", "up");

            assertThat(host().network().applyPersistently(topology)).isEmpty();
            for (String address : List.of(v4 + ".21", v6 + "::21")) {
                reaches(a(), address);
                hostReaches(address);
            }
            for (String address : List.of(v4 + ".11", v6 + "::11", v4 + ".1", v6 + "::1")) {
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
