package io.nspawn.host;

import io.nspawn.config.NetworkFile;
import io.nspawn.config.Provenance;
import io.nspawn.config.Provenance.Origin;
import io.nspawn.config.SystemdDocument;
import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.Drift;
import io.nspawn.model.MachineName;
import io.nspawn.model.UnmanagedContainer;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.NspawnNames;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.MachineControl.UnitState;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells what is no longer as a deploy left it, and what no deploy made. It changes nothing. */
public final class Drifts {
    private static final Path UNITS = Path.of("/etc/systemd/system");
    private static final String UNIT_PREFIX = "systemd-nspawn@";
    private static final String DROP_INS = ".service.d";
    private static final List<Path> SETTINGS =
            List.of(SettingsFile.directory(), Path.of("/run/systemd/nspawn"), Path.of("/var/lib/machines"));

    private final HostPorts host;
    private final Statuses statuses;

    public Drifts(HostPorts host) {
        this.host = host;
        this.statuses = new Statuses(host);
    }

    /** The drift of every container that this library made, as far as anything of it is left. */
    public List<Drift> all() {
        TreeSet<MachineName> machines = new TreeSet<>(statuses.ours());
        for (Path directory : host.files().list(UNITS)) {
            String name = String.valueOf(directory.getFileName());
            if (name.startsWith(UNIT_PREFIX) && name.endsWith(DROP_INS)) {
                String machine = name.substring(UNIT_PREFIX.length(), name.length() - DROP_INS.length());
                if (MachineName.isMappable(machine)
                        && origin(UnitDropIn.path(MachineName.mapped(machine))).isPresent()) {
                    machines.add(MachineName.mapped(machine));
                }
            }
        }
        return of(machines);
    }

    /** The drift of some containers. */
    public List<Drift> of(Collection<MachineName> machines) {
        Map<String, Root> roots = roots();
        Map<MachineName, UnitState> units = host.machines().units(machines);
        List<Drift> drift = new ArrayList<>();
        for (MachineName machine : machines) {
            files(machine, drift);
            boolean there = roots.containsKey(machine.value());
            if (there) {
                inside(machine, drift);
            } else {
                drift.add(new Drift.RootMissing(machine));
            }
            facts(machine, SettingsFile.IMAGE_FACT)
                    .filter(image -> !roots.containsKey(image))
                    .ifPresent(image -> drift.add(new Drift.ImageMissing(machine, image)));
            unit(machine, Objects.requireNonNull(units.get(machine)), drift);
        }
        return drift;
    }

    /** The containers in the pool that this library did not make. */
    public List<UnmanagedContainer> unmanaged() {
        TreeSet<MachineName> ours = new TreeSet<>(statuses.ours());
        List<MachineName> others = roots().values().stream()
                .filter(root -> !root.isStaging() && !root.readOnly() && isMachineName(root.name()))
                .map(root -> MachineName.of(root.name()))
                .filter(machine -> !ours.contains(machine))
                .sorted()
                .toList();
        Map<MachineName, UnitState> units = host.machines().units(others);
        return others.stream()
                .map(machine -> {
                    UnitState unit = Objects.requireNonNull(units.get(machine));
                    List<Path> settings = SETTINGS.stream()
                            .map(directory -> directory.resolve(machine + ".nspawn"))
                            .filter(file -> host.files().exists(file))
                            .toList();
                    return new UnmanagedContainer(machine, settings, unit.enabled(), unit.isUpOrComing());
                })
                .toList();
    }

    private void files(MachineName machine, List<Drift> drift) {
        for (Path file : List.of(SettingsFile.path(machine), UnitDropIn.path(machine))) {
            Optional<Origin> origin = origin(file);
            if (origin.isEmpty()) {
                drift.add(new Drift.FileMissing(machine, file));
            } else if (!(origin.get() instanceof Origin.Ours)) {
                drift.add(new Drift.FileEdited(machine, file));
            }
        }
    }

    /** Each macvlan that the settings have has a file inside. */
    private void inside(MachineName machine, List<Drift> drift) {
        try (RootFiles root = host.images().open(machine.value())) {
            List<String> names = root.list(NetworkFile.directory()).stream()
                    .filter(NetworkFile::isOurs)
                    .toList();
            for (String name : names) {
                String path = NetworkFile.directory() + "/" + name;
                Optional<String> text = root.read(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
                if (text.map(Provenance::origin)
                        .filter(o -> o instanceof Origin.Ours)
                        .isEmpty()) {
                    drift.add(new Drift.FileEdited(machine, Path.of("/" + path)));
                }
            }
            expectedInside(machine)
                    .filter(path -> !names.contains(String.valueOf(path.getFileName())))
                    .forEach(path -> drift.add(new Drift.FileMissing(machine, path)));
        }
    }

    private Stream<Path> expectedInside(MachineName machine) {
        String settings = text(SettingsFile.path(machine)).orElse("");
        return SystemdDocument.of(settings).values("Network", "MACVLAN").stream()
                .flatMap(value -> Stream.of(value.split("\\s+", -1)))
                .filter(word -> InterfaceName.isValid(word.split(":", -1)[0]))
                .map(Drifts::inside)
                .map(name -> Path.of("/" + NetworkFile.path(name)));
    }

    /** A pair names both sides (systemd 254). */
    private static InterfaceName inside(String word) {
        List<String> sides = List.of(word.split(":", -1));
        return sides.size() == 2
                ? InterfaceName.of(sides.get(1))
                : NspawnNames.HASHED.macvlan(InterfaceName.of(sides.get(0)));
    }

    private void unit(MachineName machine, UnitState unit, List<Drift> drift) {
        if (!unit.enabled()) {
            drift.add(new Drift.UnitDisabled(machine));
        }
        if (unit.isDown()) {
            drift.add(new Drift.NotRunning(machine, unit.activeState()));
        }
        if (unit.needsReload()) {
            drift.add(new Drift.UnitFilesNotRead(machine));
        }
        Optional<Instant> since = unit.activeSince();
        if (unit.isActive() && since.isPresent()) {
            Stream.of(SettingsFile.path(machine), UnitDropIn.path(machine))
                    .filter(file -> host.files()
                            .modified(file)
                            .filter(changed -> changed.isAfter(since.get()))
                            .isPresent())
                    .forEach(file -> drift.add(new Drift.RunsWithOlderSettings(machine, file)));
        }
    }

    private Map<String, Root> roots() {
        return host.images().list().stream().collect(Collectors.toMap(Root::name, Function.identity()));
    }

    private Optional<String> facts(MachineName machine, String fact) {
        return origin(SettingsFile.path(machine))
                .map(Provenance::facts)
                .flatMap(facts -> Optional.ofNullable(facts.get(fact)));
    }

    private Optional<Origin> origin(Path file) {
        return text(file).map(Provenance::origin);
    }

    private Optional<String> text(Path file) {
        return host.files().read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static boolean isMachineName(String name) {
        return name.indexOf('_') < 0 && MachineName.isMappable(name);
    }
}
