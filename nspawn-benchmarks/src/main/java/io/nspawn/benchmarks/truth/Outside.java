package io.nspawn.benchmarks.truth;

import io.nspawn.testkit.lab.LabHost;
import io.nspawn.testkit.lab.LabResult;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Boots a lab, runs a main class in it and reads the figures that it prints. */
final class Outside {
    /** What the line with the figures begins with. */
    static final String RESULT = "result: ";

    private static final Duration DEADLINE = Duration.ofHours(4);
    /** Half of the work is the host's and each program is short: no second compiler. */
    private static final List<String> JVM = List.of(
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto");

    private final LabHost lab;

    Outside(LabHost lab) {
        this.lab = lab;
    }

    /** Returns the figures, in their order. */
    List<Integer> run(Class<?> main, String... arguments) {
        LabResult result = lab.java(JVM, main.getName(), arguments)
                .deadline(DEADLINE)
                .onOutput(System.out::println)
                .onError(System.err::println)
                .run()
                .orThrow();
        String line = result.stdout()
                .lines()
                .filter(l -> l.startsWith(RESULT))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no figures came from inside"));
        return Stream.of(Pattern.compile("\\d+").matcher(line))
                .flatMap(Matcher::results)
                .map(match -> Integer.parseInt(match.group()))
                .toList();
    }
}
