package io.nspawn.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Collects times, in nanoseconds, round by round. */
public final class Samples {
    private final Map<Series, List<long[]>> rounds = new LinkedHashMap<>();

    private record Series(String work, String subject, String backing) {}

    /** Adds what a round has given; the first time of a series decides its place. */
    public void add(String work, String subject, String backing, long[] nanoseconds) {
        if (nanoseconds.length == 0) {
            throw new IllegalArgumentException("no samples of " + work + " for " + subject);
        }
        rounds.computeIfAbsent(new Series(work, subject, backing), series -> new ArrayList<>())
                .add(nanoseconds.clone());
    }

    /** A row for each series, those of one work on one backing together. */
    public List<Row> rows() {
        return rounds.entrySet().stream()
                .map(entry -> row(entry.getKey(), entry.getValue()))
                .collect(Collectors.groupingBy(
                        row -> List.of(row.backing(), row.work()), LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    private static Row row(Series series, List<long[]> rounds) {
        long[] all = rounds.stream().flatMapToLong(Arrays::stream).toArray();
        double[] medians = rounds.stream().mapToDouble(Samples::median).sorted().toArray();
        return new Row(
                series.work,
                series.subject,
                series.backing,
                median(all) / 1000,
                "us",
                medians[0] / 1000,
                medians[medians.length - 1] / 1000,
                all.length);
    }

    /** Of an even number of samples it is the mean of the two in the middle. */
    static double median(long[] samples) {
        long[] sorted = samples.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }
}
