package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Random deploys and removals with random faults in them: every deploy either converges or leaves the host as it was, and
 * whatever happened, the next calm run decides how the host is.
 *
 * <p>{@code -Dnspawn.faults.sequences=10000} runs more of them, {@code -Dnspawn.faults.seed=…} with one sequence runs one
 * again.
 */
class RandomFaultsTest {
    private static final String SEQUENCES_PROPERTY = "nspawn.faults.sequences";
    private static final int SEQUENCES = 1000;

    @Test
    void everyDeployConvergesOrLeavesTheHostAsItWas() {
        long first = seed();
        int sequences = Integer.getInteger(SEQUENCES_PROPERTY, SEQUENCES);
        FaultySequence.Tally tally = new FaultySequence.Tally();
        for (int i = 0; i < sequences; i++) {
            run(first + i, tally);
        }
        LoggerFactory.getLogger(RandomFaultsTest.class).warn("{} sequences from seed {}: {}", sequences, first, tally);
        // What never happens proves nothing.
        assertThat(tally.converged()).isPositive();
        if (sequences >= SEQUENCES) {
            assertThat(tally.asItWas()).isGreaterThan(sequences / 20);
            assertThat(tally.died()).isGreaterThan(sequences / 20);
        }
    }

    private static void run(long seed, FaultySequence.Tally tally) {
        FaultySequence sequence = new FaultySequence(seed, tally);
        try {
            sequence.run();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(
                    "with -D" + RandomFaults.SEED_PROPERTY + "=" + seed + " -D" + SEQUENCES_PROPERTY + "=1\n"
                            + String.join("\n", sequence.story()),
                    e);
        }
    }

    private static long seed() {
        Long given = Long.getLong(RandomFaults.SEED_PROPERTY);
        return given == null ? new Random().nextLong() : given;
    }
}
