package io.nspawn.dbus;

import java.util.Map;
import java.util.OptionalLong;

/**
 * What a service uses and may use, by systemd.resource-control(5). What this systemd or kernel does not count, and what
 * has no limit, is empty.
 *
 * @param memoryCurrent bytes
 * @param memoryPeak bytes; systemd 255 or later
 * @param memorySwapCurrent bytes; systemd 255 or later
 * @param cpuUsageNanos nanoseconds
 * @param tasksCurrent processes and threads
 * @param ioReadBytes bytes
 * @param ioWriteBytes bytes
 * @param ipIngressBytes bytes
 * @param ipEgressBytes bytes
 * @param oomKills processes; systemd 258 or later
 * @param memoryMax bytes
 * @param tasksMax processes and threads
 * @param cpuQuotaPerSecond microseconds of CPU time per second
 */
public record UnitUsage(
        OptionalLong memoryCurrent,
        OptionalLong memoryPeak,
        OptionalLong memorySwapCurrent,
        OptionalLong cpuUsageNanos,
        OptionalLong tasksCurrent,
        OptionalLong ioReadBytes,
        OptionalLong ioWriteBytes,
        OptionalLong ipIngressBytes,
        OptionalLong ipEgressBytes,
        OptionalLong oomKills,
        OptionalLong memoryMax,
        OptionalLong tasksMax,
        OptionalLong cpuQuotaPerSecond) {

    static UnitUsage of(Map<String, Object> values) {
        PropertySet service = new PropertySet(values);
        return new UnitUsage(
                service.counter("MemoryCurrent"),
                service.counter("MemoryPeak"),
                service.counter("MemorySwapCurrent"),
                service.counter("CPUUsageNSec"),
                service.counter("TasksCurrent"),
                service.counter("IOReadBytes"),
                service.counter("IOWriteBytes"),
                service.counter("IPIngressBytes"),
                service.counter("IPEgressBytes"),
                service.counter("OOMKills"),
                service.counter("MemoryMax"),
                service.counter("TasksMax"),
                service.counter("CPUQuotaPerSecUSec"));
    }
}
