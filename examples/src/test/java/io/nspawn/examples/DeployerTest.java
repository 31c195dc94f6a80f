// A deployer's own test: its code knows a Host, the test gives it one in memory, lets things go wrong, and looks.
//
//     mvn -pl examples -am test -Dtest=DeployerTest -Dsurefire.failIfNoSpecifiedTests=false
//
// A project of its own needs nspawn-testkit in test scope, and no root.
package io.nspawn.examples;

import static io.nspawn.testkit.NspawnAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.testkit.ExecScript.Reply;
import io.nspawn.testkit.FakeHost;
import io.nspawn.testkit.Fault;
import io.nspawn.testkit.HostKilled;
import io.nspawn.testkit.Operation;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeployerTest {
    /** The code under test. */
    private record WebFarm(Host host) {
        void rollOut(int servers) {
            List<ContainerSpec> specs =
                    IntStream.rangeClosed(1, servers).mapToObj(this::server).toList();
            host.deployAll(specs, progress -> {});
        }

        boolean isServing(int number) {
            return host.container("web_" + number)
                    .exec("curl", "-sf", "localhost")
                    .ok();
        }

        private ContainerSpec server(int number) {
            return ContainerSpec.named("web_" + number)
                    .image("debian-12")
                    .macvlan("br-mgmt", nic -> nic.address("172.29.236." + (10 + number) + "/22"))
                    .build();
        }
    }

    @RegisterExtension
    static final FakeHost host = FakeHost.withImages("debian-12").addLink("br-mgmt");

    private final WebFarm farm = new WebFarm(host);

    @Test
    void rollsOut() {
        farm.rollOut(3);

        assertThat(host)
                .hasContainers("web_1", "web_2", "web_3")
                .hasNoLeftovers()
                .container("web_2")
                .isEnabled();
    }

    @Test
    void asksTheServer() {
        host.onExec((machine, command) -> command.get(0).equals("curl")
                ? Optional.of(machine.value().equals("web-1") ? Reply.ok("") : Reply.failed(7, "refused"))
                : Optional.empty());
        farm.rollOut(2);

        assertThat(farm.isServing(1)).isTrue();
        assertThat(farm.isServing(2)).isFalse();
    }

    @Test
    void aFullPoolLeavesNothing() {
        host.faults().once(Operation.CLONE, Fault.poolFull());

        assertThatThrownBy(() -> farm.rollOut(3))
                .isInstanceOf(DeployException.class)
                .hasCauseInstanceOf(NoSpaceException.class);

        assertThat(host).hasContainers().hasNoLeftovers();
    }

    @Test
    void aLostReplyIsTakenBackAndCanBeTriedAgain() {
        host.faults().nth(2, Operation.START, Fault.replyLost());
        assertThatThrownBy(() -> farm.rollOut(3)).isInstanceOf(DeployException.class);
        assertThat(host).hasContainers().hasNoLeftovers();

        farm.rollOut(3);

        assertThat(host).hasContainers("web_1", "web_2", "web_3").hasNoLeftovers();
    }

    @Test
    void aDeployThatWasKilledIsSimplyRunAgain() {
        host.faults().nth(2, Operation.START, Fault.killed());
        assertThatThrownBy(() -> farm.rollOut(3)).isInstanceOf(HostKilled.class);

        farm.rollOut(3);

        assertThat(host).hasContainers("web_1", "web_2", "web_3").hasNoLeftovers();
    }
}
