package io.nspawn.local;

import io.nspawn.btrfs.Device;
import io.nspawn.btrfs.Filesystem;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Grows a pool while it is in use: first what is below, then the btrfs. Killed in between, the next call finds what is
 * below large enough and goes on.
 */
final class PoolGrowth {
    private final Native os;
    private final PoolState.Ready pool;

    PoolGrowth(Native os, PoolState.Ready pool) {
        this.os = os;
        this.pool = pool;
    }

    /** Grows to a size, or to all of what is below. */
    void to(Optional<Size> size) {
        requireOneDevice();
        if (pool.backing() instanceof Backing.LoopFile loop) {
            LoopFile file = new LoopFile(loop.file());
            size.ifPresent(wanted -> {
                requireRoom(file, wanted);
                file.extend(wanted);
            });
            new LoopDevice(mounted()).takeSizeOf(os, loop.file());
        } else if (pool.backing() instanceof Backing.BlockDevice device) {
            size.ifPresent(wanted -> requireLarge(new BlockDevice(device.device()), wanted));
        }
        resize(size);
    }

    private void requireOneDevice() {
        int count = BtrfsImageStore.asking(
                "look at", pool.path().toString(), () -> devices().size());
        if (count != 1) {
            throw new UnsupportedException(
                    Failure.of("grow", pool.path().toString(), "its btrfs has " + count + " devices")
                            .remedy("Grow it by btrfs filesystem resize, device by device."));
        }
    }

    /** What the pool uses already, its file has already. */
    private void requireRoom(LoopFile file, Size size) {
        long missing = size.bytes() - (pool.size().bytes() - pool.free().bytes());
        if (size.compareTo(file.size()) > 0 && missing > file.room().bytes()) {
            throw new NoSpaceException(Failure.of(
                            "grow",
                            file.path().toString(),
                            "the filesystem below has " + file.room() + " free, and a pool of " + size
                                    + " could come to need " + Size.ofBytes(missing))
                    .remedy("Ask for less, or free some space."));
        }
    }

    private static void requireLarge(BlockDevice device, Size size) {
        long found = device.size();
        if (found < size.bytes()) {
            throw new NoSpaceException(Failure.of(
                            "grow the pool on",
                            device.path().toString(),
                            "the device has " + found + " bytes, wanted are " + size.bytes())
                    .remedy("Make the device larger first, as with lvextend."));
        }
    }

    private Path mounted() {
        return MountTable.read()
                .at(pool.path())
                .map(mount -> Path.of(mount.source()))
                .orElseThrow(() -> new HostFailureException(
                        Failure.of("grow", pool.path().toString(), "it is not mounted any more")));
    }

    private void resize(Optional<Size> size) {
        BtrfsImageStore.asking("grow", pool.path().toString(), () -> {
            try (Filesystem filesystem = Filesystem.open(pool.path())) {
                long device = filesystem.devices().get(0).id();
                filesystem.resize(
                        device, size.map(s -> OptionalLong.of(s.bytes())).orElse(OptionalLong.empty()));
            }
            return pool;
        });
    }

    private List<Device> devices() {
        try (Filesystem filesystem = Filesystem.open(pool.path())) {
            return filesystem.devices();
        }
    }
}
