package io.nspawn.dbus;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The few properties of a service that tell whether it runs and what it uses. What is not known is empty; a service that
 * does not run has no figures.
 *
 * @param activeState {@code active}, {@code inactive}, {@code activating}, {@code deactivating}, {@code failed}, …
 * @param unitFileState {@code enabled}, {@code disabled}, {@code static}, …
 * @param needsReload whether its files changed since the last reload
 * @param invocation the id of its latest run, 32 hexadecimal digits; empty if it does not run
 * @param activeEnter when it last became active
 * @param memoryCurrent bytes
 * @param tasksCurrent processes and threads
 * @param cpuUsageNanos nanoseconds of CPU time
 */
public record UnitSummary(
        String activeState,
        String unitFileState,
        boolean needsReload,
        Optional<String> invocation,
        Optional<Instant> activeEnter,
        OptionalLong memoryCurrent,
        OptionalLong tasksCurrent,
        OptionalLong cpuUsageNanos) {

    /** Of the unit's interface. */
    static final List<String> UNIT_PROPERTIES =
            List.of("ActiveState", "UnitFileState", "NeedDaemonReload", "ActiveEnterTimestamp", "InvocationID");

    /** Of the service's interface. */
    static final List<String> SERVICE_PROPERTIES = List.of("MemoryCurrent", "TasksCurrent", "CPUUsageNSec");

    static UnitSummary of(PropertySet properties) {
        String state = properties.text("ActiveState");
        boolean down = state.equals("inactive") || state.equals("failed");
        // PID 1 keeps the figures of a run that has ended.
        PropertySet run = down ? new PropertySet(Map.of()) : properties;
        byte[] invocation = run.bytes("InvocationID");
        return new UnitSummary(
                state,
                properties.text("UnitFileState"),
                properties.flag("NeedDaemonReload"),
                invocation.length == 0
                        ? Optional.empty()
                        : Optional.of(HexFormat.of().formatHex(invocation)),
                properties.time("ActiveEnterTimestamp"),
                run.counter("MemoryCurrent"),
                run.counter("TasksCurrent"),
                run.counter("CPUUsageNSec"));
    }
}
