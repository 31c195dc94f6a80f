package io.nspawn.deploy;

import io.nspawn.spi.HostPorts;
import java.time.Duration;

/**
 * Puts right what a process left which died while it replaced a container's root or took a snapshot. Run by whoever holds
 * the lock of deploys, before anything else.
 */
final class Recovery {
    private final HostPorts host;
    private final SnapshotActions snapshots;
    private final RootSwap swap;

    Recovery(HostPorts host, Duration jobDeadline) {
        this.host = host;
        this.snapshots = new SnapshotActions(host);
        this.swap = new RootSwap(host, snapshots, jobDeadline);
    }

    void run() {
        settle();
        snapshots.sweepRoots(host.images().list());
    }

    /** Likewise, for whoever sweeps unfinished roots anyway. */
    void settle() {
        Replacement.left(host).forEach(swap::settle);
        snapshots.sweepFiles();
    }
}
