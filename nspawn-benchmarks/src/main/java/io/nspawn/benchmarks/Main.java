package io.nspawn.benchmarks;

import io.nspawn.benchmarks.btrfs.BtrfsBenchmark;
import io.nspawn.benchmarks.control.ControlBenchmark;
import io.nspawn.benchmarks.fake.FakeBenchmark;
import io.nspawn.benchmarks.net.NetBenchmark;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs one benchmark by its name, prints a table of what was measured, and writes it as JSON. */
public final class Main {
    private static final Map<String, Benchmark> BENCHMARKS = Map.of(
            "btrfs", new BtrfsBenchmark(),
            "net", new NetBenchmark(),
            "control", new ControlBenchmark(),
            "fake", new FakeBenchmark());

    private Main() {}

    private record Arguments(Benchmark benchmark, Optional<Path> json) {
        static Arguments parse(List<String> words) {
            Optional<Benchmark> benchmark = Optional.empty();
            Optional<Path> json = Optional.empty();
            Deque<String> rest = new ArrayDeque<>(words);
            while (!rest.isEmpty()) {
                String word = rest.remove();
                if (word.equals("--json") && !rest.isEmpty()) {
                    json = Optional.of(Path.of(rest.remove()));
                } else if (BENCHMARKS.containsKey(word) && benchmark.isEmpty()) {
                    benchmark = Optional.of(BENCHMARKS.get(word));
                } else {
                    throw new IllegalArgumentException("not understood: " + word);
                }
            }
            return new Arguments(
                    benchmark.orElseThrow(() -> new IllegalArgumentException("no benchmark is named")), json);
        }
    }

    /**
     * Runs.
     *
     * @param words the name of a benchmark, and perhaps {@code --json FILE}
     * @throws IOException if the file cannot be written
     */
    public static void main(String... words) throws IOException {
        Arguments arguments;
        try {
            arguments = Arguments.parse(List.of(words));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\nusage: " + BENCHMARKS.keySet() + " [--json FILE]");
            System.exit(2);
            return;
        }
        run(arguments, System.out);
    }

    private static void run(Arguments arguments, PrintStream out) throws IOException {
        out.printf(
                "Linux %s, Java %s, %d processors%n",
                System.getProperty("os.version"),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        Report report = new Report(arguments.benchmark().run(line -> {
            out.println(line);
        }));
        out.print(report.table());
        if (arguments.json().isPresent()) {
            Files.writeString(arguments.json().get(), report.json());
        }
    }
}
