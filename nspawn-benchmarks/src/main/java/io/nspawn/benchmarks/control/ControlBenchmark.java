package io.nspawn.benchmarks.control;

import io.nspawn.benchmarks.Benchmark;
import io.nspawn.benchmarks.Row;
import io.nspawn.benchmarks.Samples;
import io.nspawn.testkit.lab.LabHost;
import io.nspawn.testkit.lab.LabRelease;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Control of containers in lab hosts, which are booted for it and thrown away. Takes the program of the peers from the
 * system property {@code bench.control.peers}; without it there are none.
 */
public final class ControlBenchmark implements Benchmark {
    private static final Duration LONGEST = Duration.ofMinutes(9);

    @Override
    public List<Row> run(Consumer<String> progress) {
        Path peers = Path.of(System.getProperty("bench.control.peers", "target/control_peers"));
        Samples samples = new Samples();
        for (LabRelease release : LabRelease.values()) {
            progress.accept("control on " + release);
            measure(release, peers, samples, progress);
        }
        return samples.rows();
    }

    private static void measure(LabRelease release, Path peers, Samples samples, Consumer<String> progress) {
        LabHost lab = LabHost.of(release);
        if (Files.isExecutable(peers)) {
            lab.share(peers);
        }
        try (lab) {
            lab.start()
                    .java(
                            List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                            ControlMain.class.getName(),
                            release.baseImage(),
                            peers.toAbsolutePath().toString())
                    .deadline(LONGEST)
                    .onOutput(line -> Sample.parse(line)
                            .ifPresentOrElse(
                                    sample -> samples.add(
                                            sample.work(),
                                            sample.subject(),
                                            release.codename(),
                                            sample.taken().stream()
                                                    .mapToLong(Long::longValue)
                                                    .toArray()),
                                    () -> progress.accept(line)))
                    .run()
                    .orThrow();
        }
    }
}
