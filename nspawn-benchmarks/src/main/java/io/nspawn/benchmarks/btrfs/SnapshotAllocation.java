package io.nspawn.benchmarks.btrfs;

import io.nspawn.benchmarks.Row;
import io.nspawn.btrfs.Directory;
import io.nspawn.btrfs.EntryName;
import io.nspawn.btrfs.Subvolume;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * The heap that a snapshot costs, by JMH's gc profiler: bytes allocated in the whole virtual machine, divided by the
 * snapshots taken. So few are taken that little of the code is compiled: the figure is an upper bound.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SnapshotAllocation {
    private static final int SNAPSHOTS = 100;
    private static final int WARM_UPS = 3;
    private static final int ITERATIONS = 5;

    /** Where to take them. */
    @Param("")
    public String directory = "";

    /** The subvolume to take them of. */
    @Param("")
    public String base = "";

    private Handles handles = Handles.NONE;
    private int next;

    /** What is held open. */
    private record Handles(List<EntryName> names, List<Directory> directories, List<Subvolume> bases) {
        static final Handles NONE = new Handles(List.of(), List.of(), List.of());
    }

    /** Opens what is needed, and makes the names. */
    @Setup
    public void open() {
        List<EntryName> names = IntStream.range(0, (WARM_UPS + ITERATIONS) * SNAPSHOTS)
                .mapToObj(i -> EntryName.of("a" + i))
                .toList();
        handles =
                new Handles(names, List.of(Directory.open(Path.of(directory))), List.of(Subvolume.open(Path.of(base))));
    }

    /** Takes a number of snapshots. */
    @Benchmark
    @OperationsPerInvocation(SNAPSHOTS)
    public void snapshot() {
        Directory into = handles.directories.get(0);
        Subvolume source = handles.bases.get(0);
        for (int i = 0; i < SNAPSHOTS; i++) {
            into.snapshot(source, handles.names.get(next++));
        }
    }

    /** Closes what was opened. */
    @TearDown
    public void close() {
        handles.bases.forEach(Subvolume::close);
        handles.directories.forEach(Directory::close);
    }

    /** Runs in a virtual machine of its own; of an empty source, because that is not what the heap depends on. */
    static Row measure(Arena arena, Backing backing) {
        EntryName source = EntryName.of("empty");
        arena.directory().createSubvolume(source);
        try {
            Result<?> result = Objects.requireNonNull(new Runner(new OptionsBuilder()
                            .include(SnapshotAllocation.class.getName())
                            .param("directory", arena.directory().toString())
                            .param("base", arena.directory() + "/" + source)
                            .warmupIterations(WARM_UPS)
                            .measurementIterations(ITERATIONS)
                            .forks(1)
                            .addProfiler(GCProfiler.class)
                            .verbosity(VerboseMode.SILENT)
                            .shouldFailOnError(true)
                            .build())
                    .runSingle()
                    .getSecondaryResults()
                    .get("gc.alloc.rate.norm"));
            Statistics bytes = result.getStatistics();
            return new Row(
                    "snapshot-alloc",
                    "nspawn",
                    backing.word(),
                    bytes.getPercentile(50),
                    "B",
                    bytes.getMin(),
                    bytes.getMax(),
                    ITERATIONS * SNAPSHOTS);
        } catch (RunnerException e) {
            throw new IllegalStateException("cannot measure what a snapshot allocates", e);
        } finally {
            arena.clear();
        }
    }
}
