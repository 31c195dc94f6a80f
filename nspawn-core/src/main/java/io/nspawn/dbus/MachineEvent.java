package io.nspawn.dbus;

/** What machined tells of machines. */
public sealed interface MachineEvent {

    /**
     * A machine was registered ({@code MachineNew}).
     *
     * @param name its name
     * @param path its object path
     */
    record Registered(String name, String path) implements MachineEvent {}

    /**
     * A machine is gone ({@code MachineRemoved}).
     *
     * @param name its name
     * @param path the object path that it had
     */
    record Removed(String name, String path) implements MachineEvent {}

    /** Events may have been missed: list the machines anew. */
    record Resynced() implements MachineEvent {}
}
