package io.nspawn.deploy;

import io.nspawn.config.KeptFiles;
import io.nspawn.model.ContainerSnapshot;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.SnapshotName;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostPorts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots of containers, and the way back to them. As a {@link Deployer} it can be killed at any instruction, excludes
 * other deploys, and finishes or takes back what was cut off before.
 */
public final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.deploy");

    private final HostPorts host;
    private final Duration deadline;
    private final SnapshotActions actions;
    private final Replacing replacing;

    /**
     * Makes what takes snapshots.
     *
     * @param deadline how long to wait for a stop or start, or for another deploy to end
     */
    public Snapshots(HostPorts host, Duration deadline) {
        this.host = host;
        this.deadline = deadline;
        this.actions = new SnapshotActions(host);
        this.replacing = new Replacing(host, deadline);
    }

    /** The snapshots of a container, oldest first. */
    public List<ContainerSnapshot> of(MachineName machine) {
        return actions.of(machine);
    }

    /**
     * Takes a snapshot of a container, running or not.
     *
     * @throws NotFoundException if there is no such container
     * @throws io.nspawn.model.InvalidSpecException if it was not made by this library
     * @throws io.nspawn.model.AlreadyExistsException if it has a snapshot of that name
     */
    public void take(MachineName machine, SnapshotName name) {
        try (HostFiles.Lock held = host.files().lock(Deployer.LOCK, deadline)) {
            new Recovery(host, deadline).run();
            Ownership.require(host, "take a snapshot of", machine);
            actions.take(machine, name);
            LOG.info("{}: took the snapshot {}", machine, name);
        }
    }

    /**
     * Makes a container be what it was when a snapshot was taken: root and files. One that runs is stopped, and started
     * again; if it does not come up with the snapshot, it goes back to what it was before this call.
     *
     * @throws NotFoundException if there is no such container or snapshot
     * @throws io.nspawn.model.InvalidSpecException if it was not made by this library, or a file of it was edited by hand
     * @throws DeployException if it failed; the container is what it was before, as far as the exception says
     */
    public void rollBack(MachineName machine, SnapshotName name) {
        try (HostFiles.Lock held = host.files().lock(Deployer.LOCK, deadline)) {
            new Recovery(host, deadline).run();
            Ownership.require(host, "roll back", machine);
            if (!actions.exists(machine, name)) {
                List<SnapshotName> all = actions.of(machine).stream()
                        .map(ContainerSnapshot::name)
                        .toList();
                throw new NotFoundException(Failure.of("roll back", machine.value(), "there is no snapshot " + name)
                        .remedy(all.isEmpty() ? "It has none; take one with snapshot(name)." : "It has " + all + "."));
            }
            KeptFiles files = actions.files(machine, name);
            Ownership.requireUnedited(host, machine, files);
            boolean ran = replacing.runs(machine);
            Replacement replacement =
                    Replacement.of(machine, ran, ran, Optional.empty(), new ContainerHostFiles(host).now(machine));
            replacing.run("roll back", replacement, () -> actions.stage(machine, name), () -> {
                replacing.swap(machine, files);
                if (ran) {
                    replacing.start(machine, deadline);
                }
            });
            LOG.info("{}: rolled back to the snapshot {}", machine, name);
        }
    }

    /** Removes a snapshot; returns whether it was there. */
    public boolean remove(MachineName machine, SnapshotName name) {
        try (HostFiles.Lock held = host.files().lock(Deployer.LOCK, deadline)) {
            new Recovery(host, deadline).run();
            boolean there = actions.exists(machine, name);
            if (there) {
                actions.remove(machine, name);
                LOG.info("{}: removed the snapshot {}", machine, name);
            }
            return there;
        }
    }
}
