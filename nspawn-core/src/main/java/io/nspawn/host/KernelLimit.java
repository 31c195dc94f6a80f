package io.nspawn.host;

import io.nspawn.host.ReadinessCheck.Level;
import io.nspawn.spi.HostFiles;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A limit of the kernel that containers use up together: none of these belongs to a container's namespaces, or the
 * host's own holds above the container's.
 *
 * @param file below {@code /proc/sys}
 * @param required what a small booted container was seen to take: with less, containers fail
 * @param requiredBase what the host itself was seen to take
 * @param advised what a container full of services may take
 * @param advisedBase what a host with services of its own may take
 * @param why what runs out
 */
record KernelLimit(String file, long required, long requiredBase, long advised, long advisedBase, String why) {
    private static final Path INOTIFY_INSTANCES = Path.of("/proc/sys/fs/inotify/max_user_instances");

    /**
     * The figures required were counted on Debian 12 and 13 as mmdebstrap makes them, with systemd, journald, networkd,
     * logind, D-Bus and a getty inside: 8 inotify instances (7 with systemd 257), 7 tasks beside nspawn's.
     */
    static final List<KernelLimit> ALL = List.of(
            new KernelLimit(
                    "fs/inotify/max_user_instances",
                    8,
                    0,
                    16,
                    64,
                    "each container's systemd, journald, networkd and D-Bus hold inotify instances, and all containers"
                            + " share the limit of root; without them \"Failed to allocate manager object\""),
            new KernelLimit("fs/inotify/max_user_watches", 64, 256, 256, 4096, "services in containers watch files"),
            new KernelLimit(
                    "kernel/pid_max", 16, 400, 256, 4096, "processes of all containers have process ids of the host"),
            new KernelLimit("kernel/pty/max", 1, 16, 8, 64, "each container has a console, and sessions in it more"),
            new KernelLimit(
                    "kernel/keys/root_maxkeys",
                    2,
                    200,
                    64,
                    200,
                    "each unit has a keyring of root, and services in containers without user namespaces too"),
            new KernelLimit("fs/file-max", 256, 4096, 4096, 16384, "open files of all containers count together"),
            new KernelLimit(
                    "user/max_user_namespaces",
                    1,
                    16,
                    4,
                    64,
                    "each container has a user namespace, and some services inside have more"));

    Path path() {
        return Path.of("/proc/sys").resolve(file);
    }

    String key() {
        return file.replace('/', '.');
    }

    /**
     * How it stands.
     *
     * @param setting what the kernel grants now
     * @param required the setting without which containers fail
     * @param advised the setting with room for services in them
     */
    record Reading(KernelLimit limit, long setting, long required, long advised) {
        ReadinessCheck check() {
            String key = limit.key();
            if (setting >= advised) {
                return ReadinessCheck.ok(key, Long.toString(setting), Long.toString(advised));
            }
            boolean fails = setting < required;
            return new ReadinessCheck(
                    key,
                    fails ? Level.ERROR : Level.WARNING,
                    Long.toString(setting),
                    Long.toString(fails ? required : advised),
                    limit.why() + (fails ? "" : "; small containers run, ones full of services may not"),
                    "sysctl -w " + key + "=" + advised + ", or readiness().forContainers(n).fix()");
        }
    }

    /** Reads the limits that this kernel has; one that it does not have cannot run out. */
    static List<Reading> read(HostFiles files, long containers) {
        return ALL.stream()
                .flatMap(limit -> limit.reading(files, containers).stream())
                .toList();
    }

    private Optional<Reading> reading(HostFiles files, long containers) {
        OptionalLong setting = number(files, path());
        if (setting.isEmpty()) {
            return Optional.empty();
        }
        long granted = setting.getAsLong();
        long used = path().equals(INOTIFY_INSTANCES) ? used(files, granted, containers) : requiredBase;
        long needed = used + required * containers;
        return Optional.of(new Reading(this, granted, needed, Math.max(needed, advisedBase + advised * containers)));
    }

    /** Counts what is left rather than what is taken: the kernel keeps that count to itself. */
    private long used(HostFiles files, long granted, long containers) {
        long enough = required * containers;
        long spare = files.spareInotifyInstances((int) Math.min(enough, granted));
        // With as much to spare as is needed it does not matter how much more there is.
        return spare >= enough ? 0 : granted - spare;
    }

    /** The kernel's numbers may be unsigned: what is more than a long holds is as good as that. */
    static OptionalLong number(HostFiles files, Path file) {
        return files.read(file)
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII).strip())
                .filter(text -> text.matches("\\d{1,20}"))
                .map(text -> new BigInteger(text).min(BigInteger.valueOf(Long.MAX_VALUE)))
                .map(number -> OptionalLong.of(number.longValueExact()))
                .orElse(OptionalLong.empty());
    }
}
