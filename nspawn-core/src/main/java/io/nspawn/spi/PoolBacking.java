package io.nspawn.spi;

import io.nspawn.model.PoolCompression;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolUsage;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What an {@link ImageStore} stands on: how it is made, grown and measured. Whoever calls has looked at {@link #state()}
 * and holds the pool's lock; each call can be repeated after it was killed at any instruction.
 */
public interface PoolBacking {
    PoolState state();

    /**
     * Makes a btrfs in a sparse file and mounts it, now and at each boot; goes on where a call that was killed left off.
     *
     * @param size no more than {@link io.nspawn.model.PoolState.Empty#room}; a file that is there keeps its own
     * @throws io.nspawn.model.AlreadyExistsException if a file or a unit that is not the pool's stands in the way
     * @throws io.nspawn.model.JobFailedException if it cannot be mounted; nothing of it is left
     */
    void makeLoopback(Size size, PoolCompression compression);

    /**
     * Mounts a device's btrfs, now and at each boot; makes one if the device is proven to be empty.
     *
     * @throws io.nspawn.model.NotFoundException if there is no such block device
     * @throws io.nspawn.model.BusyException if it is mounted or otherwise in use
     * @throws io.nspawn.model.AlreadyExistsException if something else than a btrfs is on it
     */
    void useDevice(Path device, PoolCompression compression);

    /** Makes a pool of {@link #makeLoopback} or {@link #useDevice} be mounted at each boot, if it is not yet. */
    void persist(PoolState.Ready pool, PoolCompression compression);

    /**
     * Grows the pool's file and btrfs, or its btrfs on a device, while it is in use.
     *
     * @param size empty for all of a device
     * @throws io.nspawn.model.NoSpaceException if the device is smaller
     */
    void grow(PoolState.Ready pool, Optional<Size> size);

    /** What new metadata of the pool can take, an estimate: the free part of what it has, and what nobody has yet. */
    Size freeMetadata();

    QuotaMode quotaMode();

    /**
     * Switches between no quota and simple quotas.
     *
     * @throws io.nspawn.model.UnsupportedException before Linux 6.7
     * @throws io.nspawn.model.BusyException if full quotas are enabled
     */
    void enableSimpleQuotas();

    /** Disables quotas of whatever mode; all limits are forgotten. */
    void disableQuotas();

    /**
     * Limits what a root may have, or takes its limit away.
     *
     * @throws io.nspawn.model.NotFoundException if there is no such root
     * @throws io.nspawn.model.UnsupportedException if quotas are not enabled
     */
    void limit(String root, Optional<Size> size);

    /** The limit of a root; empty if it has none. */
    Optional<Size> limit(String root);

    /** What roots take; one that is not there is left out. All are measured in one pass over the filesystem. */
    List<PoolUsage> usage(Collection<String> roots);
}
