package io.nspawn.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.HostEvent;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.KillTarget;
import io.nspawn.model.Limits;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Signal;
import io.nspawn.model.Watch;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.MachineControl.Job;
import io.nspawn.spi.MachineControl.UnitState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link MachineControl} keeps to. */
public abstract class MachineControlContract extends PortContract {
    private static final Duration SHORT = Duration.ofMillis(50);

    /** For those who say which host it is. */
    protected MachineControlContract() {}

    private MachineControl machines() {
        return ports().machines();
    }

    private UnitState unit() {
        return Objects.requireNonNull(machines().units(List.of(ONE)).get(ONE));
    }

    @Test
    void theVersionIsOneThatIsSupported() {
        assertTrue(machines().version().atLeast(252));
    }

    @Test
    void aUnitNeverHeardOfIsInactiveAndDisabled() {
        UnitState unit =
                Objects.requireNonNull(machines().units(List.of(NOBODY)).get(NOBODY));
        assertEquals("inactive", unit.activeState());
        assertTrue(unit.isDown());
        assertFalse(unit.enabled());
        assertEquals(Set.of(), machines().active(List.of(NOBODY)));
        assertEquals(Map.of(), machines().leaders(List.of(NOBODY)));
        assertEquals(Map.of(), machines().metrics(List.of(NOBODY)));
    }

    @Test
    void aMachineIsStartedAndStopped() {
        runs(ONE);

        assertTrue(unit().isActive());
        assertTrue(unit().activeSince().isPresent());
        assertEquals(Set.of(ONE), machines().active(List.of(ONE, NOBODY)));
        assertEquals(Set.of(ONE), machines().leaders(List.of(ONE, NOBODY)).keySet());
        machines().awaitActive(ONE, LONG);
        Job job = machines().stop(ONE);
        assertEquals(ONE, machines().awaitAny(List.of(job), LONG).machine());
        assertTrue(job.isDone());
        job.requireSuccess();
        assertEquals("inactive", unit().activeState());
        assertEquals(Map.of(), machines().leaders(List.of(ONE)));
        machines().awaitReleased(ONE, LONG);
    }

    @Test
    void startsAndStopsOfWhatIsSoAlreadyAreGood() {
        machines().awaitAny(List.of(machines().stop(ONE)), LONG).requireSuccess();
        runs(ONE);
        int leader = leader(ONE);
        machines().awaitAny(List.of(machines().start(ONE)), LONG).requireSuccess();
        assertEquals(leader, leader(ONE));
    }

    @Test
    void aStopWithGraceReleases() {
        machines().stop(ONE, LONG);
        runs(ONE);
        machines().stop(ONE, LONG);
        assertEquals("inactive", unit().activeState());
    }

    @Test
    void aTerminatedMachineHasNotFailed() {
        machines().terminate(ONE, LONG);
        runs(ONE);
        machines().terminate(ONE, LONG);
        assertEquals("inactive", unit().activeState());
        machines().awaitReleased(ONE, LONG);
    }

    @Test
    void aMachineWithoutARootDoesNotStart() {
        Job job = machines().start(NOBODY);
        machines().awaitAny(List.of(job), LONG);
        JobFailedException e = assertThrowsExactly(JobFailedException.class, job::requireSuccess);
        assertEquals(NOBODY.unit(), e.unitFailure().unit());
        UnitState unit =
                Objects.requireNonNull(machines().units(List.of(NOBODY)).get(NOBODY));
        assertEquals("failed", unit.activeState());
        machines().resetFailed(List.of(NOBODY));
        unit = Objects.requireNonNull(machines().units(List.of(NOBODY)).get(NOBODY));
        assertEquals("inactive", unit.activeState());
        machines().resetFailed(List.of(NOBODY));
    }

    @Test
    void aUnitIsEnabledAndDisabled() {
        machines().enable(List.of(ONE));
        machines().reload();
        assertTrue(unit().enabled());
        machines().enable(List.of(ONE));
        machines().disable(List.of(ONE));
        machines().disable(List.of(ONE));
        machines().reload();
        assertFalse(unit().enabled());
        assertFalse(unit().needsReload());
    }

    @Test
    void whatRunsIsNotReleased() {
        runs(ONE);
        assertThrowsExactly(DeadlineExceededException.class, () -> machines().awaitReleased(ONE, SHORT));
        assertTrue(unit().isActive());
    }

    @Test
    void whatNobodyStartsIsNotAwaited() {
        refused(NotFoundException.class, () -> machines().awaitActive(NOBODY, LONG));
    }

    @Test
    void aMachineThatDoesNotRunIsRefusedWhatNeedsOneThatDoes() {
        refused(NotFoundException.class, () -> machines().reboot(NOBODY, LONG));
        refused(NotFoundException.class, () -> machines().kill(NOBODY, KillTarget.LEADER, Signal.TERM));
        refused(NotFoundException.class, () -> machines().osRelease(NOBODY));
        refused(NotFoundException.class, () -> machines().uidShift(NOBODY));
        refused(NotFoundException.class, () -> machines().processes(NOBODY));
        refused(NotFoundException.class, () -> machines().limits(NOBODY));
        refused(NotFoundException.class, () -> machines().limit(NOBODY, Limits.NONE.tasks(50)));
        refused(NotFoundException.class, () -> machines().inside(NOBODY).exec(ExecSpec.of("true"), LONG));
        refused(
                NotFoundException.class,
                () -> machines().inside(NOBODY).read("/etc/hostname").close());
    }

    @Test
    void anApplicationHasNoBusInside() {
        runs(ONE);
        refused(HostFailureException.class, () -> machines().inside(ONE).exec(ExecSpec.of("true"), LONG));
    }

    @Test
    void aMachineThatRunsTellsOfItself() {
        runs(ONE);
        assertTrue(machines().metrics(List.of(ONE, NOBODY)).keySet().equals(Set.of(ONE)));
        assertFalse(machines().processes(ONE).isEmpty());
        assertFalse(machines().osRelease(ONE).isEmpty());
        assertTrue(machines().uidShift(ONE) >= 0x80000);
        assertEquals(0, machines().uidShift(ONE) % 0x10000);
        assertFalse(machines().journal(ONE, JournalQuery.LATEST, LONG).isEmpty());
    }

    @Test
    void aLimitHoldsOverAReload() {
        runs(ONE);
        machines().limit(ONE, Limits.NONE.tasks(50));
        assertEquals(OptionalLong.of(50), machines().limits(ONE).tasks());
        assertFalse(unit().needsReload());
        machines().reload();
        assertEquals(OptionalLong.of(50), machines().limits(ONE).tasks());
    }

    @Test
    void aSignalThatKillsEndsIt() {
        runs(ONE);
        machines().kill(ONE, KillTarget.ALL, Signal.KILL);
        machines().awaitReleased(ONE, LONG);
        assertTrue(unit().isDown());
    }

    @Test
    void aRebootIsANewRun() {
        runs(ONE);
        int leader = leader(ONE);
        machines().reboot(ONE, LONG);
        assertTrue(unit().isActive());
        assertFalse(leader(ONE) == leader);
    }

    @Test
    void aWatchBeginsWithASnapshot() throws InterruptedException {
        BlockingQueue<HostEvent> events = new ArrayBlockingQueue<>(1000);
        try (Watch watch = machines().watch(events::add)) {
            assertInstanceOf(HostEvent.Snapshot.class, events.poll(LONG.toSeconds(), TimeUnit.SECONDS));
        }
    }
}
