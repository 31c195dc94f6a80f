package io.nspawn.deploy;

import io.nspawn.config.Provenance;
import io.nspawn.config.Provenance.Origin;
import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.MachineName;
import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.ImageStore.Space;
import io.nspawn.spi.MachineControl.UnitState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A host as it was when a plan was begun: read once, so that a plan for many containers costs few calls.
 *
 * @param roots the pool's entries by name, staging ones too
 * @param space the pool's bytes
 * @param units the units of the containers in question
 * @param links the host's links
 * @param deviceUnits whether udev runs, so that network devices have units
 * @param version the host's systemd
 * @param texts the files of the containers in question that are there: settings, drop-in, note about the run
 */
record HostSnapshot(
        Map<String, Root> roots,
        Space space,
        Map<MachineName, UnitState> units,
        Map<InterfaceName, HostLink> links,
        boolean deviceUnits,
        SystemdVersion version,
        Map<Path, String> texts) {
    private static final Path UDEV = Path.of("/run/udev/control");

    static HostSnapshot of(HostPorts host, Collection<MachineName> machines) {
        return new HostSnapshot(
                host.images().list().stream().collect(Collectors.toMap(Root::name, Function.identity())),
                host.images().space(),
                host.machines().units(machines),
                host.network().list().stream().collect(Collectors.toMap(HostLink::name, Function.identity())),
                host.files().exists(UDEV),
                host.machines().version(),
                texts(host, machines));
    }

    private static Map<Path, String> texts(HostPorts host, Collection<MachineName> machines) {
        Set<Path> notes = new HashSet<>(host.files().list(RunState.notes()));
        Map<Path, String> texts = new HashMap<>();
        for (MachineName machine : machines) {
            Path note = RunState.note(machine);
            if (notes.contains(note)) {
                text(host, note).ifPresent(text -> texts.put(note, text));
            }
            for (Path file : Set.of(SettingsFile.path(machine), UnitDropIn.path(machine))) {
                text(host, file).ifPresent(text -> texts.put(file, text));
            }
        }
        return texts;
    }

    /** The text of a file as it is now. */
    static Optional<String> text(HostPorts host, Path file) {
        return host.files().read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    boolean hasRoot(MachineName machine) {
        return roots.containsKey(machine.value());
    }

    /** The text of one of the files that were read, where there is one. */
    Optional<String> text(Path file) {
        return Optional.ofNullable(texts.get(file));
    }

    /**
     * Where a machine's file of the host comes from, where there is one. A copy of another machine's file, such as
     * {@code machinectl clone} makes, is foreign.
     */
    Optional<Origin> origin(Path file, MachineName machine) {
        return text(file).map(Provenance::origin).map(o -> isFor(machine, o) ? o : new Origin.Foreign());
    }

    /** The same of a file as it is now. */
    static Optional<Origin> origin(HostPorts host, Path file, MachineName machine) {
        return text(host, file).map(Provenance::origin).map(o -> isFor(machine, o) ? o : new Origin.Foreign());
    }

    private static boolean isFor(MachineName machine, Origin origin) {
        String name = Provenance.facts(origin).getOrDefault(SettingsFile.NAME_FACT, "");
        return MachineName.isMappable(name) && MachineName.mapped(name).equals(machine);
    }
}
