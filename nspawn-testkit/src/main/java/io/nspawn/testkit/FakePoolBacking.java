package io.nspawn.testkit;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.model.PoolCompression;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.PoolUsage;
import io.nspawn.model.PoolUsage.Share;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.PoolBacking;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The ground under the fake's pool: a loopback file, or a device that takes any size. */
final class FakePoolBacking implements PoolBacking {
    private final FakePool pool;
    private final Faults faults;

    FakePoolBacking(FakePool pool, Faults faults) {
        this.pool = pool;
        this.faults = faults;
    }

    @Override
    public PoolState state() {
        return pool.state();
    }

    @Override
    public void makeLoopback(Size size, PoolCompression compression) {
        faults.around(Operation.MAKE_POOL, size, () -> pool.make(FakePool.LOOP_FILE, size.bytes()));
    }

    @Override
    public void useDevice(Path device, PoolCompression compression) {
        Backing wanted = new Backing.BlockDevice(device);
        if (pool.state() instanceof PoolState.Ready ready) {
            if (!ready.backing().equals(wanted)) {
                throw new AlreadyExistsException(Failure.of(
                        "make a pool on", device.toString(), "the pool is there already, on " + ready.backing()));
            }
            return;
        }
        faults.around(Operation.MAKE_POOL, device, () -> pool.make(wanted, pool.size()));
    }

    /** There is no boot that could forget the mount. */
    @Override
    public void persist(PoolState.Ready ready, PoolCompression compression) {}

    @Override
    public void grow(PoolState.Ready ready, Optional<Size> size) {
        long bytes = size.map(Size::bytes).orElse(pool.size());
        faults.around(Operation.GROW_POOL, Size.ofBytes(bytes), () -> pool.resize(bytes));
    }

    /** Nothing is set apart for metadata here. */
    @Override
    public Size freeMetadata() {
        return Size.ofBytes(pool.free());
    }

    @Override
    public QuotaMode quotaMode() {
        return pool.quotas().isPresent() ? QuotaMode.SIMPLE : QuotaMode.NONE;
    }

    @Override
    public void enableSimpleQuotas() {
        pool.enableQuotas();
    }

    @Override
    public void disableQuotas() {
        pool.disableQuotas();
    }

    @Override
    public void limit(String root, Optional<Size> size) {
        pool.get("limit", root);
        if (pool.quotas().isEmpty()) {
            throw new UnsupportedException(Failure.of("limit", root, "quotas are not enabled in the pool")
                    .remedy("Enable them with pool().enableSimpleQuotas()."));
        }
        faults.around(Operation.LIMIT_ROOT, root, () -> pool.limit(root, size));
    }

    @Override
    public Optional<Size> limit(String root) {
        pool.get("read the limit of", root);
        return pool.limit(root);
    }

    /** What a clone shares with its image is not kept one by one here: it is nothing. */
    @Override
    public List<PoolUsage> usage(Collection<String> roots) {
        return roots.stream()
                .filter(root -> pool.find(root).isPresent())
                .map(root -> {
                    long own = pool.get("measure", root).ownBytes();
                    return new PoolUsage(root, new Share(own, own), new Share(own, own));
                })
                .toList();
    }
}
