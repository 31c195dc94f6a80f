package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.KillTarget;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Signal;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fake's containers are stopped, killed and restarted as real ones are. */
class FakeLifecycleTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @RegisterExtension
    final FakeHost host = Sample.host();

    @Test
    void aStoppedContainerStartsAgain() {
        Container container = host.deploy(Sample.spec(1));
        container.stop(LONG);
        assertThat(container.status().state()).isEqualTo(ContainerState.STOPPED);
        container.start();
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void theGraceIsNotOverrun() {
        Container container = host.deploy(Sample.spec(1));
        var begin = host.clock().now();
        container.stop(Duration.ofMillis(1));
        assertThat(container.status().state()).isEqualTo(ContainerState.STOPPED);
        assertThat(Duration.between(begin, host.clock().now())).isEqualTo(Duration.ofMillis(1));
    }

    /** One without settings has a veth (systemd-nspawn@.service), whose host end goes with it however it ends. */
    @Test
    void aKilledContainerLeavesNoVeth() {
        host.addForeignRoot("by-hand");
        Container container = host.container("by-hand");
        String before = host.dump();
        container.start();
        assertThat(host.changesSince(before)).anyMatch(line -> line.startsWith("+link ve-by-hand"));
        container.kill(Signal.KILL, KillTarget.LEADER);
        assertThat(container.status().state()).isEqualTo(ContainerState.FAILED);
        assertThat(host.dump()).doesNotContain("link ve-by-hand");
    }

    @Test
    void terminatedTwiceIsAsGoodAsOnce() {
        Container container = host.deploy(Sample.spec(1));
        container.terminate();
        container.terminate();
        assertThat(container.status().state()).isEqualTo(ContainerState.STOPPED);
    }

    @Test
    void aRebootedContainerIsUpAgainInAnotherRun() {
        Container container = host.deploy(Sample.spec(1));
        OptionalInt first = container.status().leader();
        container.reboot();
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
        assertThat(container.status().leader()).isPresent().isNotEqualTo(first);
        assertThat(container.awaitReady(LONG).addresses()).isNotEmpty();
    }

    @Test
    void aKilledContainerHasFailed() {
        Container container = host.deploy(Sample.spec(1));
        container.kill(Signal.USR1, KillTarget.ALL);
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
        container.kill(Signal.KILL, KillTarget.LEADER);
        assertThat(container.status().state()).isEqualTo(ContainerState.FAILED);
    }

    @Test
    void itStartsWithTheHostOnlyIfEnabled() {
        Container container = host.deploy(Sample.spec(1));
        assertThat(container.isEnabled()).isTrue();
        container.disable();
        assertThat(container.isEnabled()).isFalse();
        container.enable();
        assertThat(container.isEnabled()).isTrue();
    }

    @Test
    void oneThatRunsIsNotStopped() {
        Container container = host.deploy(Sample.spec(1));
        assertThatThrownBy(() -> container.awaitStopped(LONG))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("its unit is active");
    }

    @Test
    void oneThatDoesNotRunIsNeitherSignalledNorRebooted() {
        Container container = host.deploy(Sample.spec(1));
        assertThat(container.osRelease()).containsEntry("VERSION_ID", "12");
        container.stop();
        assertThatThrownBy(container::reboot).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container.kill(Signal.USR1, KillTarget.ALL)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(container::osRelease).isInstanceOf(NotFoundException.class);
        container.awaitStopped(LONG);
    }
}
