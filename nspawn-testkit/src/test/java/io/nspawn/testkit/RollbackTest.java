package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.Outcome;
import io.nspawn.model.Size;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A deploy that fails in the middle takes back all that it did, and says so. */
class RollbackTest {
    @RegisterExtension
    static final FakeHost host = Sample.host();

    private static HostFailureException refusal() {
        return new HostFailureException(
                Failure.of("act", "the host", "it does not want to").named("EIO"));
    }

    @Test
    void aFailingStartIsTakenBackAndExplained() {
        String before = host.dump();
        host.failNextStart("infra_node-1", "mount: wrong fs type", "giving up");

        DeployException failed =
                catchThrowableOfType(DeployException.class, () -> host.deployAll(Sample.specs(3), p -> {}));

        assertThat(failed.operation()).isEqualTo("start");
        assertThat(failed.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failed).hasMessageContaining("giving up").hasMessageContaining("everything was taken back");
        assertThat(failed.notUndone()).isEmpty();
        assertThat(failed.undone().get(0)).isEqualTo("start of 3 units");
        assertThat(failed.undone())
                .contains(
                        "enabling of 3 units",
                        "root infra-node-1",
                        "/etc/systemd/nspawn/infra-node-1.nspawn",
                        "reload of unit files")
                .last()
                .isEqualTo("clone of debian-12 into 3 roots");
        assertThat(failed.getCause()).isInstanceOfSatisfying(JobFailedException.class, job -> {
            assertThat(job.unitFailure().unit()).isEqualTo("systemd-nspawn@infra-node-1.service");
            assertThat(job.unitFailure().jobResult()).isEqualTo("failed");
            assertThat(job.unitFailure().serviceResult()).isEqualTo("exit-code");
            assertThat(job.unitFailure().exitStatus()).isEqualTo(1);
            assertThat(job.unitFailure().journal()).contains("mount: wrong fs type", "giving up");
        });
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aPowerLossAfterItBringsNothingBack() {
        String before = host.dump();
        host.failNextStart("infra_node-1", "no");
        assertThatThrownBy(() -> host.deployAll(Sample.specs(3), p -> {})).isInstanceOf(DeployException.class);
        host.clock().advance(Unsynced.COMMIT);

        host.crash();

        host.deployAll(Sample.specs(1), p -> {});
        host.removeAll(List.of(Sample.spec(0).machine()), p -> {});
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void theLinkToAPersistentJournalIsTakenBackToo() {
        String before = host.dump();
        host.failNextStart("infra_node-1", "no");
        ContainerSpec persistent = Sample.builder(0).persistentJournal().build();

        assertThatThrownBy(() -> host.deployAll(List.of(persistent, Sample.spec(1)), p -> {}))
                .isInstanceOf(DeployException.class);

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void whatWasThereBeforeSurvivesTheRollback() {
        host.deploy(Sample.spec(0));
        String before = Sample.settled(host);
        host.failNextStart("infra_node-1", "no");

        assertThatThrownBy(() -> host.deployAll(Sample.specs(3), p -> {})).isInstanceOf(DeployException.class);

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aChangeThatFailsPutsTheOldFilesBack() {
        host.deploy(Sample.spec(0));
        String before = Sample.settled(host);
        ContainerSpec changed = Sample.builder(0)
                .limits(l -> l.tasks(17))
                .macvlan("br-third", nic -> nic.dhcp())
                .build();
        host.addLink("br-third");
        String withLink = host.dump();
        host.faults().once(Operation.RELOAD, Fault.refuse(refusal()));

        assertThatThrownBy(() -> host.deploy(changed)).isInstanceOf(DeployException.class);

        assertThat(withLink).isNotEqualTo(before);
        assertThat(Sample.changes(host, withLink)).isEmpty();
    }

    @Test
    void aPoolThatFillsUpInTheMiddle() {
        String before = host.dump();
        host.faults().onceAfter(2, Operation.WRITE_IN_ROOT, Fault.meanwhile(() -> host.setPoolSize(Size.parse("1M"))));

        DeployException failed =
                catchThrowableOfType(DeployException.class, () -> host.deployAll(Sample.specs(3), p -> {}));

        assertThat(failed.getCause()).isInstanceOf(NoSpaceException.class);
        assertThat(failed.errorName()).hasValue("ENOSPC");
        assertThat(failed.remedy()).isPresent();
        host.setPoolSize(Size.parse("64G"));
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    static Stream<Operation> operationsOfADeploy() {
        FakeHost probe = Sample.host();
        probe.deployAll(Sample.specs(3), p -> {});
        Set<Operation> seen = EnumSet.noneOf(Operation.class);
        probe.faults().calls().stream()
                .map(Faults.Call::operation)
                .filter(Operation::acts)
                .forEach(seen::add);
        assertThat(seen).contains(Operation.CLONE, Operation.RENAME, Operation.START, Operation.ENABLE);
        return seen.stream();
    }

    @ParameterizedTest
    @MethodSource("operationsOfADeploy")
    void aRefusalAtTheSecondCallOfEverySort(Operation operation) {
        String before = host.dump();
        int skipped = operation == Operation.RELOAD ? 0 : 1;
        host.faults().onceAfter(skipped, operation, Fault.refuse(refusal()));

        DeployException failed =
                catchThrowableOfType(DeployException.class, () -> host.deployAll(Sample.specs(3), p -> {}));

        assertThat(failed.errorName()).hasValue("EIO");
        assertThat(failed.notUndone()).isEmpty();
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("operationsOfADeploy")
    void aLostReplyAtEverySort(Operation operation) {
        String before = host.dump();
        host.faults().once(operation, Fault.failAfter(refusal()));

        assertThatThrownBy(() -> host.deployAll(Sample.specs(3), p -> {})).isInstanceOf(DeployException.class);

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aRootThatSomebodyMakesMeanwhileIsNotTouched() {
        host.faults().onceAfter(1, Operation.RENAME, Fault.meanwhile(() -> host.addForeignRoot("infra-node-1")));

        DeployException failed =
                catchThrowableOfType(DeployException.class, () -> host.deployAll(Sample.specs(3), p -> {}));

        assertThat(failed.getCause()).isInstanceOf(AlreadyExistsException.class);
        assertThat(host.readInRoot("infra-node-1", "etc/hostname")).hasValue("infra-node-1\n");
        assertThat(host.dump()).contains("root infra-node-1 own").doesNotContain("infra-node-0", ".#");
    }

    @Test
    void whatCannotBeTakenBackIsSaidAndLeftForTheNextRun() {
        String before = host.dump();
        host.failNextStart("infra_node-1", "no");
        host.faults().once(Operation.DISABLE, Fault.refuse(refusal()));

        DeployException failed =
                catchThrowableOfType(DeployException.class, () -> host.deployAll(Sample.specs(2), p -> {}));

        assertThat(failed.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failed.undone()).containsExactly("start of 2 units");
        assertThat(failed.notUndone().get(0)).startsWith("enabling of 2 units: ");
        assertThat(failed.notUndone())
                .contains("root infra-node-1: left for the next run")
                .last()
                .isEqualTo("clone of debian-12 into 2 roots: left for the next run");
        assertThat(failed)
                .hasMessageContaining("could not be taken back: enabling of 2 units")
                .hasMessageContaining("9 steps before it are left for the next run");
        host.removeAll(Sample.specs(2).stream().map(ContainerSpec::machine).toList(), p -> {});
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aDeployThatTakesTooLongIsTakenBack() {
        String before = host.dump();
        host.faults()
                .once(
                        Operation.AWAIT,
                        Fault.refuse(new DeadlineExceededException(Failure.of("await jobs", "2 jobs", "late"))));

        assertThatThrownBy(() -> host.deployAll(Sample.specs(2), p -> {}))
                .isInstanceOf(DeployException.class)
                .hasCauseInstanceOf(DeadlineExceededException.class);
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void anInterruptedDeployIsTakenBackAndTheThreadStaysInterrupted() {
        String before = host.dump();
        host.faults()
                .once(
                        Operation.AWAIT,
                        Fault.meanwhile(() -> Thread.currentThread().interrupt()));

        DeployException failed =
                catchThrowableOfType(DeployException.class, () -> host.deployAll(Sample.specs(2), p -> {}));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failed.getCause()).isInstanceOf(InterruptedOperationException.class);
        assertThat(failed.notUndone()).isEmpty();
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aListenerThatThrowsLeavesNothingHalfDone() {
        String before = host.dump();

        assertThatThrownBy(() -> host.deployAll(Sample.specs(2), progress -> {
                    if (progress.phase().equals("enable")) {
                        throw new IllegalStateException("the listener's own mistake");
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the listener's own mistake");

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    /** A root whose hiding was never synced has its own name back after a power loss; its files are gone by then. */
    @Test
    void aRemovalThatFailedAndWasFinishedSurvivesAPowerLoss() {
        String before = host.dump();
        host.deployAll(Sample.specs(2), p -> {});
        var machines = List.of(Sample.spec(0).machine(), Sample.spec(1).machine());
        host.faults().nth(2, Operation.RENAME, Errno.ENOMEM);
        assertThatThrownBy(() -> host.removeAll(machines, p -> {})).isInstanceOf(DeployException.class);
        host.removeAll(List.of(Sample.spec(0).machine()), p -> {});
        host.clock().advance(Unsynced.COMMIT);

        host.crash();

        host.removeAll(machines, p -> {});
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aRemovalThatFailsDoesNotClaimToBeTakenBack() {
        host.deployAll(Sample.specs(2), p -> {});
        host.faults().onceAfter(1, Operation.REMOVE, Fault.refuse(refusal()));
        var machines = List.of(Sample.spec(0).machine(), Sample.spec(1).machine());

        DeployException failed = catchThrowableOfType(DeployException.class, () -> host.removeAll(machines, p -> {}));

        assertThat(failed.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failed).hasMessageNotContaining("taken back").hasMessageContaining("run it again");
    }
}
