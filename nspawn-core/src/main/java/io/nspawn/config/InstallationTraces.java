package io.nspawn.config;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What tells one installation of an operating system from another, beside its machine-id: no two may share it. */
public final class InstallationTraces {
    /** The machine-id (machine-id(5)). */
    public static final String MACHINE_ID = "etc/machine-id";

    /** Where D-Bus has it, mostly a link to the other. */
    public static final String DBUS_MACHINE_ID = "var/lib/dbus/machine-id";

    /** Secrets that systemd makes anew where they are missing. */
    public static final List<String> SECRETS =
            List.of("var/lib/systemd/random-seed", "var/lib/systemd/credential.secret");

    /** Entries of directories, by the directory. */
    public static final Map<String, Pattern> ENTRIES = Map.of(
            "etc/ssh", Pattern.compile("ssh_host_.*_key(\\.pub)?"),
            "var/lib/dhcp", Pattern.compile(".*\\.leases"),
            "var/log/journal", Pattern.compile(".*"));

    private InstallationTraces() {}
}
