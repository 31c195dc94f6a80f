package io.nspawn.dbus;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a service may use, by systemd.resource-control(5); what has no limit is empty.
 *
 * @param memoryMax bytes
 * @param tasksMax processes and threads
 * @param cpuQuotaPerSecond microseconds of CPU time per second
 */
public record UnitLimits(OptionalLong memoryMax, OptionalLong tasksMax, OptionalLong cpuQuotaPerSecond) {
    /** Of the service's interface. */
    static final List<String> PROPERTIES = List.of("MemoryMax", "TasksMax", "CPUQuotaPerSecUSec");

    static UnitLimits of(PropertySet service) {
        return new UnitLimits(
                service.counter("MemoryMax"), service.counter("TasksMax"), service.counter("CPUQuotaPerSecUSec"));
    }
}
