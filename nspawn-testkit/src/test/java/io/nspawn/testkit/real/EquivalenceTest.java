package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.local.LocalHost;
import io.nspawn.model.SystemdVersion;
import io.nspawn.spi.HostPorts;
import io.nspawn.testkit.lab.LabTest;
import io.nspawn.testkit.truth.Equivalence;
import io.nspawn.testkit.truth.Equivalence.Result;
import io.nspawn.testkit.truth.Subject;
import io.nspawn.testkit.truth.Twin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The fake and the real host do the same: a tenth of what {@code ./bench equivalence} runs. Other sequences each time;
 * {@code -Dnspawn.seed=N} runs those of a failure again.
 */
@LabTest({"bookworm", "trixie"})
class EquivalenceTest {
    private static final int SEQUENCES_252 = 20;
    private static final int SEQUENCES_257 = 5;
    private static final int LENGTH = 20;

    @Test
    void theSameActsHaveTheSameEnds() {
        long seed = Long.getLong("nspawn.seed", System.nanoTime());
        List<String> told = new ArrayList<>();
        try (HostPorts ports = LocalHost.open()) {
            SystemdVersion version = ports.machines().version();
            Equivalence equivalence = new Equivalence(Subject.real(ports), Twin.of(ports, Setup.image()), told::add);

            Result result = equivalence.run(seed, version.atLeast(257) ? SEQUENCES_257 : SEQUENCES_252, LENGTH);

            assertThat(result.divergences())
                    .as("from seed %d: %s", seed, String.join("\n", told))
                    .isZero();
            assertThat(result.operations()).isPositive();
        }
    }
}
