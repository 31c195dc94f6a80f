package io.nspawn.deploy;

import static io.nspawn.config.InstallationTraces.DBUS_MACHINE_ID;
import static io.nspawn.config.InstallationTraces.ENTRIES;
import static io.nspawn.config.InstallationTraces.MACHINE_ID;
import static io.nspawn.config.InstallationTraces.SECRETS;

import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What makes one installation of an operating system different from another (machine-id(5), random-seed). Clones that
 * share it fight for journals and DHCP leases, and know each other's keys.
 */
final class Identity {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

    private Identity() {}

    /** Gives a root a new machine-id, and takes out what it has in common with its image's other clones. */
    static void reset(RootFiles root) {
        reset(root, Optional.empty());
    }

    /** Likewise, but with the machine-id that the container had before, if it had one. */
    static void reset(RootFiles root, Optional<String> known) {
        String id = known.orElseGet(() -> UUID.randomUUID().toString().replace("-", ""));
        root.overwrite(MACHINE_ID, (id + "\n").getBytes(StandardCharsets.US_ASCII), 0444);
        if (root.delete(DBUS_MACHINE_ID)) {
            root.link(DBUS_MACHINE_ID, "/etc/machine-id");
        }
        SECRETS.forEach(root::delete);
        ENTRIES.forEach((directory, names) -> deleteIn(root, directory, names));
    }

    /** The machine-id in a root, if it is one: a path is made from it. */
    static Optional<String> machineId(RootFiles root) {
        return root.read(MACHINE_ID)
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII).strip())
                .filter(id -> ID.matcher(id).matches());
    }

    private static void deleteIn(RootFiles root, String directory, Pattern names) {
        for (String name : root.list(directory)) {
            if (names.matcher(name).matches()) {
                root.delete(directory + "/" + name);
            }
        }
    }
}
