package io.nspawn.local;

import io.nspawn.btrfs.BtrfsException;
import io.nspawn.btrfs.Filesystem;
import io.nspawn.btrfs.Space;
import io.nspawn.local.MountTable.Mount;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells what is at the pool's place, and touches nothing.
 *
 * @param pool where the pool is
 * @param file the loopback file that belongs to it
 */
record PoolPlace(Path pool, Path file) {
    private static final int SHOWN = 5;
    private static final String DELETED = " (deleted)";

    PoolState look() {
        try {
            return isOnBtrfs() ? ready() : withoutBtrfs();
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("look at", pool.toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private boolean isOnBtrfs() {
        if (!Files.isDirectory(pool)) {
            return false;
        }
        try (Filesystem filesystem = Filesystem.open(pool)) {
            return filesystem.info().devices() > 0;
        } catch (BtrfsException.NotBtrfs e) {
            return false;
        }
    }

    private PoolState ready() throws IOException {
        Optional<Mount> mount = MountTable.read().at(pool.toRealPath());
        try (Filesystem filesystem = Filesystem.open(pool)) {
            Space space = filesystem.space();
            return new PoolState.Ready(
                    pool,
                    filesystem.info().fsid(),
                    mount.map(this::backing).orElse(new Backing.Directory()),
                    Size.ofBytes(space.total()),
                    Size.ofBytes(space.available()));
        }
    }

    private Backing backing(Mount mount) {
        Path device = Path.of(mount.source());
        return backingFile(device).filter(file::equals).isPresent()
                ? new Backing.LoopFile(file)
                : new Backing.BlockDevice(device);
    }

    /** The file that a loop device shows, as the kernel names it to this process; empty for any other device. */
    static Optional<Path> backingFile(Path device) {
        Path attribute = Path.of("/sys/class/block", String.valueOf(device.getFileName()), "loop", "backing_file");
        try {
            String text = Files.readString(attribute).strip();
            return text.endsWith(DELETED) ? Optional.empty() : Optional.of(Path.of(text));
        } catch (IOException e) {
            // No loop device, or one that nobody uses any more: the kernel has no such attribute then.
            return Optional.empty();
        }
    }

    private PoolState withoutBtrfs() throws IOException {
        if (!Files.exists(pool, LinkOption.NOFOLLOW_LINKS)) {
            return empty();
        }
        if (!Files.isDirectory(pool, LinkOption.NOFOLLOW_LINKS)) {
            return new PoolState.Obstructed(
                    pool, Files.isSymbolicLink(pool) ? "a link to " + Files.readSymbolicLink(pool) : "no directory");
        }
        Optional<Mount> mount = MountTable.read().at(pool);
        if (mount.isPresent()) {
            return new PoolState.Mounted(pool, mount.get().type(), mount.get().source());
        }
        List<String> entries = entries();
        return entries.isEmpty() ? empty() : new PoolState.Populated(pool, entries);
    }

    private List<String> entries() throws IOException {
        try (Stream<Path> entries = Files.list(pool)) {
            return entries.limit(SHOWN)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** An earlier file of the pool, which is about to be mounted again, has its room already. */
    private PoolState empty() throws IOException {
        Path above = Optional.ofNullable(file.getParent()).orElseThrow();
        long usable = Files.getFileStore(above).getUsableSpace();
        long earlier = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : 0;
        return new PoolState.Empty(pool, Size.ofBytes(Math.max(usable, earlier)));
    }
}
