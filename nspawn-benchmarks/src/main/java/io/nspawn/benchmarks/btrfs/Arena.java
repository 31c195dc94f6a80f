package io.nspawn.benchmarks.btrfs;

import io.nspawn.btrfs.Directory;
import io.nspawn.btrfs.EntryName;
import io.nspawn.btrfs.Filesystem;
import io.nspawn.btrfs.Subvolume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where the work is done: a plain directory, and subvolumes to take snapshots of.
 *
 * @param directory is empty between one subject and the next
 */
record Arena(Filesystem filesystem, Directory directory, Map<BaseTree, Subvolume> bases) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static Arena open(Path mount) {
        Map<BaseTree, Subvolume> bases = new EnumMap<>(BaseTree.class);
        try (Directory root = Directory.open(mount)) {
            for (BaseTree tree : BaseTree.values()) {
                root.createSubvolume(EntryName.of(tree.word()));
                tree.fill(mount.resolve(tree.word()));
                bases.put(tree, Subvolume.open(mount.resolve(tree.word())));
            }
            Files.createDirectory(mount.resolve("work"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Arena arena = new Arena(Filesystem.open(mount), Directory.open(mount.resolve("work")), Map.copyOf(bases));
        arena.filesystem.sync();
        return arena;
    }

    /** The subvolume that some work takes its snapshots of. */
    Subvolume base(Work work) {
        return Objects.requireNonNull(bases.get(work.base()));
    }

    /** Makes ten directories of a thousand subvolumes each, beside the others; returns how many there are now. */
    int addTenThousand() {
        try {
            for (int i = 0; i < 10; i++) {
                Path path = Files.createDirectory(Path.of(directory.toString()).resolveSibling("many" + i));
                try (Directory many = Directory.open(path)) {
                    for (int j = 0; j < 1000; j++) {
                        many.createSubvolume(EntryName.of("s" + j));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        filesystem.sync();
        return 10_000 + bases.size();
    }

    /** Leaves the next subject the same ground as the one before: no entries, nothing to clean, all committed. */
    void clear() {
        directory.subvolumes().forEach(info -> filesystem.delete(info.id()));
        settle();
    }

    void settle() {
        filesystem.sync();
        filesystem.awaitCleaned(filesystem.deletedNotCleaned(), PATIENCE);
        filesystem.sync();
    }

    @Override
    public void close() {
        bases.values().forEach(Subvolume::close);
        directory.close();
        filesystem.close();
    }
}
