package io.nspawn.testkit.truth;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs sequences on the fake and on a real host, and makes small what makes them go apart. */
public final class Equivalence {
    /** How long a sequence that diverged is run again and again to find out what it needs. */
    private static final Duration SHRINKING = Duration.ofSeconds(30);

    private static final Duration SHRINKING_PATIENCE = Duration.ofSeconds(2);

    private final Subject real;
    private final Twin twin;
    private final Consumer<String> out;

    /**
     * Makes one.
     *
     * @param real the real host, which nobody else changes meanwhile
     * @param out told of each divergence, with the seed that brings it back
     */
    public Equivalence(Subject real, Twin twin, Consumer<String> out) {
        this.real = real;
        this.twin = twin;
        this.out = out;
    }

    /**
     * How many there were.
     *
     * @param divergences sequences in which the hosts went apart
     */
    public record Result(int sequences, int operations, int divergences) {
        /** Both together. */
        public Result plus(Result other) {
            return new Result(
                    sequences + other.sequences, operations + other.operations, divergences + other.divergences);
        }

        /** As the bench writes it. */
        public String json() {
            return "{\"sequences\":" + sequences + ",\"operations\":" + operations + ",\"divergences\":" + divergences
                    + "}";
        }
    }

    /**
     * Runs sequences of these seeds, one after the other: the first one, and those that follow it.
     *
     * @param length operations in each sequence
     */
    public Result run(long firstSeed, int sequences, int length) {
        Stage.clear(real);
        int operations = 0;
        int divergences = 0;
        for (int i = 0; i < sequences; i++) {
            long seed = firstSeed + i;
            Sequence sequence = new Sequence(Generator.acts(seed, length));
            Optional<Divergence> found = sequence.run(real, twin, Sequence.PATIENCE);
            operations += found.map(d -> d.done().size()).orElse(length);
            if (found.isPresent()) {
                divergences++;
                out.accept(
                        "seed " + seed + " diverges after " + found.get().done().size() + " operations; as few as "
                                + "were found to do it:\n" + shrunk(found.get()).described());
            }
        }
        return new Result(sequences, operations, divergences);
    }

    /** Leaves out act by act, as long as the hosts still go apart. */
    private Divergence shrunk(Divergence divergence) {
        Divergence smallest = divergence;
        long end = System.nanoTime() + SHRINKING.toNanos();
        for (int i = smallest.done().size() - 2; i >= 0 && System.nanoTime() < end; i--) {
            List<Act> fewer = new ArrayList<>(smallest.done());
            fewer.remove(i);
            Optional<Divergence> again = new Sequence(fewer).run(real, twin, SHRINKING_PATIENCE);
            if (again.isPresent()) {
                smallest = again.get();
                i = Math.min(i, smallest.done().size() - 1);
            }
        }
        return smallest;
    }
}
