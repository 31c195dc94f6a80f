package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Processors by number: {@code CPUAffinity=}.
 *
 * @param cpus the numbers, 0 to 8191, ascending
 */
public record CpuSet(List<Integer> cpus) {
    /** One more than the greatest number. */
    public static final int LIMIT = 8192;

    public CpuSet {
        cpus = List.copyOf(new TreeSet<>(cpus));
        if (cpus.stream().anyMatch(c -> c < 0 || c >= LIMIT)) {
            throw new InvalidFileException(
                    0, "CPUAffinity", "does not take " + cpus, "processors are numbered 0 to " + (LIMIT - 1));
        }
    }

    public static CpuSet of(Collection<Integer> cpus) {
        return new CpuSet(List.copyOf(cpus));
    }

    /** The set as ranges: {@code 0-3 8}. */
    public String ranges() {
        List<String> ranges = new ArrayList<>();
        int at = 0;
        while (at < cpus.size()) {
            int end = at;
            while (end + 1 < cpus.size() && cpus.get(end + 1) == cpus.get(end) + 1) {
                end++;
            }
            ranges.add(end == at ? "" + cpus.get(at) : cpus.get(at) + "-" + cpus.get(end));
            at = end + 1;
        }
        return String.join(" ", ranges);
    }

    @Override
    public String toString() {
        return ranges();
    }
}
