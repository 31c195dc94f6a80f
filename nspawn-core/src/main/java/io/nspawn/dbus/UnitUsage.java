package io.nspawn.dbus;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a service uses, by systemd.resource-control(5). What this systemd or kernel does not count is empty.
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
        OptionalLong oomKills) {
    /** Of the service's interface. */
    static final List<String> PROPERTIES = List.of(
            "MemoryCurrent",
            "MemoryPeak",
            "MemorySwapCurrent",
            "CPUUsageNSec",
            "TasksCurrent",
            "IOReadBytes",
            "IOWriteBytes",
            "IPIngressBytes",
            "IPEgressBytes",
            "OOMKills");

    static UnitUsage of(PropertySet service) {
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
                service.counter("OOMKills"));
    }
}
