package io.nspawn.benchmarks.btrfs;

import io.nspawn.benchmarks.Command;
import io.nspawn.btrfs.Filesystem;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** The first list of a virtual machine that has done nothing yet, in nanoseconds, with loading the native access. */
public final class ColdList {
    private static final int TIMES = 5;

    private ColdList() {}

    /**
     * Lists once and prints how long it took.
     *
     * @param arguments a directory, and how many subvolumes there must be
     */
    public static void main(String[] arguments) {
        long start = System.nanoTime();
        int found;
        try (Filesystem filesystem = Filesystem.open(Path.of(arguments[0]))) {
            found = filesystem.subvolumes().size();
        }
        long taken = System.nanoTime() - start;
        if (found != Integer.parseInt(arguments[1])) {
            throw new IllegalStateException(found + " subvolumes instead of " + arguments[1]);
        }
        System.out.println(taken);
    }

    static long[] measure(Arena arena, int present) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return LongStream.range(0, TIMES)
                .map(i -> Long.parseLong(Command.run(
                                java,
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ColdList.class.getName(),
                                arena.directory().toString(),
                                Integer.toString(present))
                        .strip()
                        .lines()
                        .reduce("", (first, last) -> last)))
                .toArray();
    }
}
