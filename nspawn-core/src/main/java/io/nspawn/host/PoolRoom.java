package io.nspawn.host;

import io.nspawn.host.ReadinessCheck.Level;
import io.nspawn.model.PoolState;
import io.nspawn.model.Size;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.PoolBacking;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Whether the pool has room for containers.
 *
 * @param images what tells
 */
record PoolRoom(ImageStore images) {
    private static final String POOL = "pool";
    /** Filesystems whose files can share blocks, so that a copy takes next to none. */
    private static final Set<String> SHARING = Set.of("btrfs", "xfs", "bcachefs");
    /** What a container was seen to write in its first boot, with the journal in memory, twice over. */
    private static final long REQUIRED = 5L << 20;
    /** A journal of 8 MiB, and what services write. */
    private static final long ADVISED = 64L << 20;

    private static final long REQUIRED_METADATA = 256L << 10;
    private static final long ADVISED_METADATA = 2L << 20;

    List<ReadinessCheck> checks(long containers) {
        PoolBacking backing = images.backing();
        PoolState state = backing.state();
        List<ReadinessCheck> checks = new ArrayList<>();
        if (state instanceof PoolState.Directories directories) {
            return ofDirectories(directories, containers);
        }
        if (state instanceof PoolState.Ready ready) {
            checks.add(ReadinessCheck.ok(POOL, kind(ready) + " of " + ready.size(), "a btrfs"));
            checks.add(room("pool room", ready.free().bytes(), REQUIRED * containers, ADVISED * containers, "data"));
            checks.add(room(
                    "pool metadata room",
                    backing.freeMetadata().bytes(),
                    REQUIRED_METADATA * containers,
                    ADVISED_METADATA * containers,
                    "names, owners and small files, and fails with \"No space left\" though data has room"));
        } else {
            checks.add(new ReadinessCheck(
                    POOL,
                    Level.ERROR,
                    found(state),
                    "a btrfs",
                    "images and containers lie in it",
                    state instanceof PoolState.Empty
                            ? "pool().ensureLoopback(size) or pool().ensureDevice(device)"
                            : "Move away what is there, then pool().ensureLoopback(size)."));
        }
        return checks;
    }

    /** Each container has a copy of its image, which is the largest one for all that is known here. */
    private List<ReadinessCheck> ofDirectories(PoolState.Directories directories, long containers) {
        List<String> sealed = images.list().stream()
                .filter(root -> root.readOnly() && !root.isStaging())
                .map(ImageStore.Root::name)
                .toList();
        long image = images.backing().usage(sealed).stream()
                .mapToLong(usage -> usage.disk().total())
                .max()
                .orElse(0);
        long copy = SHARING.contains(directories.type()) ? 0 : image;
        return List.of(
                ReadinessCheck.ok(
                        POOL, "plain directories on " + directories.type() + ", of " + directories.size(), "as chosen"),
                room(
                        "pool room",
                        directories.free().bytes(),
                        (copy + REQUIRED) * containers,
                        (copy + ADVISED) * containers,
                        copy == 0 ? "data" : "its copy of the image, " + Size.ofBytes(copy) + ", and data"));
    }

    private static ReadinessCheck room(String subject, long free, long required, long advised, String why) {
        boolean fails = free < required;
        return ReadinessCheck.of(
                free >= advised,
                fails ? Level.ERROR : Level.WARNING,
                subject,
                Size.ofBytes(free).toString(),
                Size.ofBytes(fails ? required : advised).toString(),
                "each container writes to it: " + why,
                "pool().grow(size), more room below it, or remove what is not needed");
    }

    private static String kind(PoolState.Ready ready) {
        if (ready.backing() instanceof PoolState.Backing.LoopFile loop) {
            return "a btrfs in " + loop.file();
        }
        if (ready.backing() instanceof PoolState.Backing.BlockDevice device) {
            return "a btrfs on " + device.device();
        }
        return "a directory of a btrfs";
    }

    private static String found(PoolState state) {
        if (state instanceof PoolState.Populated populated) {
            return "a directory without btrfs, with " + String.join(", ", populated.entries()) + " in it";
        }
        if (state instanceof PoolState.Mounted mounted) {
            return "a mount of type " + mounted.type() + " from " + mounted.source();
        }
        if (state instanceof PoolState.Obstructed obstructed) {
            return obstructed.what();
        }
        return "not there";
    }
}
