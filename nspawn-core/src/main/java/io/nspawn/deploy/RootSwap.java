package io.nspawn.deploy;

import io.nspawn.config.KeptFiles;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Size;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.MachineControl;
import io.nspawn.spi.MachineControl.UnitState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Puts another root in the place of a container's own, and back. The names in the pool say how far it is:
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>{@code NAME}</th><th>{@code .#nspawn-NAME@@old}</th><th>what holds</th></tr>
 * <tr><td>old root</td><td></td><td>nothing happened yet, or all was taken back; the old files</td></tr>
 * <tr><td></td><td>old root</td><td>nothing can be started; old files or new ones</td></tr>
 * <tr><td>new root</td><td>old root</td><td>the new files</td></tr>
 * </table>
 *
 * <p>So no root is ever there that a start would find with the files of the other.
 */
final class RootSwap {
    private final HostPorts host;
    private final ImageStore images;
    private final MachineControl machines;
    private final ContainerHostFiles files;
    private final SnapshotActions snapshots;
    private final Duration jobDeadline;

    RootSwap(HostPorts host, SnapshotActions snapshots, Duration jobDeadline) {
        this.host = host;
        this.images = host.images();
        this.machines = host.machines();
        this.files = new ContainerHostFiles(host);
        this.snapshots = snapshots;
        this.jobDeadline = jobDeadline;
    }

    /** The name of the old root until the new one has proven itself. A snapshot's has one {@code @} only. */
    private static String aside(MachineName machine) {
        return Step.staging(machine) + "@@old";
    }

    /** Gives a container that is down the root that stands staged for it, and files to go with it. */
    void forward(MachineName machine, KeptFiles after) {
        carryLimit(machine);
        images.sync();
        images.rename(machine.value(), aside(machine));
        images.sync();
        files.put(after);
        images.rename(Step.staging(machine), machine.value());
        images.sync();
    }

    /** From here on the new root is the container's; the old one goes. */
    void commit(Replacement replacement) {
        replacement.end(host);
        images.remove(List.of(aside(replacement.machine())));
        images.sync();
    }

    /** Takes a replacement back, however far it is; killed in the middle, it can be run again. */
    void back(Replacement replacement) {
        MachineName machine = replacement.machine();
        if (images.find(aside(machine)).isPresent()) {
            machines.terminate(machine, jobDeadline);
            machines.resetFailed(List.of(machine));
            if (images.find(machine.value()).isPresent()) {
                images.rename(machine.value(), Step.staging(machine));
                images.sync();
            }
            files.put(replacement.before());
            images.rename(aside(machine), machine.value());
            images.sync();
        } else if (replacement.stopping()) {
            // It may be up still and about to end: nobody waits for it any more.
            stop(machine);
        }
        replacement.keep().ifPresent(name -> snapshots.remove(machine, name));
        images.remove(List.of(Step.staging(machine)));
        if (replacement.ran()) {
            start(machine, jobDeadline);
        }
        replacement.end(host);
    }

    /** Finishes a replacement that a process left which died, if the new root is there and comes up; else takes it back. */
    void settle(Replacement replacement) {
        MachineName machine = replacement.machine();
        boolean swapped = images.find(aside(machine)).isPresent()
                && images.find(machine.value()).isPresent();
        if (swapped && comesUp(replacement)) {
            commit(replacement);
        } else {
            back(replacement);
        }
    }

    private boolean comesUp(Replacement replacement) {
        if (!replacement.starts()) {
            return true;
        }
        try {
            start(replacement.machine(), jobDeadline);
            return true;
        } catch (NspawnException e) {
            return false;
        }
    }

    /** Stops it, gently, and waits until nothing of it is held. */
    void stop(MachineName machine) {
        machines.stop(machine, jobDeadline);
        machines.resetFailed(List.of(machine));
    }

    /** Starts it and waits until its init is up; one that is up is left alone. */
    void start(MachineName machine, Duration patience) {
        if (!unit(machine).isActive()) {
            machines.awaitAny(Set.of(machines.start(machine)), patience).requireSuccess();
        }
    }

    boolean runs(MachineName machine) {
        return unit(machine).isUpOrComing();
    }

    private UnitState unit(MachineName machine) {
        return Objects.requireNonNull(machines.units(List.of(machine)).get(machine));
    }

    /** A limit is a subvolume's, not a name's. A new root that was given one of its own keeps it. */
    private void carryLimit(MachineName machine) {
        Optional<Size> limit = images.backing().limit(machine.value());
        String staged = Step.staging(machine);
        if (limit.isPresent() && images.backing().limit(staged).isEmpty()) {
            images.backing().limit(staged, limit);
        }
    }
}
