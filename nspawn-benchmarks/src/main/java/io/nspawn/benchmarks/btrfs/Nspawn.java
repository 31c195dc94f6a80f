package io.nspawn.benchmarks.btrfs;

import io.nspawn.btrfs.EntryName;
import io.nspawn.btrfs.Subvolume;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** This library, through a directory that is held open. */
record Nspawn(Arena arena) implements Subject {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "nspawn";
    }

    @Override
    public long[] perform(Work work, int count) {
        return switch (work) {
            case CREATE -> each(count, name -> arena.directory().createSubvolume(name));
            case DELETE -> each(count, name -> arena.directory().deleteSubvolume(name));
            case SNAPSHOT -> each(count, name -> arena.directory().snapshot(arena.base(work), name));
            case DELETE_WAIT -> each(count, name -> arena.directory().deleteSubvolumeAndWait(name, PATIENCE));
            case CLONE, CLONE_IMAGE -> new long[] {time(clones(arena.base(work), names(count)))};
            case LIST -> new long[] {time(() -> list(count))};
        };
    }

    /** With a commit at the end, because only then are the names on disk as well, as the others' are. */
    private Runnable clones(Subvolume base, List<EntryName> names) {
        return () -> {
            arena.directory().cloneAll(base, names);
            arena.filesystem().sync();
        };
    }

    private void list(int expected) {
        int found = arena.filesystem().subvolumes().size();
        if (found != expected) {
            throw new IllegalStateException(found + " subvolumes instead of " + expected);
        }
    }

    private static long[] each(int count, Consumer<EntryName> operation) {
        return names(count).stream()
                .mapToLong(name -> time(() -> operation.accept(name)))
                .toArray();
    }

    private static long time(Runnable operation) {
        long start = System.nanoTime();
        operation.run();
        return System.nanoTime() - start;
    }

    private static List<EntryName> names(int count) {
        return IntStream.range(0, count).mapToObj(i -> EntryName.of("t" + i)).toList();
    }
}
