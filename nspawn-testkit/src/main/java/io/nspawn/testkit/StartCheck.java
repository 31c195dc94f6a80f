package io.nspawn.testkit;

import io.nspawn.model.MachineName;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.testkit.ContainerSettings.Macvlan;
import java.util.List;
import java.util.Optional;

/** The reasons for which nspawn, or the init in it, gives up at start, in its words. */
final class StartCheck {
    /** What a first boot was seen to write, with the journal in memory. */
    static final long FIRST_BOOT_BYTES = 2L << 20;

    private final FakePool pool;
    private final FakeFiles files;
    private final FakeNetwork network;
    private final FakeMachines machines;

    StartCheck(FakePool pool, FakeFiles files, FakeNetwork network, FakeMachines machines) {
        this.pool = pool;
        this.files = files;
        this.network = network;
        this.machines = machines;
    }

    /** How a start ends badly. */
    record Refusal(int exitStatus, List<String> lastWords) {
        static Optional<Refusal> of(int exitStatus, String... lastWords) {
            return Optional.of(new Refusal(exitStatus, List.of(lastWords)));
        }
    }

    /** Looks at what nspawn needs before it runs anything inside. */
    Optional<Refusal> check(MachineName machine, ContainerSettings settings) {
        Optional<FakeRoot> root = pool.find(machine.value());
        if (root.isEmpty()) {
            return Refusal.of(1, "No image for machine '" + machine + "'.");
        }
        Optional<Refusal> tree = operatingSystem(machine, settings, root.get());
        if (tree.isPresent()) {
            return tree;
        }
        for (String source : settings.bindSources()) {
            if (files.tree().find(source).isEmpty()) {
                return Refusal.of(1, "Failed to stat " + source + ": No such file or directory");
            }
        }
        for (Macvlan macvlan : settings.macvlans()) {
            Optional<Refusal> refusal = lower(macvlan);
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return settings.boots() ? boot(root.get()) : Optional.empty();
    }

    private static Optional<Refusal> operatingSystem(MachineName machine, ContainerSettings settings, FakeRoot root) {
        String directory = "Directory /var/lib/machines/" + machine;
        if (settings.boots() && root.tree().find("etc/os-release").isEmpty()) {
            return Refusal.of(
                    1, directory + " doesn't look like an OS root directory (os-release file is missing). Refusing.");
        }
        if (root.tree().find("usr").isEmpty()) {
            return Refusal.of(
                    1, directory + " doesn't look like it has an OS tree (/usr/ directory is missing). Refusing.");
        }
        return Optional.empty();
    }

    private Optional<Refusal> lower(Macvlan macvlan) {
        Optional<HostLink> lower = network.find(macvlan.lower());
        if (lower.isEmpty()) {
            return Refusal.of(1, "Failed to resolve interface '" + macvlan.lower() + "': No such device");
        }
        if (lower.get().loopback()) {
            return Refusal.of(1, "Failed to add new macvlan interfaces: Invalid argument");
        }
        if (lower.get().master().isPresent()) {
            return Refusal.of(1, "Failed to add new macvlan interfaces: Device or resource busy");
        }
        return Optional.empty();
    }

    private Optional<Refusal> boot(FakeRoot root) {
        if (root.tree().find("sbin/init").isEmpty()
                && root.tree().find("usr/lib/systemd/systemd").isEmpty()) {
            return Refusal.of(
                    1,
                    "execv(/usr/lib/systemd/systemd, /lib/systemd/systemd, /sbin/init) failed: No such file or directory");
        }
        long used = KernelSettings.inotifyInUse(machines.booted() + 1);
        if (used > files.kernelSetting(KernelSettings.INOTIFY_INSTANCES)) {
            return Refusal.of(
                    255,
                    "Failed to create inotify object: Too many open files",
                    "Failed to allocate manager object: Too many open files",
                    "[!!!!!!] Failed to allocate manager object.",
                    "Exiting PID 1...");
        }
        if (!root.hasBooted() && !pool.hasRoomFor(FIRST_BOOT_BYTES)) {
            return Refusal.of(255, "Failed to write /run/machine-id: No space left on device", "Exiting PID 1...");
        }
        return Optional.empty();
    }
}
