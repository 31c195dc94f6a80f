package io.nspawn.dbus;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A registered machine's properties (org.freedesktop.machine1(5)).
 *
 * @param name its name
 * @param machineClass {@code container}, {@code vm} or {@code host}
 * @param service who registered it
 * @param unit the unit that it runs in; empty for the host
 * @param leader its first process, as the host numbers it
 * @param since when it was registered
 * @param rootDirectory where its files are, if it has a directory
 * @param state {@code opening}, {@code running} or {@code closing}
 * @param networkInterfaces the indexes of the host's interfaces that belong to it
 */
public record MachineStatus(
        String name,
        String machineClass,
        String service,
        String unit,
        OptionalLong leader,
        Optional<Instant> since,
        Optional<Path> rootDirectory,
        String state,
        List<Integer> networkInterfaces) {

    static MachineStatus of(Map<String, Object> values) {
        PropertySet machine = new PropertySet(values);
        return new MachineStatus(
                machine.text("Name"),
                machine.text("Class"),
                machine.text("Service"),
                machine.text("Unit"),
                machine.positive("Leader"),
                machine.time("Timestamp"),
                Optional.of(machine.text("RootDirectory"))
                        .filter(text -> !text.isEmpty())
                        .map(Path::of),
                machine.text("State"),
                machine.list("NetworkInterfaces").stream()
                        .filter(Integer.class::isInstance)
                        .map(Integer.class::cast)
                        .toList());
    }
}
