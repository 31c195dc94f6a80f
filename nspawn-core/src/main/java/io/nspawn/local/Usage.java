package io.nspawn.local;

import io.nspawn.dbus.UnitLimits;
import io.nspawn.dbus.UnitUsage;
import io.nspawn.dbus.Variant;
import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.Limits;
import io.nspawn.model.Size;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Between what PID 1 counts and limits and what this library calls it (systemd.resource-control(5)). */
final class Usage {
    /** A percent of one CPU, in microseconds a second. */
    private static final long PERCENT = 10_000;

    private Usage() {}

    static ContainerMetrics metrics(UnitUsage unit) {
        Optional<Duration> cpu = unit.cpuUsageNanos().isPresent()
                ? Optional.of(Duration.ofNanos(unit.cpuUsageNanos().getAsLong()))
                : Optional.empty();
        return new ContainerMetrics(
                unit.memoryCurrent(),
                unit.memoryPeak(),
                unit.memorySwapCurrent(),
                cpu,
                unit.tasksCurrent(),
                unit.ioReadBytes(),
                unit.ioWriteBytes(),
                unit.ipIngressBytes(),
                unit.ipEgressBytes(),
                unit.oomKills());
    }

    static Limits limits(UnitLimits unit) {
        Optional<Size> memory = unit.memoryMax().isPresent()
                ? Optional.of(Size.ofBytes(unit.memoryMax().getAsLong()))
                : Optional.empty();
        OptionalInt cpu = unit.cpuQuotaPerSecond().isPresent()
                ? OptionalInt.of((int) Math.max(1, unit.cpuQuotaPerSecond().getAsLong() / PERCENT))
                : OptionalInt.empty();
        return new Limits(memory, unit.tasksMax(), cpu);
    }

    static Map<String, Variant> properties(Limits limits) {
        Map<String, Variant> properties = new LinkedHashMap<>();
        limits.memory().ifPresent(size -> properties.put("MemoryMax", new Variant("t", size.bytes())));
        limits.tasks().ifPresent(count -> properties.put("TasksMax", new Variant("t", count)));
        limits.cpuPercent()
                .ifPresent(percent -> properties.put("CPUQuotaPerSecUSec", new Variant("t", percent * PERCENT)));
        return properties;
    }
}
