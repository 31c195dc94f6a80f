package io.nspawn.local;

import io.nspawn.model.NspawnException;
import io.nspawn.model.QuotaMode;
import io.nspawn.spi.PoolBacking;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the pool's quotas off again where importd has put them on. It does so at every download and import, without being
 * asked, unless its own environment says SYSTEMD_IMPORT_BTRFS_QUOTA=0; and full quotas make each later clone and removal
 * slower. What was on before stays on, and so do simple quotas, which importd never enables.
 */
final class QuotaGuard {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");

    private final PoolBacking pool;
    /** Guarded by this, as is what follows. */
    private int holds;

    private boolean wereOff;

    QuotaGuard(PoolBacking pool) {
        this.pool = pool;
    }

    /** Guards until the returned is run, which counts once; several at a time are guarded as one. */
    Runnable hold() {
        take();
        AtomicBoolean held = new AtomicBoolean(true);
        return () -> {
            if (held.compareAndSet(true, false)) {
                release();
            }
        };
    }

    private synchronized void take() {
        if (holds == 0) {
            wereOff = isMode(QuotaMode.NONE);
        }
        holds++;
    }

    private synchronized void release() {
        holds--;
        if (holds > 0 || !wereOff || !isMode(QuotaMode.FULL)) {
            return;
        }
        try {
            pool.disableQuotas();
            LOG.info("the pool's quotas are off again, which systemd-importd had turned on");
        } catch (NspawnException e) {
            LOG.warn("the pool's quotas stay on, which systemd-importd has turned on: {}", e.getMessage());
        }
    }

    /** A pool that cannot be asked, because it is not on btrfs, has no quotas to be guarded. */
    private boolean isMode(QuotaMode mode) {
        try {
            return pool.quotaMode() == mode;
        } catch (NspawnException e) {
            LOG.debug("the pool has no quotas: {}", e.getMessage());
            return false;
        }
    }
}
