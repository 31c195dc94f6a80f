package io.nspawn.benchmarks;

import java.util.List;
import java.util.function.Consumer;

/** Something that can be measured for several subjects in one run. */
@FunctionalInterface
public interface Benchmark {
    /**
     * Measures.
     *
     * @param progress hears a line of text now and then
     * @return what was measured, in the order to be shown in
     */
    List<Row> run(Consumer<String> progress);
}
