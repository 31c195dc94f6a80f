package io.nspawn.dbus;

import java.util.HexFormat;
import java.util.List;

/**
 * Whether a unit runs, and in which of its runs.
 *
 * @param activeState {@code active}, {@code inactive}, {@code activating}, {@code deactivating}, {@code failed}, …
 * @param queued whether a job waits or runs for it
 * @param invocation 32 hexadecimal digits, other ones for each run; empty if it has not run yet
 */
public record UnitRun(String activeState, boolean queued, String invocation) {

    static UnitRun of(PropertySet unit) {
        return new UnitRun(
                unit.text("ActiveState"), isQueued(unit), HexFormat.of().formatHex(unit.bytes("InvocationID")));
    }

    public boolean isActive() {
        return activeState.equals("active");
    }

    /** Whether nothing of it runs, and nothing will by itself: a restart passes through states in which nothing does. */
    public boolean isDown() {
        return (activeState.equals("inactive") || activeState.equals("failed")) && !queued;
    }

    private static boolean isQueued(PropertySet unit) {
        List<?> job = unit.list("Job");
        return unit.text("SubState").endsWith("-before-auto-restart")
                || (!job.isEmpty() && !Long.valueOf(0).equals(job.get(0)));
    }
}
