package io.nspawn.testkit;

import io.nspawn.testkit.Faults.Call;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Faults that strike at random.
 *
 * <pre>{@code
 * host.faults().atRandom(RandomFaults.seeded().rate(0.02));
 * }</pre>
 *
 * <p>The seed stands in the log (WARN), in the {@linkplain FakeHost#report report} of the host that is printed for a failed
 * test, and in {@link #toString}. To have the same faults again, set the system property {@value #SEED_PROPERTY}.
 *
 * @param seed where the random numbers begin
 * @param rate how probable a fault is at each operation, 0 to 1
 * @param most how many strike at most
 * @param faults of which one is chosen each time
 * @param operations at which they may strike
 */
public record RandomFaults(long seed, double rate, int most, List<Fault> faults, Set<Operation> operations) {
    /** The system property that gives {@link #seeded} its seed. */
    public static final String SEED_PROPERTY = "nspawn.faults.seed";

    private static final double DEFAULT_RATE = 0.01;

    /** Everything that leaves this process and the host alive. */
    public static final List<Fault> SURVIVABLE = List.of(
            Errno.EIO,
            Errno.EBUSY,
            Errno.ENOSPC,
            Errno.ENOMEM,
            Fault.replyLost(),
            Fault.delayed(Duration.ofSeconds(2)),
            Fault.delayed(Duration.ofMinutes(1)),
            Fault.busDropped(),
            Fault.signalLost(),
            Fault.machineKilled());

    public RandomFaults {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException("a rate is 0 to 1, not " + rate);
        }
        if (faults.isEmpty()) {
            throw new IllegalArgumentException("there is no fault to choose");
        }
        faults = List.copyOf(faults);
        operations = Set.copyOf(operations);
    }

    /** All {@link #SURVIVABLE} faults at all operations, at one of a hundred of them. */
    public static RandomFaults seed(long seed) {
        return new RandomFaults(seed, DEFAULT_RATE, Integer.MAX_VALUE, SURVIVABLE, EnumSet.allOf(Operation.class));
    }

    /** The same with the seed of the system property, or else another one each time, which is logged. */
    public static RandomFaults seeded() {
        long seed = Optional.ofNullable(Long.getLong(SEED_PROPERTY)).orElseGet(() -> new Random().nextLong());
        LoggerFactory.getLogger("io.nspawn.testkit")
                .warn("random faults with seed {}; repeat them with -D{}={}", seed, SEED_PROPERTY, seed);
        return seed(seed);
    }

    public RandomFaults rate(double probability) {
        return new RandomFaults(seed, probability, most, faults, operations);
    }

    public RandomFaults most(int count) {
        return new RandomFaults(seed, rate, count, faults, operations);
    }

    public RandomFaults among(Fault... choice) {
        return new RandomFaults(seed, rate, most, List.of(choice), operations);
    }

    public RandomFaults at(Operation... sorts) {
        return new RandomFaults(seed, rate, most, faults, Set.copyOf(Arrays.asList(sorts)));
    }

    @Override
    public String toString() {
        return "random faults, seed " + seed + ", rate " + rate;
    }

    Dice dice() {
        return new Dice(this);
    }

    /** Random numbers under way. */
    static final class Dice {
        private final RandomFaults rules;
        private final Random random;
        private int thrown;

        Dice(RandomFaults rules) {
            this.rules = rules;
            this.random = new Random(rules.seed());
        }

        Optional<Fault> thrownAt(Call call) {
            boolean meant = rules.operations().contains(call.operation()) && thrown < rules.most();
            if (!meant || random.nextDouble() >= rules.rate()) {
                return Optional.empty();
            }
            thrown++;
            return Optional.of(rules.faults().get(random.nextInt(rules.faults().size())));
        }

        @Override
        public String toString() {
            return rules.toString();
        }
    }
}
