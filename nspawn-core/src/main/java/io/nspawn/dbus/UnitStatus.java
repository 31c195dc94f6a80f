package io.nspawn.dbus;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A unit's properties at one moment (org.freedesktop.systemd1(5)). What the unit's type or this systemd does not have
 * is empty.
 *
 * @param name the unit
 * @param loadState {@code loaded}, {@code not-found}, {@code masked}, {@code error}, …
 * @param activeState {@code active}, {@code inactive}, {@code activating}, {@code deactivating}, {@code failed}, …
 * @param subState the unit type's own state: {@code running}, {@code dead}, …
 * @param unitFileState {@code enabled}, {@code disabled}, {@code static}, …
 * @param job the number of the job that is queued for it
 * @param invocationId 32 hexadecimal digits: the run that the journal's entries belong to
 * @param activeEnter when it last became active
 * @param inactiveEnter when it last became inactive
 * @param needsReload whether its files changed since the last reload
 * @param result how the last run went: {@code success}, {@code exit-code}, {@code signal}, {@code timeout}, …
 * @param statusText what the service says of itself
 * @param mainPid its main process
 * @param execMainCode how the main process ended: the {@code si_code} of waitid(2)
 * @param execMainStatus the main process's exit status, or the signal's number
 * @param restarts how often it was restarted by itself
 * @param controlGroup its cgroup, below /sys/fs/cgroup
 * @param memoryCurrent bytes
 * @param memoryPeak bytes; systemd 255 or later
 * @param tasksCurrent processes and threads
 * @param cpuUsageNanos nanoseconds of CPU time
 */
public record UnitStatus(
        String name,
        String loadState,
        String activeState,
        String subState,
        String unitFileState,
        OptionalLong job,
        Optional<String> invocationId,
        Optional<Instant> activeEnter,
        Optional<Instant> inactiveEnter,
        boolean needsReload,
        String result,
        String statusText,
        OptionalLong mainPid,
        OptionalInt execMainCode,
        OptionalInt execMainStatus,
        OptionalInt restarts,
        String controlGroup,
        OptionalLong memoryCurrent,
        OptionalLong memoryPeak,
        OptionalLong tasksCurrent,
        OptionalLong cpuUsageNanos) {

    static UnitStatus of(String name, Map<String, Object> unitValues, Map<String, Object> typeValues) {
        PropertySet unit = new PropertySet(unitValues);
        PropertySet type = new PropertySet(typeValues);
        return new UnitStatus(
                name,
                unit.text("LoadState"),
                unit.text("ActiveState"),
                unit.text("SubState"),
                unit.text("UnitFileState"),
                job(unit),
                invocation(unit),
                unit.time("ActiveEnterTimestamp"),
                unit.time("InactiveEnterTimestamp"),
                unit.flag("NeedDaemonReload"),
                type.text("Result"),
                type.text("StatusText"),
                type.positive("MainPID"),
                type.number("ExecMainCode"),
                type.number("ExecMainStatus"),
                type.number("NRestarts"),
                type.text("ControlGroup"),
                type.counter("MemoryCurrent"),
                type.counter("MemoryPeak"),
                type.counter("TasksCurrent"),
                type.counter("CPUUsageNSec"));
    }

    private static OptionalLong job(PropertySet unit) {
        return unit.list("Job").stream()
                .limit(1)
                .filter(Number.class::isInstance)
                .mapToLong(number -> ((Number) number).longValue())
                .filter(number -> number != 0)
                .findFirst();
    }

    private static Optional<String> invocation(PropertySet unit) {
        byte[] id = unit.bytes("InvocationID");
        return id.length == 0 ? Optional.empty() : Optional.of(HexFormat.of().formatHex(id));
    }
}
