package io.nspawn.deploy;

import io.nspawn.config.KeptFiles;
import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.MachineName;
import io.nspawn.spi.HostPorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of the host that make a container what it is, taken and put back together. */
final class ContainerHostFiles {
    private final HostPorts host;

    ContainerHostFiles(HostPorts host) {
        this.host = host;
    }

    static List<Path> paths(MachineName machine) {
        return List.of(SettingsFile.path(machine), UnitDropIn.path(machine));
    }

    KeptFiles now(MachineName machine) {
        Map<Path, Optional<String>> files = new LinkedHashMap<>();
        paths(machine).forEach(path -> files.put(path, HostSnapshot.text(host, path)));
        return new KeptFiles(files);
    }

    /** Makes the files be as they were kept, and PID 1 know it. */
    void put(KeptFiles kept) {
        Map<Path, byte[]> contents = new LinkedHashMap<>();
        kept.files().forEach((path, text) -> {
            if (text.isPresent()) {
                contents.put(path, text.get().getBytes(StandardCharsets.UTF_8));
            } else {
                host.files().delete(path);
            }
        });
        if (!contents.isEmpty()) {
            host.files().replaceAll(contents);
        }
        host.machines().reload();
    }
}
