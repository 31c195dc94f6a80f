package io.nspawn.benchmarks.control;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a subject took in one round, as it is told from inside the lab: a line of text.
 *
 * @param taken nanoseconds, once or several times
 */
record Sample(String work, String subject, List<Long> taken) {
    private static final String MARK = "sample";

    String line() {
        String numbers = taken.stream().map(Object::toString).collect(Collectors.joining(" "));
        return String.join(" ", MARK, work, subject, numbers);
    }

    /** Empty if the line is none of these. */
    static Optional<Sample> parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length < 4 || !words[0].equals(MARK)) {
            return Optional.empty();
        }
        List<Long> taken = Arrays.stream(words).skip(3).map(Long::valueOf).toList();
        return Optional.of(new Sample(words[1], words[2], taken));
    }
}
