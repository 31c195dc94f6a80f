package io.nspawn.benchmarks.net;

import io.nspawn.benchmarks.Benchmark;
import io.nspawn.benchmarks.PeerProgram;
import io.nspawn.benchmarks.Row;
import io.nspawn.benchmarks.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Links by this library, by a program in C, by ip and by pyroute2. Takes the program of the peers from the system
 * property {@code bench.net.peers} and that of pyroute2 from {@code bench.net.pyroute2}; either may be missing.
 */
public final class NetBenchmark implements Benchmark {
    private static final List<String> IN_C = List.of("c", "c-group", "ip", "ip-batch");

    @Override
    public List<Row> run(Consumer<String> progress) {
        Path compiled = Path.of(System.getProperty("bench.net.peers", "target/net_peers"));
        Path script = Path.of(System.getProperty("bench.net.pyroute2", "target/net_peers.py"));
        Samples samples = new Samples();
        List<PeerProgram> programs = new ArrayList<>();
        try (Ground ground = Ground.make()) {
            Nspawn nspawn = new Nspawn(ground);
            List<Subject> subjects = new ArrayList<>(List.of(nspawn));
            if (Files.isExecutable(compiled)) {
                PeerProgram peers = PeerProgram.start(compiled.toString());
                programs.add(peers);
                IN_C.forEach(name -> subjects.add(new Peer(peers, name)));
            }
            if (Files.isReadable(script)) {
                PeerProgram python = PeerProgram.start("/usr/bin/python3", script.toString());
                programs.add(python);
                subjects.add(new Peer(python, "pyroute2"));
            }
            progress.accept("links, by " + subjects.stream().map(Subject::name).toList());
            new Rounds(ground, nspawn, subjects, samples).run();
        } finally {
            programs.forEach(PeerProgram::close);
        }
        return samples.rows();
    }
}
