package io.nspawn.deploy;

import io.nspawn.deploy.Step.RemoveSnapshot;
import io.nspawn.spi.HostPorts;
import java.util.List;

/** The phase that deletes the snapshots of containers that are removed. */
final class SnapshotRemoval {
    private final SnapshotActions snapshots;

    SnapshotRemoval(HostPorts host) {
        this.snapshots = new SnapshotActions(host);
    }

    void run(List<Step> steps, Ledger ledger, Tally tally) {
        for (Step step : steps) {
            RemoveSnapshot removal = (RemoveSnapshot) step;
            snapshots.remove(removal.name(), removal.snapshot());
            tally.done(step);
        }
    }
}
