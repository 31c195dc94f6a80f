package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.Host;
import io.nspawn.host.Topology;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.testkit.lab.LabTest;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A topology that cannot work on a real host is refused with what would be right, and no link or file is touched. */
@LabTest({"bookworm", "trixie"})
class NetworkRefusalsTest {
    private static final String THEIRS = "br-lt-theirs";
    private static final String CARD = "lt-refused0";
    private static final String WIRE = "lt-refused1";

    private Set<String> before = Set.of();
    private String addresses = "";
    private Host host;

    @BeforeEach
    void makeWhatIsSomebodyElses() {
        Command.run("systemctl", "start", "systemd-networkd.service");
        Command.run("ip", "link", "add", THEIRS, "up", "type", "bridge");
        Command.run("ip", "address", "add", "172.28.4.1/22", "dev", THEIRS);
        Command.run("ip", "link", "add", CARD, "up", "type", "veth", "peer", "name", WIRE);
        Command.run("ip", "link", "set", WIRE, "up");
        Command.run("ip", "address", "add", "172.28.8.2/22", "dev", CARD);
        Command.run("ip", "route", "add", "default", "via", "172.28.8.1");
        Command.run("udevadm", "settle", "--timeout=60");
        before = HostState.now();
        addresses = addresses();
        host = Host.local();
    }

    @AfterEach
    void takeItAway() {
        host.close();
        Command.result("ip", "link", "delete", THEIRS);
        Command.result("ip", "link", "delete", CARD);
        Command.result("systemctl", "stop", "systemd-networkd.socket", "systemd-networkd.service");
    }

    /** Without link-local ones, which come a while after a link is up. */
    private static String addresses() {
        return Command.run("ip", "-o", "address", "show", "scope", "global")
                + Command.run("ip", "route")
                + Command.run("ip", "-br", "link");
    }

    private void refused(Topology topology, String problem, String remedy) {
        List<BiConsumer<Host, Topology>> ways = List.of(
                (on, wanted) -> on.network().plan(wanted),
                (on, wanted) -> on.network().apply(wanted),
                (on, wanted) -> on.network().applyPersistently(wanted));
        for (BiConsumer<Host, Topology> way : ways) {
            InvalidSpecException refusal =
                    catchThrowableOfType(InvalidSpecException.class, () -> way.accept(host, topology));

            assertThat(refusal).isNotNull().hasMessageContaining(problem).hasMessageContaining(remedy);
            assertThat(HostState.changesSince(before)).isEmpty();
            assertThat(addresses()).isEqualTo(addresses);
        }
    }

    @Test
    void aBridgeOfSomebodyElse() {
        refused(
                Topology.builder()
                        .bridge(THEIRS, s -> s.host("172.28.4.1/22").throughVeth())
                        .build(),
                "is a bridge that somebody else made",
                "given(name)");
    }

    @Test
    void aNetworkThatTheHostIsIn() {
        refused(
                Topology.builder()
                        .bridge("br-lt-new", s -> s.host("172.28.5.1/24").throughVeth())
                        .build(),
                "172.28.5.0/24 overlaps with 172.28.4.1/22 on " + THEIRS,
                "choose a network that this host is not in");
    }

    @Test
    void networksThatOverlap() {
        refused(
                Topology.builder()
                        .bridge("br-lt-one", s -> s.host("172.28.16.1/22").throughVeth())
                        .bridge("br-lt-two", s -> s.host("172.28.19.1/24").throughVeth())
                        .build(),
                "172.28.19.0/24 overlaps with 172.28.16.0/22 on br-lt-one",
                "have no address in common");
    }

    @Test
    void anAddressOutsideOfItsNetwork() {
        refused(
                Topology.builder()
                        .bridge(
                                "br-lt-new",
                                s -> s.subnet("172.28.16.0/22")
                                        .host("172.28.20.1/22")
                                        .throughVeth())
                        .build(),
                "172.28.20.1/22 is outside of its network, [172.28.16.0/22]",
                "choose an address of the network");
    }

    @Test
    void theCardOfTheDefaultRouteAsAPort() {
        refused(
                Topology.builder().bridge("br-lt-new", s -> s.port(CARD)).build(),
                CARD + " carries the default route, and is not moved",
                "name another card");
    }

    /** Live it works; at a boot, networkd would make the pair and leave it out of the bridge. */
    @Test
    void aBridgeThatNetworkdDoesNotMakeIsNotJoinedAtEachBoot() {
        Topology theirs = Topology.compatible(List.of(THEIRS));

        InvalidSpecException refusal = catchThrowableOfType(
                InvalidSpecException.class, () -> host.network().applyPersistently(theirs));

        assertThat(refusal)
                .isNotNull()
                .hasMessageContaining("no .netdev file has systemd-networkd make this bridge")
                .hasMessageContaining("apply the topology until the next boot only");
        assertThat(HostState.changesSince(before)).isEmpty();
        host.network().apply(theirs);
        assertThat(host.network().apply(theirs)).isEmpty();
        host.network().remove(theirs);
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    @Test
    void aCardThatIsNoBridgeForAVethPair() {
        refused(Topology.compatible(List.of(CARD)), "not a bridge", "a veth pair needs a bridge");
    }
}
