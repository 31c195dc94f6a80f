package io.nspawn.config;

import io.nspawn.model.Bind;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.Size;
import java.nio.file.Path;

/**
 * The drop-in of one container's unit: accounting, limits, devices and what must be there before it starts
 * (systemd.unit(5), systemd.resource-control(5)). The vendor's template stays as it is.
 */
public final class UnitDropIn {
    private static final Path SYSTEM_UNITS = Path.of("/etc/systemd/system");
    private static final String FILE = "50-nspawn.conf";

    private UnitDropIn() {}

    /** Where the drop-in of a machine stands. */
    public static Path path(MachineName machine) {
        return directory(machine).resolve(FILE);
    }

    /** The directory of all drop-ins of a machine's unit. */
    public static Path directory(MachineName machine) {
        return SYSTEM_UNITS.resolve(machine.unit() + ".d");
    }

    /**
     * The drop-in for a container.
     *
     * @param spec the container
     * @param deviceUnits whether udev runs, so that network devices have units to wait for; without it such a unit never
     *     appears and the start would hang
     */
    public static SystemdFile of(ContainerSpec spec, boolean deviceUnits) {
        SystemdFile.Builder file = SystemdFile.builder().section("Unit");
        if (deviceUnits) {
            spec.nics().stream().map(n -> n.lower()).distinct().forEach(lower -> {
                String device = UnitNames.networkDevice(lower);
                file.set("Wants", device).set("After", device);
            });
        }
        for (Bind bind : spec.binds()) {
            file.set("RequiresMountsFor", Quoting.unitWord(bind.source().toString()));
        }
        file.section("Service");
        file.set("CPUAccounting", true).set("MemoryAccounting", true).set("TasksAccounting", true);
        limits(file, spec.limits());
        spec.devices().forEach(device -> file.set("DeviceAllow", Quoting.unitWord(device.toString()) + " rwm"));
        return file.build();
    }

    private static void limits(SystemdFile.Builder file, Limits limits) {
        limits.memory().map(Size::exact).ifPresent(bytes -> file.set("MemoryMax", bytes));
        limits.tasks().ifPresent(tasks -> file.set("TasksMax", Long.toString(tasks)));
        limits.cpuPercent().ifPresent(percent -> file.set("CPUQuota", percent + "%"));
    }
}
