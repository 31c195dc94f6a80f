package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.model.DeployException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.testkit.Faults.Call;
import io.nspawn.testkit.Faults.Strike;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Where and when faults strike. */
class FaultsTest {
    @RegisterExtension
    static final FakeHost host = Sample.host();

    @Test
    void onceAtAnOperation() {
        host.faults().once(Operation.CLONE, Errno.ENOSPC);

        DeployException failed = catchThrowableOfType(DeployException.class, () -> host.deploy(Sample.spec(1)));

        assertThat(failed.getCause()).isInstanceOf(NoSpaceException.class);
        assertThat(failed.errorName()).hasValue("ENOSPC");
        host.deploy(Sample.spec(1));
    }

    @Test
    void atTheNthCallAndByPredicate() {
        host.faults().nth(2, Operation.CLONE, Errno.EIO);
        host.faults().once(call -> call.subject().endsWith(":etc/hostname"), Errno.EROFS);

        assertThatThrownBy(() -> host.deployAll(Sample.specs(3), p -> {})).isInstanceOf(DeployException.class);
        assertThatThrownBy(() -> host.deployAll(Sample.specs(3), p -> {})).isInstanceOf(DeployException.class);
        host.deployAll(Sample.specs(3), p -> {});

        assertThat(host.faults().struck())
                .extracting(Strike::call)
                .containsExactly(
                        new Call(Operation.CLONE, ".#nspawn-infra-node-1"),
                        new Call(Operation.WRITE_IN_ROOT, ".#nspawn-infra-node-0:etc/hostname"));
    }

    @Test
    void twoAtOneCallStrikeOneAfterTheOther() {
        host.faults().once(Operation.RELOAD, Errno.EBUSY);
        host.faults().once(Operation.RELOAD, Errno.ENOMEM);

        DeployException failed = catchThrowableOfType(DeployException.class, () -> host.deploy(Sample.spec(1)));

        assertThat(failed.errorName()).hasValue("System.Error.EBUSY");
        assertThat(failed.notUndone().get(0)).contains("reload of unit files").contains("ENOMEM");
    }

    @Test
    void alwaysUntilTakenBack() {
        host.faults().always(Operation.SYNC, Errno.EIO);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> host.deploy(Sample.spec(1))).isInstanceOf(DeployException.class);
        }
        host.faults().clear();

        host.deploy(Sample.spec(1));

        assertThat(host.faults().struck()).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void theSameSeedGivesTheSameFaults() {
        List<List<String>> runs = IntStream.range(0, 2).mapToObj(i -> chaos(7)).toList();

        assertThat(runs.get(0)).isEqualTo(runs.get(1)).isNotEmpty();
        assertThat(chaos(8)).isNotEqualTo(runs.get(0));
    }

    private static List<String> chaos(long seed) {
        host.reset();
        host.faults().atRandom(RandomFaults.seed(seed).rate(0.05));
        for (int i = 0; i < 5; i++) {
            try {
                host.deployAll(Sample.specs(3), p -> {});
            } catch (RuntimeException e) {
                assertThat(host.faults().struck()).isNotEmpty();
            }
        }
        return host.faults().struck().stream().map(Strike::toString).toList();
    }

    @Test
    void randomFaultsAreChosenFromWhatIsGiven() {
        RandomFaults random =
                RandomFaults.seed(1).rate(1).most(2).among(Errno.EAGAIN).at(Operation.ENABLE);
        host.faults().atRandom(random);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> host.deploy(Sample.spec(1))).isInstanceOf(DeployException.class);
        }
        host.deploy(Sample.spec(1));

        assertThat(host.faults().struck())
                .hasSize(2)
                .allSatisfy(strike -> assertThat(strike.fault()).isEqualTo(Errno.EAGAIN))
                .extracting(strike -> strike.call().operation())
                .containsOnly(Operation.ENABLE);
        assertThat(random).hasToString("random faults, seed 1, rate 1.0");
    }

    @Test
    void theyPrintWhatTheyAre() {
        host.faults().nth(3, Operation.START, Fault.replyLost());
        host.faults().once(Operation.CLONE, Errno.ENOSPC);
        assertThat(host.faults().toCome()).containsExactly("reply lost at START, after 2 others", "ENOSPC at CLONE");
        assertThatThrownBy(() -> host.deploy(Sample.spec(1))).isInstanceOf(DeployException.class);

        assertThat(host.faults().struck().get(0).toString()).endsWith("CLONE .#nspawn-infra-node-1: ENOSPC");
        assertThat(Fault.busDropped()).hasToString("bus dropped for PT1S").isEqualTo(Fault.busDropped());
        assertThat(Fault.machineKilled("web_1")).hasToString("machine web-1 killed");
        assertThat(Fault.killedAfter()).hasToString("process killed after it");
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> host.faults().nth(0, Operation.START, Errno.EIO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RandomFaults.seed(1).rate(1.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RandomFaults.seed(1).among()).isInstanceOf(IllegalArgumentException.class);
    }
}
