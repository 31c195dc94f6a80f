package io.nspawn.benchmarks.btrfs;

import io.nspawn.benchmarks.Command;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A fresh BTRFS filesystem in a sparse file, mounted through a loop device.
 *
 * <p>The process must be in a mount namespace of its own: its end, however it comes, then ends the mounts, and with
 * them the loop device. The file is unlinked as soon as it is mounted.
 *
 * @param mount where the filesystem is
 * @param below where the file was, a mount of its own for {@link Backing#TMPFS}
 */
record LoopFilesystem(Path mount, Path below, Backing backing) implements AutoCloseable {
    private static final long SIZE = 8L << 30;

    static LoopFilesystem make(Path home, Backing backing) {
        try {
            requireOwnNamespace();
            LoopFilesystem filesystem = new LoopFilesystem(
                    Files.createDirectories(home.resolve("mount")),
                    Files.createDirectories(home.resolve("below")),
                    backing);
            if (backing == Backing.TMPFS) {
                Command.run("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "bench", filesystem.below.toString());
            }
            filesystem.mountImage();
            return filesystem;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The property is the namespace that the script was started in. */
    private static void requireOwnNamespace() throws IOException {
        String own = Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString();
        if (System.getProperty("bench.outside", own).equals(own)) {
            throw new IllegalStateException("not in a mount namespace of its own: start it with the script");
        }
    }

    private void mountImage() throws IOException {
        Path image = Files.createTempFile(below, "image-", ".btrfs");
        try {
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(SIZE);
            }
            Command.run("mkfs.btrfs", "-q", image.toString());
            Command.run("mount", "-o", "loop", image.toString(), mount.toString());
        } finally {
            Files.delete(image);
        }
    }

    @Override
    public void close() {
        Command.run("umount", mount.toString());
        if (backing == Backing.TMPFS) {
            Command.run("umount", below.toString());
        }
    }
}
