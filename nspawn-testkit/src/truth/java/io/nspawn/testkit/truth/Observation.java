package io.nspawn.testkit.truth;

import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.MachineControl.UnitState;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/** What can be seen of a host that must be the same on every host, one line each. */
final class Observation {
    private static final String NETWORK_FILES = "etc/systemd/network";

    private final List<String> lines = new ArrayList<>();
    private final Map<String, String> machineIds = new TreeMap<>();
    private final Subject subject;
    private final HostPorts ports;

    private Observation(Subject subject) {
        this.subject = subject;
        this.ports = subject.ports();
    }

    static List<String> of(Subject subject) {
        Observation observation = new Observation(subject);
        observation.roots();
        observation.units();
        observation.files();
        observation.links();
        return observation.lines;
    }

    /** What only one of the two has. */
    static List<String> difference(List<String> fake, List<String> real) {
        List<String> all = new ArrayList<>();
        new TreeSet<>(fake)
                .stream().filter(line -> !real.contains(line)).forEach(line -> all.add("only the fake:      " + line));
        new TreeSet<>(real)
                .stream().filter(line -> !fake.contains(line)).forEach(line -> all.add("only the real host: " + line));
        return all;
    }

    private void roots() {
        ports.images().list().stream().sorted(Comparator.comparing(Root::name)).forEach(root -> {
            lines.add("root " + root.name() + (root.readOnly() ? " sealed" : ""));
            if (root.name().contains(Names.PREFIX)) {
                content(root.name());
            }
        });
    }

    private void content(String name) {
        try (RootFiles root = ports.images().open(name)) {
            for (String path : List.of("etc/hostname", Stage.MARKER)) {
                root.read(path).ifPresent(text -> lines.add(name + ": /" + path + " " + shown(text)));
            }
            root.read("etc/machine-id").ifPresent(id -> lines.add(name + ": machine-id " + machineId(name, text(id))));
            for (String file : root.list(NETWORK_FILES)) {
                root.read(NETWORK_FILES + "/" + file)
                        .ifPresent(text -> lines.add(name + ": " + file + " " + shown(text)));
            }
        }
    }

    /** Ids are random; whose another's is that somebody has is what counts. */
    private String machineId(String name, String id) {
        String form = id.matches("[0-9a-f]{32}\n") ? "of " : "malformed, of ";
        return id.isBlank() ? "none" : form + machineIds.computeIfAbsent(id, i -> name);
    }

    private void units() {
        Map<MachineName, UnitState> units = ports.machines().units(Names.MACHINES);
        for (ContainerStatus status : subject.host().statuses(Names.MACHINES)) {
            MachineName machine = status.machine();
            UnitState unit = Objects.requireNonNull(units.get(machine));
            lines.add("unit " + machine + " " + unit.activeState() + (unit.enabled() ? " enabled" : "")
                    + (unit.needsReload() ? " needs reload" : ""));
            lines.add("container " + machine + " " + status.state()
                    + (status.leader().isPresent() ? " runs" : ""));
            status.interfaces()
                    .forEach(link -> lines.add("container " + machine + " has " + link.name() + " " + link.mac()
                            + (link.up() ? " up" : " down")));
            lines.add("container " + machine + " at "
                    + status.addresses().stream().map(Object::toString).sorted().toList());
            if (unit.isActive()) {
                lines.add("container " + machine + " may use " + limits(machine));
            }
        }
        lines.add("ours " + subject.host().containers());
        subject.host().drift().forEach(drift -> lines.add("drift " + drift));
    }

    /** One that goes down while it is looked at has none. */
    private String limits(MachineName machine) {
        try {
            return ports.machines().limits(machine).toString();
        } catch (NspawnException e) {
            return e.getClass().getSimpleName();
        }
    }

    /** The containers' journals that the host keeps. */
    static List<Path> journals(HostPorts ports) {
        String own = ports.files()
                .read(Path.of("/etc/machine-id"))
                .map(Observation::text)
                .orElse("")
                .strip();
        return ports.files().list(Path.of("/var/log/journal")).stream()
                .filter(entry -> !entry.endsWith(own))
                .toList();
    }

    private void files() {
        lines.add("journals " + journals(ports).size());
        directory(SettingsFile.directory());
        Names.MACHINES.forEach(machine -> directory(UnitDropIn.directory(machine)));
    }

    private void directory(Path directory) {
        for (Path file : ports.files().list(directory)) {
            String text = ports.files().read(file).map(Observation::text).orElse("");
            lines.add("file " + file);
            text.lines().filter(line -> !line.isBlank()).forEach(line -> lines.add("file " + file + ": " + line));
        }
    }

    private void links() {
        for (HostLink link : ports.network().list()) {
            if (!link.loopback()) {
                lines.add("link " + link.name() + " " + link.kind()
                        + link.lower().map(l -> " on " + l).orElse("")
                        + link.master().map(m -> " in " + m).orElse("") + (link.up() ? " up " : " down ")
                        + link.mtu() + " "
                        + link.addresses().stream()
                                .filter(a -> !a.address().toInetAddress().isLinkLocalAddress())
                                .map(Object::toString)
                                .sorted()
                                .toList());
            }
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String shown(byte[] bytes) {
        return '"' + text(bytes).replace("\n", "\\n") + '"';
    }
}
