package io.nspawn.btrfs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A BTRFS filesystem in a sparse file, mounted through a loop device for the tests of one class. What a killed test
 * run left mounted is found by the process id in its name and removed.
 */
final class LoopBtrfs implements BeforeAllCallback, AfterAllCallback {
    private static final String PREFIX = "btrfs-java-test-";

    private final long size;
    private Path home = Path.of("/nonexistent");
    private int names;

    LoopBtrfs() {
        this(2L << 30);
    }

    LoopBtrfs(long size) {
        this.size = size;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        beforeAll();
    }

    /** Makes it, or skips where there can be none. */
    void beforeAll() throws IOException {
        Optional<String> missing = missing();
        assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
        make();
    }

    /** Why there can be no such filesystem here; empty if there can. */
    static Optional<String> missing() throws IOException {
        if (Kernel.system().geteuid() != 0) {
            return Optional.of("needs root to mount a loop device");
        }
        if (!Shell.has("mkfs.btrfs") || !Shell.has("btrfs")) {
            return Optional.of("needs btrfs-progs");
        }
        boolean known = Files.readString(Path.of("/proc/filesystems")).contains("\tbtrfs\n")
                || Shell.attempt("modprobe", "btrfs").exit() == 0;
        return known ? Optional.empty() : Optional.of("needs a kernel with BTRFS");
    }

    void make() throws IOException {
        sweep();
        home = Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + "-");
        try (RandomAccessFile file = new RandomAccessFile(image().toFile(), "rw")) {
            file.setLength(size);
        }
        Shell.run("mkfs.btrfs", "-q", image());
        Files.createDirectory(root());
        mount();
    }

    void mount() {
        Shell.run("mount", "-o", "loop", image(), root());
    }

    void unmount() {
        Shell.run("umount", root());
    }

    /** The file that the filesystem is in. */
    Path image() {
        return home.resolve("image");
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        remove();
    }

    void remove() throws IOException {
        remove(home);
    }

    Path root() {
        return home.resolve("mnt");
    }

    /** A plain directory of its own for one test. */
    Path directory() throws IOException {
        return Files.createDirectory(root().resolve("t" + names++));
    }

    private static void sweep() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            List<Path> stale = all.filter(LoopBtrfs::isStale).toList();
            for (Path path : stale) {
                remove(path);
            }
        }
    }

    private static boolean isStale(Path path) {
        String name = path.getFileName().toString();
        if (!name.startsWith(PREFIX)) {
            return false;
        }
        String pid = name.substring(PREFIX.length()).split("-", 2)[0];
        return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
    }

    private static void remove(Path home) throws IOException {
        Path root = home.resolve("mnt");
        if (Files.readString(Path.of("/proc/self/mounts"), StandardCharsets.ISO_8859_1)
                .contains(" " + root + " ")) {
            Shell.run("umount", root);
        }
        if (Files.exists(home)) {
            Files.deleteIfExists(root);
            Files.deleteIfExists(home.resolve("image"));
            Files.delete(home);
        }
    }
}
