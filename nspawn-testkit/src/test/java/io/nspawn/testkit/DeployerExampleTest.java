package io.nspawn.testkit;

import static io.nspawn.testkit.NspawnAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.JobFailedException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests as somebody writes them who deploys with this library: of code that knows a {@link Host} and nothing of fakes. */
class DeployerExampleTest {
    @RegisterExtension
    static final FakeHost host =
            FakeHost.withImages("debian-12").addLink("br-mgmt").addDirectory("/srv/galera");

    private final GaleraDeployer deployer = new GaleraDeployer(host);

    /** The code under test: rolls a small cluster out, and tries again once where a start failed. */
    private static final class GaleraDeployer {
        private final Host host;

        GaleraDeployer(Host host) {
            this.host = host;
        }

        int rollOut() {
            for (int attempt = 1; true; attempt++) {
                try {
                    host.deployAll(List.of(node(1), node(2), node(3)), progress -> {});
                    return attempt;
                } catch (DeployException e) {
                    if (attempt == 2 || !(e.getCause() instanceof JobFailedException)) {
                        throw e;
                    }
                }
            }
        }

        static ContainerSpec node(int number) {
            return ContainerSpec.named("galera_" + number)
                    .image("debian-12")
                    .macvlan("br-mgmt", nic -> nic.address("172.29.236.1" + number + "/22"))
                    .bind("/srv/galera", "/var/lib/mysql")
                    .build();
        }
    }

    @Test
    void rollsOutThreeNodes() {
        assertEquals(1, deployer.rollOut());
        host.clock().advance(Duration.ofSeconds(5));

        assertThat(host)
                .hasContainers("galera_1", "galera_2", "galera_3")
                .hasNoLeftovers()
                .container("galera_2")
                .isReady()
                .isEnabled()
                .hasAddress("172.29.236.12/22");
    }

    @Test
    void triesAgainWhenANodeDoesNotComeUp() {
        host.failNextStart("galera_2", "mysqld: cannot allocate memory");

        assertEquals(2, deployer.rollOut());

        assertThat(host).container("galera_2").isReady();
    }

    @Test
    void givesUpOnAFullPoolAndLeavesNothing() {
        host.faults().once(Operation.CLONE, Fault.poolFull());

        assertThrows(DeployException.class, deployer::rollOut);

        assertThat(host).hasContainers().hasNoLeftovers();
    }

    @Test
    void survivesAPowerLossInTheMiddle() {
        host.faults().nth(2, Operation.START, Fault.hostCrashed());
        assertThrows(HostKilled.class, deployer::rollOut);

        deployer.rollOut();

        assertThat(host).hasContainers("galera_1", "galera_2", "galera_3").hasNoLeftovers();
    }
}
