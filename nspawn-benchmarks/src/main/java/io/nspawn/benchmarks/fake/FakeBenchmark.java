package io.nspawn.benchmarks.fake;

import io.nspawn.benchmarks.Benchmark;
import io.nspawn.benchmarks.Command;
import io.nspawn.benchmarks.Row;
import io.nspawn.benchmarks.Samples;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/** How long the in-memory host takes: it has no peer, its figures are for those whose tests stand on it. */
public final class FakeBenchmark implements Benchmark {
    private static final int ROUNDS = 9;
    private static final String SUBJECT = "nspawn";
    private static final String BACKING = "memory";

    @Override
    public List<Row> run(Consumer<String> progress) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Samples samples = new Samples();
        for (int round = 1; round <= ROUNDS; round++) {
            progress.accept("round " + round + " of " + ROUNDS);
            List<String> lines = Command.run(
                            java,
                            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                            "-cp",
                            System.getProperty("java.class.path"),
                            FakeMain.class.getName())
                    .lines()
                    .toList();
            Iterator<String> figures = lines.iterator();
            for (Work work : Work.values()) {
                samples.add(work.title(), SUBJECT, BACKING, new long[] {Long.parseLong(figures.next())});
            }
        }
        return samples.rows();
    }
}
