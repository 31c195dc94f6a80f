package io.nspawn.dbus;

import java.util.OptionalLong;

/**
 * A unit as lists show it.
 *
 * @param name its name
 * @param description its {@code Description=}
 * @param loadState as in {@link UnitStatus}
 * @param activeState as in {@link UnitStatus}
 * @param subState as in {@link UnitStatus}
 * @param path its object path
 * @param job the number of the job that is queued for it
 */
public record ListedUnit(
        String name,
        String description,
        String loadState,
        String activeState,
        String subState,
        String path,
        OptionalLong job) {

    static ListedUnit of(Reply row) {
        long job = row.number(7);
        return new ListedUnit(
                row.text(0),
                row.text(1),
                row.text(2),
                row.text(3),
                row.text(4),
                row.text(6),
                job == 0 ? OptionalLong.empty() : OptionalLong.of(job));
    }
}
