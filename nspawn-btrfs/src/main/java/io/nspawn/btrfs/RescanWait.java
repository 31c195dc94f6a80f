package io.nspawn.btrfs;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Waits for a rescan by asking how far it is. The kernel's own wait (QUOTA_RESCAN_WAIT) says nothing meanwhile and
 * knows no deadline.
 */
final class RescanWait {
    private static final Duration FIRST_INTERVAL = Duration.ofMillis(1);
    private static final Duration LONGEST_INTERVAL = Duration.ofMillis(200);

    private final Quota quota;
    private final Duration patience;
    private final Consumer<QuotaRescan> progress;

    RescanWait(Quota quota, Duration patience, Consumer<QuotaRescan> progress) {
        this.quota = quota;
        this.patience = Patience.of(patience);
        this.progress = progress;
    }

    void untilDone() {
        long start = System.nanoTime();
        Duration interval = FIRST_INTERVAL;
        QuotaRescan now = quota.rescanStatus();
        while (now.running()) {
            progress.accept(now);
            if (System.nanoTime() - start >= patience.toNanos()) {
                throw new BtrfsException.TimedOut(waiting("it goes on all the same"));
            }
            LockSupport.parkNanos(this, interval.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new BtrfsException.Interrupted(waiting("it goes on all the same"));
            }
            Duration longer = interval.multipliedBy(2);
            interval = longer.compareTo(LONGEST_INTERVAL) < 0 ? longer : LONGEST_INTERVAL;
            now = quota.rescanStatus();
        }
        progress.accept(now);
    }

    private Failure waiting(String remedy) {
        return Failure.of("wait for quota rescan", quota.toString(), remedy).withOutcome(Outcome.APPLIED);
    }
}
