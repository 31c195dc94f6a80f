package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.host.Topology;
import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.DeployException;
import io.nspawn.model.HostEvent;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.model.Size;
import io.nspawn.model.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What each kind of fault does to a host, and what its caller sees. */
class FaultKindsTest {
    private static final String NODE = "infra_node-1";

    @RegisterExtension
    static final FakeHost host = Sample.host();

    private static DeployException failingDeploy() {
        return catchThrowableOfType(DeployException.class, () -> host.deploy(Sample.spec(1)));
    }

    @Test
    void aLostReplyIsDoneAndUnknown() {
        host.deploy(Sample.spec(1));
        Instant before = host.clock().now();
        host.faults().once(Operation.DISABLE, Fault.replyLost());

        assertThatThrownBy(() -> host.container(NODE).disable())
                .isInstanceOfSatisfying(DeadlineExceededException.class, e -> {
                    assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
                    assertThat(e).hasMessageContaining("no reply within 30 s");
                });

        assertThat(host.container(NODE).isEnabled()).isFalse();
        assertThat(Duration.between(before, host.clock().now())).isEqualTo(Fault.CALL_DEADLINE);
    }

    @Test
    void aLostReplyOfThePoolIsAnErrorOfTheDisk() {
        host.faults().once(Operation.SYNC, Fault.replyLost());

        assertThat(failingDeploy().getCause()).isInstanceOfSatisfying(HostFailureException.class, e -> {
            assertThat(e.errorName()).hasValue("EIO");
            assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
        });
    }

    @Test
    void aDelayPassesByTheHostsClock() {
        Instant before = host.clock().now();
        host.faults().once(Operation.RELOAD, Fault.delayed(Duration.ofSeconds(20)));

        host.deploy(Sample.spec(1));

        assertThat(Duration.between(before, host.clock().now())).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aCallThatTakesTooLongIsALostReply() {
        host.faults().once(Operation.RELOAD, Fault.delayed(Duration.ofMinutes(3)));

        assertThat(failingDeploy().getCause()).isInstanceOf(DeadlineExceededException.class);
    }

    @Test
    void aBusThatIsAwayLosesTheCallAndTheResultsOfJobs() {
        host.faults().once(Operation.ENABLE, Fault.busDropped());
        assertThat(failingDeploy().getCause())
                .isInstanceOfSatisfying(
                        ConnectionLostException.class,
                        e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));

        host.faults().once(Operation.AWAIT, Fault.busDropped(Duration.ofMinutes(1)));
        assertThat(failingDeploy().getCause())
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("the result was lost while the bus was away");
        assertThat(host.dump()).doesNotContain("infra-node-1");

        host.faults().once(Operation.AWAIT, Fault.busDropped(Duration.ofMillis(1)));
        host.deploy(Sample.spec(1));
    }

    @Test
    void watchersAreToldEverythingAnewAfterTheBusWasAway() {
        List<HostEvent> events = new ArrayList<>();
        try (Watch watch = host.watch(events::add)) {
            host.deploy(Sample.spec(1));
            events.clear();
            host.faults().once(Operation.LIST_LINKS, Fault.busDropped());

            host.plan(Sample.spec(1));

            assertThat(events)
                    .containsExactly(new HostEvent.Snapshot(
                            Set.of("infra-node-1"), Set.of("infra-node-1", Sample.IMAGE), Set.of()));
        }
    }

    @Test
    void aLostSignalIsWaitedForUntilTheDeadline() {
        host.faults().once(Operation.START, Fault.signalLost());

        assertThat(failingDeploy().getCause()).isInstanceOf(DeadlineExceededException.class);

        host.deploy(Sample.spec(1));
    }

    @Test
    void aMachineThatIsKilledHasFailed() {
        String before = host.dump();
        host.deploy(Sample.spec(1));
        assertThat(host.container(NODE).status().state()).isEqualTo(ContainerState.READY);
        host.faults().once(Operation.EXEC, Fault.machineKilled());
        assertThat(host.container(NODE).exec("true").ok()).isTrue();

        assertThat(host.container(NODE).status().state()).isEqualTo(ContainerState.FAILED);
        assertThatThrownBy(() -> host.container(NODE).exec("true")).isInstanceOf(NotFoundException.class);
        host.container(NODE).remove();
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aMachineThatIsKilledBeforeItIsUpFailsItsJob() {
        host.faults().once(Operation.START, Fault.delayed(Duration.ofMillis(1)));
        host.faults().once(Operation.AWAIT, Fault.meanwhile(() -> {
            host.clock().advance(Duration.ofMillis(100));
            host.failContainer(NODE, 137);
        }));

        assertThat(failingDeploy().getCause()).isInstanceOf(JobFailedException.class);
    }

    @Test
    void aFullPoolStaysFullUntilRoomIsMade() {
        host.deploy(Sample.spec(2));
        host.faults().once(Operation.CLONE, Fault.poolFull());
        assertThat(failingDeploy().getCause()).isInstanceOf(NoSpaceException.class);
        assertThatThrownBy(() -> host.plan(Sample.spec(1))).isInstanceOf(NoSpaceException.class);

        host.pool().grow(Size.parse("65G"));
        host.deploy(Sample.spec(1));

        host.fillPool();
        assertThatThrownBy(() -> host.plan(Sample.spec(0))).isInstanceOf(NoSpaceException.class);
        host.drainPool();
        host.deploy(Sample.spec(0));
    }

    @Test
    void aCrashTakesTheProcessAlongAndBootsAgain() {
        host.deploy(Sample.spec(0));
        host.clock().advance(Unsynced.COMMIT);
        host.faults().once(Operation.RENAME, Fault.hostCrashedAfter());

        assertThatThrownBy(() -> host.deploy(Sample.spec(1)))
                .isInstanceOf(HostKilled.class)
                .hasMessageContaining("power");

        assertThat(host.container("infra_node-0").status().state()).isEqualTo(ContainerState.STARTING);
        assertThat(host.readInRoot("infra-node-1", "etc/hostname")).isEmpty();
        assertThat(host.readInRoot(".#nspawn-infra-node-1", "etc/hostname")).isPresent();
        host.deploy(Sample.spec(1));
    }

    @Test
    void aLockWhoseTakerFailsIsGivenBack() {
        host.faults().once(Operation.LOCK, Fault.replyLost());
        assertThatThrownBy(() -> host.deploy(Sample.spec(1))).isInstanceOf(HostFailureException.class);

        host.deploy(Sample.spec(1));
    }

    @Test
    void aSignalThatIsLostWhereNoneIsExpectedIsNotMissed() {
        host.faults().once(Operation.LOCK, Fault.signalLost());

        host.deploy(Sample.spec(1));
    }

    @Test
    void aLinkThatIsMadeWithoutAnAnswer() {
        host.faults().once(Operation.CREATE_BRIDGE, Fault.replyLost());

        assertThatThrownBy(() ->
                        host.network().apply(Topology.builder().bridge("br-new").build()))
                .isInstanceOfSatisfying(
                        DeadlineExceededException.class,
                        e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
    }
}
