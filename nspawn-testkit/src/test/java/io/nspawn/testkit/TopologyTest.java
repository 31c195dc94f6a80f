package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.host.Topology;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostNetwork.HostLink;
import java.time.Duration;
import java.util.List;
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
                        "made bridge br-mgmt",
                        "made macvlan mv-mgmt on br-mgmt",
                        "gave mv-mgmt the address 172.29.236.1/22",
                        "made bridge br-storage");
        String before = host.dump();

        assertThat(host.network().apply(TOPOLOGY)).isEmpty();
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void removedItLeavesNothing() {
        String before = host.dump();
        host.network().apply(TOPOLOGY);

        host.network().remove(TOPOLOGY);
        assertThat(host.changesSince(before)).isEmpty();
        host.network().remove(TOPOLOGY);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void aBridgeThatIsDownIsSetUp() {
        HostLink down = new HostLink(
                InterfaceName.of("br-storage"),
                "bridge",
                Optional.empty(),
                Optional.empty(),
                1500,
                false,
                false,
                List.of());
        host.addLink(down);

        assertThat(host.network().apply(TOPOLOGY)).contains("set br-storage up");
        assertThat(host.dump()).contains("link br-storage bridge up");
    }

    @Test
    void aLinkOfAnotherKindIsRefusedBeforeAnythingIsMade() {
        host.addLink(new HostLink(
                InterfaceName.of("br-storage"), "", Optional.empty(), Optional.empty(), 1500, true, false, List.of()));
        String before = host.dump();

        assertThatThrownBy(() -> host.network().apply(TOPOLOGY))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("is a network card, not a bridge");
        host.network().remove(TOPOLOGY);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void aMacvlanOnAnotherInterfaceIsRefused() {
        host.addLink("br-other");
        host.addLink(new HostLink(
                InterfaceName.of("mv-mgmt"),
                "macvlan",
                Optional.of(InterfaceName.of("br-other")),
                Optional.empty(),
                1500,
                true,
                false,
                List.of()));
        String before = host.dump();

        assertThatThrownBy(() -> host.network().apply(TOPOLOGY))
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining("is a macvlan on another interface than br-mgmt");
        host.network().remove(TOPOLOGY);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void aFailureInTheMiddleTakesTheLinksAway() {
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
        assertThat(acts).isEqualTo(4);
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
