package io.nspawn.testkit.truth;

import io.nspawn.testkit.FakeHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Acts that are done one after the other to the fake and to a real host.
 *
 * @param acts what is done
 */
record Sequence(List<Act> acts) {
    /** What the real host may take for what it does by itself after an act; only a divergence takes it. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration SETTLED = Duration.ofSeconds(5);

    Sequence {
        acts = List.copyOf(acts);
    }

    /** Runs it on a fresh fake and on a real host, which is left as it was found. */
    Optional<Divergence> run(Subject real, Twin twin, Duration patience) {
        Set<String> before = HostTraces.now();
        Optional<Divergence> found;
        try (FakeHost host = twin.fake()) {
            Subject fake = Subject.fake(host);
            Stage.set(fake, twin.image());
            Stage.set(real, twin.image());
            found = run(fake, real, patience);
        } finally {
            Stage.clear(real);
        }
        return found.or(() -> left(before));
    }

    private Optional<Divergence> run(Subject fake, Subject real, Duration patience) {
        for (int i = 0; i < acts.size(); i++) {
            List<String> differences = step(acts.get(i), fake, real, patience);
            if (!differences.isEmpty()) {
                return Optional.of(new Divergence(acts.subList(0, i + 1), differences));
            }
        }
        return Optional.empty();
    }

    private static List<String> step(Act act, Subject fake, Subject real, Duration patience) {
        String expected = Answer.of(act, fake);
        String answer = Answer.of(act, real);
        if (!expected.equals(answer)) {
            return List.of("the fake answers      " + expected, "the real host answers " + answer);
        }
        fake.pass().accept(SETTLED);
        List<String> seen = Observation.of(fake);
        long end = System.nanoTime() + patience.toNanos();
        List<String> differences = Observation.difference(seen, Observation.of(real));
        while (!differences.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK.toNanos());
            differences = Observation.difference(seen, Observation.of(real));
        }
        return differences;
    }

    private Optional<Divergence> left(Set<String> before) {
        List<String> left = HostTraces.changesSince(before);
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of(new Divergence(
                        acts, left.stream().map(line -> "left behind: " + line).toList()));
    }
}
