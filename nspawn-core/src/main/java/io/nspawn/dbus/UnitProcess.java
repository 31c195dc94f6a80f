package io.nspawn.dbus;

/**
 * A process of a unit.
 *
 * @param controlGroup its control group, from the root of the hierarchy
 * @param pid as the host numbers it
 * @param command its command line, escaped
 */
public record UnitProcess(String controlGroup, int pid, String command) {
    static UnitProcess of(Reply row) {
        return new UnitProcess(row.text(0), (int) row.number(1), row.text(2));
    }
}
