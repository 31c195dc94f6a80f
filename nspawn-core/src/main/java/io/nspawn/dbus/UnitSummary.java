package io.nspawn.dbus;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The few properties of a service that tell whether it runs and what it uses: a fraction of the time that all of them
 * take, since PID 1 reads control groups for many of the others. What is not known is empty; a service that does not run
 * has no figures.
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

    private static final String UNIT = "org.freedesktop.systemd1.Unit";
    private static final String SERVICE = "org.freedesktop.systemd1.Service";

    /** Asks one property after the other. */
    interface Asker {
        PropertySet ask(String interfaceName, String... properties);
    }

    static UnitSummary of(Asker asker) {
        PropertySet unit = asker.ask(UNIT, "ActiveState", "UnitFileState", "NeedDaemonReload", "ActiveEnterTimestamp");
        boolean down = unit.text("ActiveState").equals("inactive")
                || unit.text("ActiveState").equals("failed");
        PropertySet run = down ? asker.ask(UNIT) : asker.ask(UNIT, "InvocationID");
        byte[] invocation = run.bytes("InvocationID");
        PropertySet service =
                down ? asker.ask(SERVICE) : asker.ask(SERVICE, "MemoryCurrent", "TasksCurrent", "CPUUsageNSec");
        return new UnitSummary(
                unit.text("ActiveState"),
                unit.text("UnitFileState"),
                unit.flag("NeedDaemonReload"),
                invocation.length == 0
                        ? Optional.empty()
                        : Optional.of(HexFormat.of().formatHex(invocation)),
                unit.time("ActiveEnterTimestamp"),
                service.counter("MemoryCurrent"),
                service.counter("TasksCurrent"),
                service.counter("CPUUsageNSec"));
    }
}
