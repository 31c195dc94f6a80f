package io.nspawn.benchmarks.btrfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What snapshots are taken of, the same in every run. */
enum BaseTree {
    /** 3000 files of 8 KiB, 100 in a directory: the root of its tree has some 95 leaves below it. */
    SMALL("base") {
        @Override
        void fill(Path root) throws IOException {
            Random random = new Random(SEED);
            for (int i = 0; i < 30; i++) {
                Path directory = Files.createDirectory(root.resolve("d" + i));
                for (int j = 0; j < 100; j++) {
                    write(directory.resolve("f" + j), random, 8 * 1024);
                }
            }
        }
    },

    /** 20,000 files in 2000 directories, with sizes as they are in Debian: the root has a few nodes below it. */
    IMAGE("image") {
        @Override
        void fill(Path root) throws IOException {
            Random random = new Random(SEED);
            List<Path> directories = new ArrayList<>(List.of(root));
            while (directories.size() <= 2000) {
                Path parent = directories.get(random.nextInt(directories.size()));
                directories.add(Files.createDirectory(parent.resolve("directory" + directories.size())));
            }
            for (int i = 0; i < 20_000; i++) {
                Path directory = directories.get(random.nextInt(directories.size()));
                int band = random.nextInt(SIZES.length - 1);
                write(
                        directory.resolve("file" + i + ".conf"),
                        random,
                        SIZES[band] + random.nextInt(SIZES[band + 1] - SIZES[band]));
            }
        }
    };

    private static final long SEED = 42;

    /**
     * Sizes of which as many files lie between one and the next, in bytes: measured on the packages of a minimal Debian
     * 12, but for the last, which there is 5 MB.
     */
    private static final int[] SIZES = {
        0, 65, 100, 206, 300, 383, 521, 625, 758, 965, 1226, 1604, 1991, 2475, 3387, 5299, 9296, 18_325, 25_681, 60_400,
        200_000
    };

    private final String word;

    BaseTree(String word) {
        this.word = word;
    }

    /** The name of the subvolume. */
    String word() {
        return word;
    }

    abstract void fill(Path root) throws IOException;

    private static void write(Path file, Random random, int size) throws IOException {
        byte[] content = new byte[size];
        random.nextBytes(content);
        Files.write(file, content);
    }
}
