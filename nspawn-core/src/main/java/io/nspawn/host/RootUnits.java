package io.nspawn.host;

import io.nspawn.config.SystemdDocument;
import io.nspawn.config.UnitName;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.spi.RootFiles;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The units of a root that does not run, enabled and masked by links as systemctl makes them (systemctl(1)). */
final class RootUnits {
    private static final String ADMINISTRATORS = "etc/systemd/system";
    private static final List<String> VENDORS =
            List.of("usr/local/lib/systemd/system", "usr/lib/systemd/system", "lib/systemd/system");

    /** It waits at boot for links that a container may not have, and {@code Also=} of networkd brings it along. */
    private static final String WAIT_ONLINE = "systemd-networkd-wait-online.service";

    private final RootFiles root;

    RootUnits(RootFiles root) {
        this.root = root;
    }

    boolean has(String unit) {
        return vendorDirectory(unit).isPresent() || root.list(ADMINISTRATORS).contains(fileName(unit));
    }

    /** Whether the administrator's own file or link stands where a mask would go. */
    boolean hasOwn(String unit) {
        return root.read(ADMINISTRATORS + "/" + unit).isPresent();
    }

    /** Whether a unit is wanted or required by another. */
    boolean isEnabled(String unit) {
        return root.list(ADMINISTRATORS).stream()
                .filter(name -> name.endsWith(".wants") || name.endsWith(".requires"))
                .anyMatch(name -> root.list(ADMINISTRATORS + "/" + name).contains(unit));
    }

    void mask(String unit) {
        root.link(ADMINISTRATORS + "/" + unit, "/dev/null");
    }

    void enable(String unit) {
        enable(unit, new HashSet<>());
    }

    private void enable(String unit, Set<String> done) {
        if (!done.add(unit)) {
            return;
        }
        String directory = vendorDirectory(unit).orElse(ADMINISTRATORS);
        String target = "/" + directory + "/" + fileName(unit);
        SystemdDocument file = read(directory + "/" + fileName(unit));
        install(file, "WantedBy").forEach(by -> root.link(ADMINISTRATORS + "/" + by + ".wants/" + unit, target));
        install(file, "RequiredBy").forEach(by -> root.link(ADMINISTRATORS + "/" + by + ".requires/" + unit, target));
        install(file, "Alias").forEach(alias -> root.link(ADMINISTRATORS + "/" + alias, target));
        install(file, "Also").forEach(also -> enableAlso(also, done));
    }

    private void enableAlso(String unit, Set<String> done) {
        if (!unit.equals(WAIT_ONLINE) && has(unit)) {
            enable(unit, done);
        }
    }

    private SystemdDocument read(String file) {
        return root.read(file)
                .map(SystemdDocument::of)
                .orElseThrow(() -> new HostFailureException(Failure.of("enable", file, "there is no such unit file")));
    }

    /** What is no name of a unit, and so no file name either, is passed over as systemd does. */
    private static List<String> install(SystemdDocument file, String key) {
        return file.values("Install", key).stream()
                .flatMap(value -> Stream.of(value.strip().split("\\s+")))
                .filter(UnitName::isValid)
                .toList();
    }

    private Optional<String> vendorDirectory(String unit) {
        return VENDORS.stream()
                .filter(directory -> root.list(directory).contains(fileName(unit)))
                .findFirst();
    }

    /** An instance has the file of its template. */
    private static String fileName(String unit) {
        int at = unit.indexOf('@');
        return at < 0 ? unit : unit.substring(0, at + 1) + unit.substring(unit.lastIndexOf('.'));
    }
}
