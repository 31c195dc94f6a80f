package io.nspawn.config;

import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.SystemdVersion;
import java.nio.file.Path;

/**
 * The drop-in of one container's unit: accounting, limits, devices and what must be there before it starts
 * (systemd.unit(5), systemd.resource-control(5)). The vendor's template stays as it is.
 */
public final class UnitDropIn {
    /** {@code TasksMax=} of the vendor's template, from systemd 252 to 262. */
    public static final long TEMPLATE_TASKS = 16384;

    /** Read before {@code 50-TasksMax.conf} and the like, in which systemd keeps what is set while a container runs. */
    private static final String FILE = "20-nspawn.conf";

    private static final Path RUNTIME = Path.of("/run/systemd/system.control");

    private UnitDropIn() {}

    /** Where systemd keeps what was set for a container while it ran, until the next boot. */
    public static Path runtimeDirectory(MachineName machine) {
        return RUNTIME.resolve(machine.unit() + ".d");
    }

    /** Where it keeps one property of that, {@code TasksMax} say. */
    public static Path runtimeFile(MachineName machine, String property) {
        return runtimeDirectory(machine).resolve("50-" + property + ".conf");
    }

    /** Where the drop-in of a machine stands. */
    public static Path path(MachineName machine) {
        return DropIn.path(UnitName.of(machine), FILE);
    }

    /** The directory of all drop-ins of a machine's unit. */
    public static Path directory(MachineName machine) {
        return DropIn.directory(UnitName.of(machine));
    }

    /**
     * The drop-in for a container.
     *
     * @param spec the container
     * @param deviceUnits whether udev runs, so that network devices have units to wait for; without it such a unit never
     *     appears and the start would hang
     * @param version the systemd that reads it
     */
    public static SystemdFile of(ContainerSpec spec, boolean deviceUnits, SystemdVersion version) {
        DropIn.Builder dropIn = DropIn.builder();
        if (deviceUnits) {
            spec.nics().stream().map(n -> n.lower()).distinct().forEach(lower -> {
                UnitName device = UnitName.of(UnitNames.networkDevice(lower));
                dropIn.wants(device).after(device);
            });
        }
        for (MachineName other : spec.afterMachines()) {
            UnitName unit = UnitName.of(other);
            dropIn.wants(unit).after(unit);
        }
        spec.binds().forEach(bind -> dropIn.requiresMountsFor(bind.source()));
        dropIn.accounting(version);
        limits(dropIn, spec.limits());
        spec.devices().forEach(device -> dropIn.deviceAllow(device.normalize(), "rwm"));
        return dropIn.build().contentFor(version);
    }

    private static void limits(DropIn.Builder dropIn, Limits limits) {
        limits.memory().ifPresent(dropIn::memoryMax);
        // Said in any case: it comes after the file in /run that a change while the unit ran has left behind.
        dropIn.tasksMax(limits.tasks().orElse(TEMPLATE_TASKS));
        limits.cpuPercent().ifPresent(dropIn::cpuQuota);
    }
}
