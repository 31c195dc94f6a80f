package io.nspawn.local;

import io.nspawn.dbus.Systemd;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PoolCompression;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.PoolUsage;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.PoolBacking;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ground under the pool of this machine. */
final class LocalPool implements PoolBacking {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final long MINIMUM_DEVICE = 114_294_784;
    private static final Path UDEV = Path.of("/run/udev/control");

    private final Native os;
    private final PoolPlace place;
    private final PoolMount mount;
    private final PoolAccounts accounts;

    LocalPool(Native os, Systemd systemd, HostFiles files, Path pool) {
        this.os = os;
        this.place = new PoolPlace(pool, pool.resolveSibling(pool.getFileName() + ".raw"));
        this.mount = new PoolMount(files, systemd, pool);
        this.accounts = new PoolAccounts(pool);
    }

    @Override
    public PoolState state() {
        return place.look();
    }

    @Override
    public void makeLoopback(Size size, PoolCompression compression) {
        mount.requireFree();
        LoopFile file = new LoopFile(place.file());
        boolean made = file.make(size);
        try {
            mount.persist(file.path(), compression);
            mount.mount();
        } catch (NspawnException e) {
            takeBack(e, made ? file::delete : () -> {});
            throw e;
        }
        LOG.info("Made a pool of {} in {}", size, file.path());
    }

    @Override
    public void useDevice(Path path, PoolCompression compression) {
        BlockDevice device = new BlockDevice(path);
        device.requireThere();
        if (state() instanceof PoolState.Ready pool) {
            requireStandsOn(pool, device);
            persist(pool, compression);
            return;
        }
        mount.requireFree();
        device.requireUnused(os);
        UUID filesystem = filesystemOn(device);
        try {
            mount.persist(name(filesystem, device), compression);
            mount.mount();
        } catch (NspawnException e) {
            takeBack(e, () -> {});
            throw e;
        }
        LOG.info("Made {} the pool", path);
    }

    @Override
    public void persist(PoolState.Ready pool, PoolCompression compression) {
        if (pool.backing() instanceof Backing.LoopFile loop) {
            mount.persist(loop.file(), compression);
            mount.restrict();
        } else if (pool.backing() instanceof Backing.BlockDevice device) {
            mount.persist(name(pool.filesystem(), new BlockDevice(device.device())), compression);
            mount.restrict();
        }
    }

    @Override
    public void grow(PoolState.Ready pool, Optional<Size> size) {
        new PoolGrowth(os, pool).to(size);
        LOG.info("Grew the pool to {}", size.map(Size::toString).orElse("all of what it stands on"));
    }

    @Override
    public Size freeMetadata() {
        return accounts.freeMetadata();
    }

    @Override
    public QuotaMode quotaMode() {
        return accounts.mode();
    }

    @Override
    public void enableSimpleQuotas() {
        accounts.enableSimple();
    }

    @Override
    public void disableQuotas() {
        accounts.disable();
    }

    @Override
    public void limit(String root, Optional<Size> size) {
        accounts.limit(root, size);
    }

    @Override
    public Optional<Size> limit(String root) {
        return accounts.limit(root);
    }

    @Override
    public List<PoolUsage> usage(Collection<String> roots) {
        return accounts.usage(roots);
    }

    /** Finds the btrfs on a device, or makes one where nothing is. */
    private static UUID filesystemOn(BlockDevice device) {
        Signatures found = Signatures.of(device.path());
        if (found instanceof Signatures.Other other) {
            throw new AlreadyExistsException(
                    Failure.of("make a btrfs on", device.path().toString(), "there is " + other.what() + " on it")
                            .remedy("If nobody needs it, take it away with wipefs --all; it was not touched."));
        }
        if (found instanceof Signatures.None) {
            requireLarge(device);
            device.requireBlankEnds();
            Mkfs.btrfs(device.path());
            found = Signatures.of(device.path());
        }
        if (found instanceof Signatures.Btrfs btrfs) {
            return btrfs.filesystem();
        }
        throw new IllegalStateException("mkfs.btrfs left no btrfs on " + device.path());
    }

    private static void requireLarge(BlockDevice device) {
        if (device.size() < MINIMUM_DEVICE) {
            throw new UnsupportedException(Failure.of(
                            "make a btrfs on",
                            device.path().toString(),
                            "it has " + device.size() + " bytes, and btrfs needs " + MINIMUM_DEVICE + " at least")
                    .remedy("Name a larger one; it was not touched."));
        }
    }

    /** A device can have another name after the next boot; where udev runs, the UUID leads to it. */
    private static Path name(UUID filesystem, BlockDevice device) {
        return Files.exists(UDEV) ? Path.of("/dev/disk/by-uuid", filesystem.toString()) : device.path();
    }

    private static void requireStandsOn(PoolState.Ready pool, BlockDevice device) {
        boolean same = pool.backing() instanceof Backing.BlockDevice used && device.isSame(used.device());
        if (!same) {
            throw new AlreadyExistsException(Failure.of(
                            "make a pool on",
                            device.path().toString(),
                            "the pool is there already, on " + pool.backing())
                    .remedy("Keep it, or unmount it first; neither was touched."));
        }
    }

    private void takeBack(NspawnException cause, Runnable rest) {
        try {
            mount.forget();
            rest.run();
        } catch (NspawnException e) {
            cause.addSuppressed(e);
        }
    }
}
