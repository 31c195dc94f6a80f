package io.nspawn.dbus;

/**
 * A registered machine as lists show it.
 *
 * @param name its name; {@code .host} is the host itself
 * @param machineClass {@code container}, {@code vm} or {@code host}
 * @param service who registered it: {@code systemd-nspawn}, …
 * @param path its object path
 */
public record ListedMachine(String name, String machineClass, String service, String path) {

    static ListedMachine of(Reply row) {
        return new ListedMachine(row.text(0), row.text(1), row.text(2), row.text(3));
    }
}
