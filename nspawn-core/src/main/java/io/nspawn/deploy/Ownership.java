package io.nspawn.deploy;

import io.nspawn.config.KeptFiles;
import io.nspawn.config.Provenance;
import io.nspawn.config.Provenance.Origin;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.spi.HostPorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a container is there and this library's to change. */
final class Ownership {
    private Ownership() {}

    /**
     * Returns if it is.
     *
     * @throws NotFoundException if it has no root
     * @throws InvalidSpecException if it was not made by this library
     */
    static void require(HostPorts host, String operation, MachineName machine) {
        if (host.images().find(machine.value()).isEmpty()) {
            throw new NotFoundException(Failure.of(operation, machine.value(), "there is no such container"));
        }
        Optional<Origin> settings = HostSnapshot.origin(host, SettingsFile.path(machine), machine);
        if (settings.isEmpty() || settings.get() instanceof Origin.Foreign) {
            throw new InvalidSpecException(List.of(new Finding(
                    machine.value(), "was not made by this library", "adopt it first, or use machinectl for it")));
        }
    }

    /** The files that were edited by hand, and that others would take the place of. */
    static List<Finding> edited(HostPorts host, MachineName machine, KeptFiles next) {
        List<Finding> findings = new ArrayList<>();
        for (Path path : ContainerHostFiles.paths(machine)) {
            Optional<String> now = HostSnapshot.text(host, path);
            boolean same = now.equals(next.files().getOrDefault(path, Optional.empty()));
            if (!same
                    && now.map(Provenance::origin)
                            .filter(o -> !(o instanceof Origin.Ours))
                            .isPresent()) {
                findings.add(new Finding(
                        machine.value(),
                        path + " was edited by hand",
                        "keep the edit elsewhere, then delete the file"));
            }
        }
        return findings;
    }

    /**
     * Returns if files can take the place of those that are there without an edit being lost.
     *
     * @throws InvalidSpecException with every file that was edited by hand
     */
    static void requireUnedited(HostPorts host, MachineName machine, KeptFiles next) {
        List<Finding> findings = edited(host, machine, next);
        if (!findings.isEmpty()) {
            throw new InvalidSpecException(findings);
        }
    }
}
