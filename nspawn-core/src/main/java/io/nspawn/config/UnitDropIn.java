package io.nspawn.config;

import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import java.nio.file.Path;

/**
 * The drop-in of one container's unit: accounting, limits, devices and what must be there before it starts
 * (systemd.unit(5), systemd.resource-control(5)). The vendor's template stays as it is.
 */
public final class UnitDropIn {
    /** Read before {@code 50-TasksMax.conf} and the like, in which systemd keeps what is set while a container runs. */
    private static final String FILE = "20-nspawn.conf";

    private static final Path RUNTIME = Path.of("/run/systemd/system.control");

    private UnitDropIn() {}

    /** Where systemd keeps what was set for a container while it ran, until the next boot. */
    public static Path runtimeDirectory(MachineName machine) {
        return RUNTIME.resolve(machine.unit() + ".d");
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
     */
    public static SystemdFile of(ContainerSpec spec, boolean deviceUnits) {
        DropIn.Builder dropIn = DropIn.builder();
        if (deviceUnits) {
            spec.nics().stream().map(n -> n.lower()).distinct().forEach(lower -> {
                UnitName device = UnitName.of(UnitNames.networkDevice(lower));
                dropIn.wants(device).after(device);
            });
        }
        spec.binds().forEach(bind -> dropIn.requiresMountsFor(bind.source()));
        dropIn.accounting();
        limits(dropIn, spec.limits());
        spec.devices().forEach(device -> dropIn.deviceAllow(device.normalize(), "rwm"));
        return dropIn.build().content();
    }

    private static void limits(DropIn.Builder dropIn, Limits limits) {
        limits.memory().ifPresent(dropIn::memoryMax);
        limits.tasks().ifPresent(dropIn::tasksMax);
        limits.cpuPercent().ifPresent(dropIn::cpuQuota);
    }
}
