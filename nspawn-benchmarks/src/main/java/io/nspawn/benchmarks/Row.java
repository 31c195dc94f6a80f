package io.nspawn.benchmarks;

/**
 * What one subject took for one kind of work.
 *
 * @param work what was done
 * @param subject who did it
 * @param backing what lay below
 * @param median the median of all samples, in microseconds
 * @param low the lowest of the medians of the rounds, in microseconds
 * @param high the highest of the medians of the rounds, in microseconds
 * @param n how many samples there are
 */
public record Row(String work, String subject, String backing, double median, double low, double high, int n) {}
