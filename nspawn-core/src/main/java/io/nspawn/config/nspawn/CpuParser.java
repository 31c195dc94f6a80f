package io.nspawn.config.nspawn;

import io.nspawn.config.nspawn.Words.Split;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** {@code CPUAffinity=}: numbers and ranges, which add up over several lines. */
final class CpuParser {
    private record Range(long lower, long upper) {}

    private CpuParser() {}

    static void parse(Draft draft, Assigned a) throws Unparsable {
        if (a.since(Version.LENIENT_CPUS)) {
            lenient(draft, a);
            return;
        }
        try {
            strict(draft, a);
        } catch (Unparsable e) {
            throw e.asFatal();
        }
    }

    /** Since 258: a bad word is passed over. */
    private static void lenient(Draft draft, Assigned a) throws Unparsable {
        if (a.isEmpty()) {
            draft.cpus = Optional.empty();
            return;
        }
        TreeSet<Integer> cpus = new TreeSet<>();
        Words words = new Words(a.value(), Split.UNQUOTED_LIST);
        for (Optional<String> word = words.next(); word.isPresent(); word = words.next()) {
            try {
                Range range = range(word.get());
                if (range.lower > range.upper) {
                    a.warn("a range that runs backwards: " + word.get());
                } else {
                    add(cpus, range);
                }
            } catch (Unparsable e) {
                a.warn(e.problem());
            }
        }
        if (!cpus.isEmpty()) {
            draft.cpus.ifPresent(cpus::addAll);
            draft.cpus = Optional.of(cpus);
        }
    }

    /** To 257: a bad word fails the file; a range that runs backwards is empty, and yet no reset. */
    private static void strict(Draft draft, Assigned a) throws Unparsable {
        Optional<TreeSet<Integer>> cpus = Optional.empty();
        Words words = new Words(a.value(), Split.UNQUOTED_LIST);
        for (Optional<String> word = words.next(); word.isPresent(); word = words.next()) {
            Range range = range(word.get());
            if (range.lower == Numbers.MAX_U32) {
                continue; // The parser's own loop runs over from there, and does nothing.
            }
            if (cpus.isEmpty()) {
                cpus = Optional.of(new TreeSet<>());
            }
            if (range.lower > range.upper) {
                a.warn("a range that runs backwards: " + word.get());
            } else {
                add(cpus.get(), range);
            }
        }
        if (cpus.isPresent() && draft.cpus.isPresent()) {
            cpus.get().addAll(draft.cpus.get());
        }
        draft.cpus = cpus;
    }

    private static Range range(String word) throws Unparsable {
        Words bounds = new Words(word, Split.RANGE);
        long lower = Numbers.unsigned32(bounds.next().orElse(""));
        return new Range(lower, bounds.isOver() ? lower : Numbers.unsigned32(bounds.rest()));
    }

    private static void add(Set<Integer> cpus, Range range) throws Unparsable {
        if (range.upper >= CpuSet.LIMIT) {
            throw Unparsable.outOfRange("a processor above " + (CpuSet.LIMIT - 1) + ": " + range.upper);
        }
        for (int cpu = (int) range.lower; cpu <= range.upper; cpu++) {
            cpus.add(cpu);
        }
    }
}
