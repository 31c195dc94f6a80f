package io.nspawn.btrfs;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until the cleaner has been over deleted subvolumes. A commit wakes the cleaner; the tree of a subvolume is
 * cleaned when its root item is gone; a last commit makes the space usable. This takes milliseconds where the
 * kernel's own wait takes a commit interval of 30 seconds. The kernel offers nothing to wait on, so the root items
 * are looked at again in growing intervals.
 */
final class DeletionWait {
    private static final Duration FIRST_INTERVAL = Duration.ofNanos(100_000);
    private static final Duration LONGEST_INTERVAL = Duration.ofMillis(50);

    /** A cleaner that slept through a commit is woken again. */
    private static final Duration BETWEEN_COMMITS = Duration.ofSeconds(1);

    private final Descriptor fd;
    private final Duration patience;

    DeletionWait(Descriptor fd, Duration patience) {
        this.fd = fd;
        this.patience = Patience.of(patience);
    }

    void until(Set<SubvolumeId> ids) {
        long start = System.nanoTime();
        long committed = start;
        commit();
        Duration interval = FIRST_INTERVAL;
        while (ids.stream().anyMatch(id -> SubvolumeTree.isPresent(fd, id))) {
            long now = System.nanoTime();
            if (now - start >= patience.toNanos()) {
                throw new BtrfsException.TimedOut(waiting(ids, "deleted all the same, the cleaner goes on"));
            }
            if (now - committed >= BETWEEN_COMMITS.toNanos()) {
                commit();
                committed = now;
            }
            LockSupport.parkNanos(this, interval.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new BtrfsException.Interrupted(waiting(ids, ""));
            }
            Duration longer = interval.multipliedBy(2);
            interval = longer.compareTo(LONGEST_INTERVAL) < 0 ? longer : LONGEST_INTERVAL;
        }
        commit();
    }

    private void commit() {
        fd.ioctl(Ioctl.SYNC, fd.path(), buffer -> {});
    }

    private Failure waiting(Set<SubvolumeId> ids, String remedy) {
        return Failure.of("wait for the cleaner", "subvolumes " + ids + " on " + fd.path(), remedy)
                .withOutcome(Outcome.APPLIED);
    }
}
