package io.nspawn.testkit.truth;

import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ImageName;
import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostNetwork.NewLink;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/** What every sequence begins with, and what takes away all that it left, however that came to be. */
final class Stage {
    /** A file by which the images differ. */
    static final String MARKER = "etc/eq-marker";

    private static final String MACHINE_ID = "b08dfa6083e7567a1921a715000001fb";
    private static final Path NOTES = Path.of("/run/nspawn");
    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private Stage() {}

    static void set(Subject subject, String baseImage) {
        HostPorts ports = subject.ports();
        List<String> images = Names.IMAGES.subList(0, 2);
        ports.images().cloneAll(ImageName.of(baseImage), images);
        for (String image : images) {
            try (RootFiles root = ports.images().open(image)) {
                write(root, MARKER, image);
                write(root, "etc/hostname", image + "\n");
                write(root, "etc/machine-id", MACHINE_ID + "\n");
            }
            ports.images().setReadOnly(ImageName.of(image), true);
        }
        Names.BRIDGES.forEach(
                bridge -> ports.network().create(new NewLink.Bridge(InterfaceName.of(bridge), OptionalInt.empty())));
    }

    /** Files whose names begin so, and the directory if it is empty then. */
    private static void delete(HostPorts ports, Path directory, String prefix) {
        for (Path file : ports.files().list(directory)) {
            if (String.valueOf(file.getFileName()).startsWith(prefix)) {
                ports.files().delete(file);
            }
        }
        if (prefix.isEmpty()) {
            ports.files().delete(directory);
        }
    }

    private static void write(RootFiles root, String path, String text) {
        root.write(path, text.getBytes(StandardCharsets.UTF_8), 0644);
    }

    static void clear(Subject subject) {
        HostPorts ports = subject.ports();
        for (MachineName machine : Names.MACHINES) {
            ports.machines().terminate(machine, DEADLINE);
            delete(ports, UnitDropIn.directory(machine), "");
            delete(ports, UnitDropIn.runtimeDirectory(machine), "");
        }
        delete(ports, SettingsFile.directory(), Names.PREFIX);
        delete(ports, NOTES, Names.PREFIX);
        for (Path journal : Observation.journals(ports)) {
            ports.files().delete(journal);
        }
        ports.machines().disable(Names.MACHINES);
        ports.machines().reload();
        ports.machines().resetFailed(Names.MACHINES);
        ports.network().delete(Names.links());
        ports.images()
                .remove(ports.images().list().stream()
                        .map(Root::name)
                        .filter(name -> name.contains(Names.PREFIX))
                        .toList());
    }
}
