package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Host;
import io.nspawn.testkit.lab.LabTest;
import io.nspawn.testkit.truth.KillSweep;
import io.nspawn.testkit.truth.KillSweep.Result;
import io.nspawn.testkit.truth.ReplacementSweep;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Deploys that are killed converge: a tenth of what {@code ./bench killsweep} does. Other kills each time; {@code
 * -Dnspawn.seed=N} does those of a failure again.
 */
@LabTest({"bookworm", "trixie"})
class KillSweepTest {
    private static final int EVERY = 10;
    private static final int INSTANTS = 20;
    private static final int INSTANTS_OF_EACH = 3;

    @Test
    void aDeployThatWasKilledAnywhereConverges() {
        long seed = Long.getLong("nspawn.seed", System.nanoTime());
        List<String> told = new ArrayList<>();
        try (Host host = Host.local()) {
            isGood(new KillSweep(host, Setup.image(), told::add).run(EVERY, INSTANTS, seed), seed, told);
        }
    }

    @Test
    void anAdoptionUpgradeOrRollbackThatWasKilledAnywhereIsDoneByTheNext() {
        long seed = Long.getLong("nspawn.seed", System.nanoTime());
        List<String> told = new ArrayList<>();
        try (Host host = Host.local()) {
            isGood(new ReplacementSweep(host, Setup.image(), told::add).run(INSTANTS_OF_EACH, seed), seed, told);
        }
    }

    private static void isGood(Result result, long seed, List<String> told) {
        assertThat(result.runs()).isPositive();
        assertThat(result.isGood())
                .as("%s from seed %d: %s", result, seed, String.join("\n", told))
                .isTrue();
    }
}
