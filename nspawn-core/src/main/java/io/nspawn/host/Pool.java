package io.nspawn.host;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.ImageName;
import io.nspawn.model.MachineName;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PoolCompression;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.PoolUsage;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.PoolBacking;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The pool of a host, {@code /var/lib/machines}: what it stands on, how large it is, who takes how much of it.
 *
 * <p>Making one never touches what is there: a pool stays as it is, and only an empty place, a file of our own, or a
 * device that is proven empty gets a new btrfs. Every call that changes something can be killed at any instruction and
 * run again. Needs root.
 */
public final class Pool {
    /** The least that mkfs.btrfs makes on one device with the defaults of its time (5.15 and later). */
    public static final Size MINIMUM = Size.ofBytes(114_294_784);

    /** The kernel resizes to no less (BTRFS_IOC_RESIZE). */
    private static final Size RESIZE_MINIMUM = Size.ofBytes(256L << 20);

    private static final long SECTOR = 4096;
    private static final Path LOCK = Path.of("/run/nspawn/pool.lock");

    private final HostFiles files;
    private final PoolBacking backing;
    private final HostPorts host;
    private final Duration lockDeadline;

    /**
     * The pool of a host.
     *
     * @param lockDeadline how long to wait for another process that makes or grows it
     */
    public Pool(HostPorts host, Duration lockDeadline) {
        this.host = host;
        this.files = host.files();
        this.backing = host.images().backing();
        this.lockDeadline = lockDeadline;
    }

    /** What is at the pool's place now. */
    public PoolState state() {
        return backing.state();
    }

    /** As {@link #ensureLoopback(Size, PoolCompression)}, without compression. */
    public PoolState.Ready ensureLoopback(Size size) {
        return ensureLoopback(size, PoolCompression.NONE);
    }

    /**
     * Makes sure that there is a pool. Where nothing is: a btrfs in the sparse file {@code /var/lib/machines.raw},
     * mounted with {@code noatime} by a unit of its own, now and at each boot, its root closed to all but root (0700). A
     * pool that is there is kept, whatever it stands on; a loopback file smaller than asked is grown, a larger one stays.
     *
     * @param size of the file, which takes disk space only as it fills; {@link #MINIMUM} or more, and 256 MiB
     *     or more to grow one that is there; less than a sector of 4096 bytes at its end is left out
     * @param compression for what is written from the next mount on
     * @return the pool as it is now
     * @throws NoSpaceException if the filesystem below has less room than the size; nothing was changed
     * @throws UnsupportedException if the size is less than btrfs can be made with; nothing was changed
     * @throws AlreadyExistsException if something else is there: entries of a directory, another filesystem's mount, a
     *     file or unit of somebody else; nothing was changed
     * @throws io.nspawn.model.BusyException if another process is at it until the deadline
     * @throws io.nspawn.model.JobFailedException if it cannot be mounted; what was made is gone again
     */
    public PoolState.Ready ensureLoopback(Size size, PoolCompression compression) {
        requireMinimum("make a pool of", size, MINIMUM);
        Size whole = wholeSectors(size);
        try (HostFiles.Lock held = files.lock(LOCK, lockDeadline)) {
            PoolState before = backing.state();
            if (before instanceof PoolState.Empty empty) {
                requireRoom(whole, empty.room(), "the filesystem below " + empty.path());
                backing.makeLoopback(whole, compression);
            } else if (!(before instanceof PoolState.Ready)) {
                throw refusal(before);
            }
            PoolState.Ready pool = requireReady();
            if (!(pool.backing() instanceof Backing.LoopFile)) {
                return pool;
            }
            backing.persist(pool, compression);
            if (pool.size().compareTo(whole) < 0) {
                growTo(pool, Optional.of(whole));
            }
            return requireReady();
        }
    }

    /** As {@link #ensureDevice(Path, PoolCompression)}, without compression. */
    public PoolState.Ready ensureDevice(Path device) {
        return ensureDevice(device, PoolCompression.NONE);
    }

    /**
     * Makes sure that a block device or logical volume is the pool, mounted as {@link #ensureLoopback} says. A btrfs
     * that is on it is adopted as it is. Otherwise a new one is made, and that only on a device proven empty: nobody uses
     * it, {@code blkid} finds no signature on it, and its first and last mebibyte are zeros, for
     * there are formats that no program knows.
     *
     * @param device an absolute path, such as {@code /dev/vg0/machines}
     * @return the pool as it is now
     * @throws AlreadyExistsException if anything but a btrfs is on the device, or the pool stands on something else
     *     already, or its place is not empty; nothing was changed
     * @throws io.nspawn.model.BusyException if the device is mounted or otherwise in use; nothing was changed
     * @throws io.nspawn.model.NotFoundException if it is no block device; nothing was changed
     * @throws UnsupportedException if it is smaller than {@link #MINIMUM}; nothing was changed
     */
    public PoolState.Ready ensureDevice(Path device, PoolCompression compression) {
        if (!device.isAbsolute()) {
            throw new IllegalArgumentException("a device has an absolute path, not " + device);
        }
        try (HostFiles.Lock held = files.lock(LOCK, lockDeadline)) {
            PoolState before = backing.state();
            if (before instanceof PoolState.Empty || before instanceof PoolState.Ready) {
                // On a pool that is there it makes sure that the device is the one it stands on.
                backing.useDevice(device, compression);
                return requireReady();
            }
            throw refusal(before);
        }
    }

    /**
     * Grows the pool while containers run on it: the loopback file with its btrfs, or the btrfs on its device. A pool of
     * that size or more is left alone.
     *
     * @param size the whole pool, 256 MiB or more
     * @throws NoSpaceException if the filesystem below, or the device, has no room for it; nothing was changed
     * @throws UnsupportedException if the pool is a directory of another btrfs, or has several devices
     */
    public PoolState.Ready grow(Size size) {
        try (HostFiles.Lock held = files.lock(LOCK, lockDeadline)) {
            PoolState.Ready pool = requireReady();
            if (pool.size().compareTo(wholeSectors(size)) < 0) {
                growTo(pool, Optional.of(wholeSectors(size)));
            }
            return requireReady();
        }
    }

    /**
     * Lets the pool have all of its device or file, after that was made larger by other means.
     *
     * @throws UnsupportedException if the pool is a directory of another btrfs, or has several devices
     */
    public PoolState.Ready growToBacking() {
        try (HostFiles.Lock held = files.lock(LOCK, lockDeadline)) {
            growTo(requireReady(), Optional.empty());
            return requireReady();
        }
    }

    public QuotaMode quotaMode() {
        requireThere();
        return backing.quotaMode();
    }

    /**
     * Makes limits possible: simple quotas (Linux 6.7), which cost next to nothing. What was written before counts for
     * nobody.
     *
     * @throws UnsupportedException before Linux 6.7, and for plain directories
     * @throws io.nspawn.model.BusyException if full quotas are enabled: {@link #disableQuotas} first
     */
    public void enableSimpleQuotas() {
        requireThere();
        backing.enableSimpleQuotas();
    }

    /** Disables quotas, of whatever mode; all limits of the whole filesystem are forgotten. */
    public void disableQuotas() {
        requireThere();
        backing.disableQuotas();
    }

    /**
     * Limits what a container may write, subvolumes that are made in it from now on included: beyond it, its writes fail
     * with EDQUOT, and nobody else's. What it shares with its image is not counted with simple quotas. Takes effect at
     * once, also for one that runs. A spec has the same as {@code limits(l -> l.disk("20G"))}.
     *
     * @throws io.nspawn.model.NotFoundException if it is not in the pool
     * @throws UnsupportedException if quotas are not enabled
     */
    public void limit(MachineName machine, Size most) {
        requireThere();
        backing.limit(machine.value(), Optional.of(most));
    }

    /** Takes a container's limit away. */
    public void unlimit(MachineName machine) {
        requireThere();
        backing.limit(machine.value(), Optional.empty());
    }

    /** A container's limit; empty if it has none or quotas are not enabled. */
    public Optional<Size> limitOf(MachineName machine) {
        requireThere();
        return backing.limit(machine.value());
    }

    /** What every image and container takes, by name. Makes durable what was written first, so that it is counted. */
    public List<PoolUsage> usage() {
        requireThere();
        List<String> all = host.images().list().stream()
                .filter(root -> !root.isStaging())
                .map(Root::name)
                .sorted()
                .toList();
        return measure(all);
    }

    /**
     * What one image or container takes.
     *
     * @throws io.nspawn.model.NotFoundException if it is not in the pool
     */
    public PoolUsage usage(String name) {
        requireThere();
        return measure(List.of(ImageName.of(name).value())).stream()
                .findFirst()
                .orElseThrow(() -> new NotFoundException(Failure.of("measure", name, "it is not in the pool")));
    }

    private List<PoolUsage> measure(Collection<String> roots) {
        host.images().sync();
        return backing.usage(roots);
    }

    private void growTo(PoolState.Ready pool, Optional<Size> size) {
        size.ifPresent(wanted -> requireMinimum("grow the pool to", wanted, RESIZE_MINIMUM));
        if (pool.backing() instanceof Backing.Directory) {
            throw new UnsupportedException(
                    Failure.of("grow", pool.path().toString(), "it is a directory of a btrfs that is mounted elsewhere")
                            .remedy("Grow that filesystem by its own means."));
        }
        backing.grow(pool, size);
    }

    private void requireThere() {
        if (!(backing.state() instanceof PoolState.Directories)) {
            requireReady();
        }
    }

    private PoolState.Ready requireReady() {
        PoolState state = backing.state();
        if (state instanceof PoolState.Ready ready) {
            return ready;
        }
        if (state instanceof PoolState.Empty empty) {
            throw new HostNotReadyException(
                    "use the pool of",
                    List.of(new Finding(
                            empty.path().toString(),
                            "there is no pool",
                            "Make one with pool().ensureLoopback(size).")));
        }
        throw refusal(state);
    }

    /** A btrfs has whole sectors, so that no more of a file or device can ever be reached. */
    static Size wholeSectors(Size size) {
        return Size.ofBytes(size.bytes() - size.bytes() % SECTOR);
    }

    private static void requireMinimum(String operation, Size size, Size least) {
        if (size.compareTo(least) < 0) {
            throw new UnsupportedException(
                    Failure.of(operation, size.toString(), "btrfs needs " + least.bytes() + " bytes at least")
                            .remedy("Ask for more; a few gigabytes are a sensible start."));
        }
    }

    private static void requireRoom(Size size, Size room, String where) {
        if (size.compareTo(room) > 0) {
            throw new NoSpaceException(Failure.of(
                            "make a pool of", size.toString(), where + " has " + room + " free, and could not keep it")
                    .remedy("Ask for less, or free some space."));
        }
    }

    private static NspawnException refusal(PoolState state) {
        Failure failure = Failure.of("make a pool at", state.path().toString(), obstacle(state));
        return new AlreadyExistsException(failure.remedy(
                state instanceof PoolState.Directories
                        ? "Open it with Host.local() for a pool on btrfs; nothing of it was touched."
                        : "Move it away or unmount it, or open the host for plain directories with"
                                + " Host.local(Timeouts, Storage.PLAIN_DIRECTORIES); nothing of it was touched."));
    }

    private static String obstacle(PoolState state) {
        if (state instanceof PoolState.Directories directories) {
            return "this host was opened for plain directories, on " + directories.type();
        }
        if (state instanceof PoolState.Populated populated) {
            return "it is a directory without btrfs, and has something in it: "
                    + String.join(", ", populated.entries());
        }
        if (state instanceof PoolState.Mounted mounted) {
            return "a filesystem of type " + mounted.type() + " is mounted there, from " + mounted.source();
        }
        if (state instanceof PoolState.Obstructed obstructed) {
            return "it is " + obstructed.what();
        }
        throw new IllegalStateException("no obstacle: " + state);
    }
}
