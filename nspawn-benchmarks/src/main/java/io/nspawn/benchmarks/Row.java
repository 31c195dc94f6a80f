package io.nspawn.benchmarks;

/**
 * What one subject took for one kind of work, of time or of memory.
 *
 * @param work what was done
 * @param subject who did it
 * @param backing what lay below
 * @param median the median of all samples
 * @param unit what the figures are in: {@code us}, microseconds, or {@code B}, bytes
 * @param low the lowest of the medians of the rounds
 * @param high the highest of the medians of the rounds
 * @param n how many samples there are
 */
public record Row(
        String work, String subject, String backing, double median, String unit, double low, double high, int n) {}
