package io.nspawn.testkit.real;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A lab's image as a plain directory on a filesystem of its own, at the place of the pool, which is aside meanwhile. */
final class PlainPool implements AutoCloseable {
    private static final Path ASIDE = Path.of("/mnt");
    /** In memory: what is copied is synced each time. */
    private static final String FILE = "/dev/shm/lp-plain.img";

    private static final Path MKFS_EXT4 = Path.of("/sbin/mkfs.ext4");

    private final PoolScratch scratch = new PoolScratch();

    private PlainPool() {}

    /** On ext4, whose files share nothing; where the lab cannot make one, on btrfs. */
    static PlainPool make(String size) {
        return Files.exists(MKFS_EXT4) ? onExt4(size) : onBtrfs(size);
    }

    private static PlainPool onExt4(String size) {
        return new PlainPool().fill(size, "mkfs.ext4", "-q", "-F", "-O", "^has_journal");
    }

    static PlainPool onBtrfs(String size) {
        return new PlainPool().fill(size, "mkfs.btrfs", "--quiet", "--force");
    }

    private PlainPool fill(String size, String... mkfs) {
        String image = Setup.image();
        try {
            String device = scratch.device(FILE, size).toString();
            List<String> command = new ArrayList<>(List.of(mkfs));
            command.add(device);
            Command.run(command.toArray(String[]::new));
            Command.run("mount", device, PoolScratch.POOL.toString());
            Command.run("chmod", "700", PoolScratch.POOL.toString());
            Command.run("cp", "--archive", ASIDE.resolve(image).toString(), PoolScratch.POOL.toString());
            Command.run("machinectl", "read-only", image, "yes");
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        Command.result("umount", "--recursive", PoolScratch.POOL.toString());
        scratch.close();
    }
}
