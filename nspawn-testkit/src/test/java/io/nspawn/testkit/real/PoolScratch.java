package io.nspawn.testkit.real;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Uncovers the empty place under a lab's pool for a test of making one, and covers it again. The lab's own pool is
 * meanwhile seen at another place.
 */
final class PoolScratch implements AutoCloseable {
    static final Path POOL = Path.of("/var/lib/machines");
    static final Path FILE = Path.of("/var/lib/machines.raw");
    static final Path UNIT = Path.of("/etc/systemd/system/var-lib-machines.mount");
    private static final Path ASIDE = Path.of("/mnt");

    private final List<String> loops = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();

    PoolScratch() {
        Command.run("mount", "--bind", POOL.toString(), ASIDE.toString());
        Command.run("umount", POOL.toString());
    }

    /** A new file of that many bytes on a loop device of its own. */
    Path device(String name, String size) {
        Path file = file(name, size);
        String loop =
                Command.run("losetup", "--find", "--show", file.toString()).strip();
        loops.add(loop);
        return Path.of(loop);
    }

    /** A new file of that many bytes, all of them holes: in /root, unless the name is a whole path. */
    Path file(String name, String size) {
        Path file = Path.of("/root").resolve(name);
        Command.run("truncate", "--size=" + size, file.toString());
        files.add(file);
        return file;
    }

    /** Where the file of a device is. */
    static Path fileOf(Path device) {
        return Path.of(Command.run("losetup", "--noheadings", "--output", "BACK-FILE", device.toString())
                .strip());
    }

    /** Stops, disables and deletes what the library made, as an operator would. */
    static void removePool() {
        Command.result("systemctl", "disable", "--now", "var-lib-machines.mount");
        Command.result("umount", POOL.toString());
        Command.run("rm", "-f", FILE.toString(), UNIT.toString());
        Command.run("systemctl", "daemon-reload");
        Command.result("systemctl", "reset-failed", "var-lib-machines.mount");
        if (Command.result("mountpoint", "--quiet", POOL.toString()).status() == 0) {
            throw new IllegalStateException(POOL + " is still mounted");
        }
        Command.run("find", POOL.toString(), "-mindepth", "1", "-delete");
    }

    @Override
    public void close() {
        removePool();
        loops.forEach(loop -> Command.result("losetup", "--detach", loop));
        files.forEach(file -> Command.result("rm", "-f", file.toString()));
        if (!Files.isDirectory(POOL)) {
            Command.run("mkdir", POOL.toString());
        }
        Command.run("mount", "--bind", ASIDE.toString(), POOL.toString());
        Command.run("umount", ASIDE.toString());
    }
}
