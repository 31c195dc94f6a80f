package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Host;
import io.nspawn.Timeouts;
import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.MachineName;
import io.nspawn.testkit.lab.LabTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes deploy on one host at the same time: one waits for the other, or is refused and told for whom. */
@LabTest({"bookworm", "trixie"})
class TwoDeployersTest {
    private static final Timeouts IMPATIENT = new Timeouts(Duration.ofSeconds(1), Duration.ofSeconds(30));

    private Set<String> before = Set.of();

    @BeforeEach
    void makeNetworks() {
        try (Host host = Host.local()) {
            host.network().apply(Setup.TOPOLOGY);
        }
        before = HostState.now();
    }

    @AfterEach
    void removeAll() {
        try (Host host = Host.local()) {
            host.removeAll(machines(), progress -> {});
            assertThat(HostState.changesSince(before)).isEmpty();
            host.network().remove(Setup.TOPOLOGY);
        }
    }

    private static List<ContainerSpec> specs() {
        return EngineMain.specs(Setup.image());
    }

    private static List<MachineName> machines() {
        return specs().stream().map(ContainerSpec::machine).toList();
    }

    private static Process deployer(String phase) throws IOException {
        return new ProcessBuilder(Command.java(EngineMain.class, "deploy", Setup.image(), phase, "1"))
                .redirectErrorStream(true)
                .start();
    }

    @Test
    void theSecondIsToldWhoHoldsTheLockWhichDiesWithItsHolder() throws IOException, InterruptedException {
        Process first = deployer("publish");
        try (BufferedReader output = first.inputReader(StandardCharsets.UTF_8);
                Host host = Host.local(IMPATIENT)) {
            for (String line = output.readLine(); !EngineMain.HERE.equals(line); line = output.readLine()) {
                assertThat(line).isNotNull();
            }

            assertThatThrownBy(() -> host.deployAll(specs(), progress -> {}))
                    .isInstanceOfSatisfying(
                            BusyException.class, e -> assertThat(e.holder()).hasValue(first.pid()))
                    .hasMessageContaining("process " + first.pid());
        } finally {
            first.destroyForcibly().waitFor();
        }

        try (Host host = Host.local()) {
            host.deployAll(specs(), progress -> {});
            assertThat(host.statuses(machines()))
                    .extracting(ContainerStatus::state)
                    .containsOnly(ContainerState.READY);
        }
    }

    @Test
    void twoThatDeployTheSameAtOnceBothSucceed() throws IOException, InterruptedException {
        Process first = deployer("no such phase");
        Process second = deployer("no such phase");
        try {
            String said = new String(first.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String alsoSaid = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(first.waitFor()).as(said).isZero();
            assertThat(second.waitFor()).as(alsoSaid).isZero();
        } finally {
            first.destroyForcibly();
            second.destroyForcibly();
        }

        try (Host host = Host.local()) {
            assertThat(host.statuses(machines()))
                    .extracting(ContainerStatus::state)
                    .containsOnly(ContainerState.READY);
            assertThat(host.plan(specs()).changesNothing()).isTrue();
            assertThat(host.drift()).isEmpty();
        }
    }
}
