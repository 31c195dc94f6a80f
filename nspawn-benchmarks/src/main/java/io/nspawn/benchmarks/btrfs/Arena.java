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
import java.util.Random;

/**
 * Where the work is done: a plain directory, and a base subvolume of 3000 files of 8 KiB to take snapshots of.
 *
 * @param directory is empty between one subject and the next
 */
record Arena(Filesystem filesystem, Directory directory, Subvolume base) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int DIRECTORIES = 30;
    private static final int FILES_EACH = 100;
    private static final int FILE_SIZE = 8 * 1024;

    static Arena open(Path mount) {
        try (Directory root = Directory.open(mount)) {
            root.createSubvolume(EntryName.of("base"));
            fill(mount.resolve("base"));
            Files.createDirectory(mount.resolve("work"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Arena arena = new Arena(
                Filesystem.open(mount), Directory.open(mount.resolve("work")), Subvolume.open(mount.resolve("base")));
        arena.filesystem.sync();
        return arena;
    }

    private static void fill(Path base) throws IOException {
        Random random = new Random(42);
        byte[] content = new byte[FILE_SIZE];
        for (int i = 0; i < DIRECTORIES; i++) {
            Path directory = Files.createDirectory(base.resolve("d" + i));
            for (int j = 0; j < FILES_EACH; j++) {
                random.nextBytes(content);
                Files.write(directory.resolve("f" + j), content);
            }
        }
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
        return 10_001;
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
        base.close();
        directory.close();
        filesystem.close();
    }
}
