package io.nspawn.config;

import java.nio.file.Path;
import java.util.List;

/** The unit that mounts a btrfs, now and at each boot (systemd.mount(5)). */
public final class MountUnit {
    private static final Path SYSTEM_UNITS = Path.of("/etc/systemd/system");

    private MountUnit() {}

    /** The name that the unit of a mount point must have: {@code /var/lib/machines} is {@code var-lib-machines.mount}. */
    public static String name(Path where) {
        Path path = where.normalize();
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("a mount point is absolute, not " + where);
        }
        String text = path.toString().substring(1);
        return (text.isEmpty() ? "-" : UnitNames.escape(text)) + ".mount";
    }

    /** Where the unit of a mount point stands. */
    public static Path path(Path where) {
        return SYSTEM_UNITS.resolve(name(where));
    }

    /**
     * The unit.
     *
     * @param what a block device or an image file
     * @param options mount options, none with a comma or a blank
     */
    public static SystemdFile btrfs(String description, Path what, Path where, List<String> options) {
        SystemdFile.Builder file = SystemdFile.builder();
        // Containers wait for it by the RequiresMountsFor= of their template; nothing else on the host depends on it.
        file.section("Unit").set("Description", description).set("Before", "machines.target");
        file.section("Mount")
                .set("What", escaped(what))
                .set("Where", escaped(where))
                .set("Type", "btrfs")
                .set("Options", String.join(",", options));
        file.section("Install").set("WantedBy", "local-fs.target");
        return file.build();
    }

    /** Only a percent sign means something else there: both are taken to the end of the line as they are. */
    private static String escaped(Path path) {
        return path.toString().replace("%", "%%");
    }
}
