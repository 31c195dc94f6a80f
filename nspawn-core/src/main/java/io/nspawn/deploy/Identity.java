package io.nspawn.deploy;

import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What makes one installation of an operating system different from another (machine-id(5), random-seed). Clones that
 * share it fight for journals and DHCP leases, and know each other's keys.
 */
final class Identity {
    private static final String MACHINE_ID = "etc/machine-id";
    private static final String DBUS_MACHINE_ID = "var/lib/dbus/machine-id";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final List<String> SECRETS =
            List.of("var/lib/systemd/random-seed", "var/lib/systemd/credential.secret");

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
        deleteIn(root, "etc/ssh", Pattern.compile("ssh_host_.*_key(\\.pub)?"));
        deleteIn(root, "var/lib/dhcp", Pattern.compile(".*\\.leases"));
        deleteIn(root, "var/log/journal", Pattern.compile(".*"));
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
