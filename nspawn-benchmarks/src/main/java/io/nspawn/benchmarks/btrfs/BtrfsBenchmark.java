package io.nspawn.benchmarks.btrfs;

import io.nspawn.benchmarks.Benchmark;
import io.nspawn.benchmarks.Command;
import io.nspawn.benchmarks.PeerProgram;
import io.nspawn.benchmarks.Row;
import io.nspawn.benchmarks.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Subvolumes by this library, by libbtrfsutil and by the btrfs command. Takes the directory to work in from the system
 * property {@code bench.home} and the program of the peers from {@code bench.peers}.
 */
public final class BtrfsBenchmark implements Benchmark {
    @Override
    public List<Row> run(Consumer<String> progress) {
        Path home = Path.of(System.getProperty("bench.home", "target/bench"));
        Path program = Path.of(System.getProperty("bench.peers", "target/btrfs_peers"));
        Samples samples = new Samples();
        List<Row> rows = new ArrayList<>();
        for (Backing backing : Backing.values()) {
            progress.accept("btrfs on " + backing.word());
            try (LoopFilesystem filesystem = LoopFilesystem.make(home, backing)) {
                rows.add(measure(filesystem, program, samples));
            }
        }
        rows.addAll(0, samples.rows());
        return rows;
    }

    /** Adds the times to the samples, and returns the heap that a snapshot takes. */
    private static Row measure(LoopFilesystem filesystem, Path program, Samples samples) {
        try (Arena arena = Arena.open(filesystem.mount())) {
            Row allocation = SnapshotAllocation.measure(arena, filesystem.backing());
            Nspawn nspawn = new Nspawn(arena);
            if (!Files.isExecutable(program)) {
                new Rounds(arena, nspawn, List.of(nspawn), filesystem.backing(), samples).run();
                return allocation;
            }
            try (PeerProgram peers = PeerProgram.start(program.toString())) {
                List<Subject> subjects = new ArrayList<>(List.of(nspawn));
                Command.run(program.toString(), "subjects")
                        .lines()
                        .forEach(name -> subjects.add(new Peer(peers, name, arena)));
                new Rounds(arena, nspawn, subjects, filesystem.backing(), samples).run();
                return allocation;
            }
        }
    }
}
