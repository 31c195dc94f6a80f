package io.nspawn.host;

import io.nspawn.host.ReadinessCheck.Level;
import io.nspawn.model.PoolState;
import io.nspawn.model.SystemdVersion;
import io.nspawn.spi.HostFiles;
import io.nspawn.spi.HostPorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What kernel and systemd must bring: versions, features, services, identity, time. */
final class HostFeatures {
    private static final int OLDEST_SYSTEMD = 252;
    private static final int LAST_WITH_V1 = 255;
    private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final Pattern MACHINE_ID = Pattern.compile("[0-9a-f]{32}");
    /** Before it no systemd that this library runs on was released: the clock has never been set. */
    private static final Instant OLDEST = Instant.parse("2022-10-31T00:00:00Z");

    private static final Path CGROUP = Path.of("/sys/fs/cgroup");
    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");
    private static final List<Path> WANTS = List.of(
            Path.of("/etc/systemd/system/multi-user.target.wants"),
            Path.of("/usr/lib/systemd/system/multi-user.target.wants"),
            Path.of("/lib/systemd/system/multi-user.target.wants"));
    private static final List<Path> PROGRAMS =
            List.of(Path.of("/usr/lib/systemd"), Path.of("/lib/systemd"), Path.of("/usr/bin"));
    private static final List<Path> CLOCKS = List.of(
            Path.of("/run/systemd/timesync/synchronized"),
            Path.of("/run/chrony"),
            Path.of("/run/chrony.pid"),
            Path.of("/run/ntpd.pid"));

    private final HostFiles files;
    private final SystemdVersion systemd;
    private final Clock clock;
    private final boolean onBtrfs;

    HostFeatures(HostPorts host, Clock clock) {
        this.files = host.files();
        this.systemd = host.machines().version();
        this.clock = clock;
        this.onBtrfs = !(host.images().backing().state() instanceof PoolState.Directories);
    }

    List<ReadinessCheck> checks() {
        List<ReadinessCheck> checks = new ArrayList<>(
                List.of(systemdVersion(), kernel(), userNamespaces(), cgroupVersion(), controllers(), machineId()));
        if (onBtrfs) {
            checks.add(btrfs());
        }
        checks.add(enabled("machines.target", "enabled containers are started by it when the host boots", Level.ERROR));
        checks.add(enabled(
                "systemd-networkd.service",
                "networks that it makes by their files come back when the host boots, and no others",
                Level.WARNING));
        checks.add(importd());
        checks.add(clockIsSet());
        checks.add(clockIsKept());
        return checks;
    }

    private ReadinessCheck systemdVersion() {
        return ReadinessCheck.of(
                systemd.atLeast(OLDEST_SYSTEMD),
                Level.ERROR,
                "systemd",
                systemd.toString(),
                OLDEST_SYSTEMD + " or later",
                "older ones are not supported",
                "Upgrade the host's distribution.");
    }

    /** btrfs takes part in idmapped mounts since 5.15 (mount_setattr(2)). */
    private ReadinessCheck kernel() {
        String release = text(Path.of("/proc/sys/kernel/osrelease"));
        Matcher version = RELEASE.matcher(release);
        boolean known = version.matches();
        int major = known ? Integer.parseInt(version.group(1)) : 0;
        int minor = known ? Integer.parseInt(version.group(2)) : 0;
        return ReadinessCheck.of(
                major > 5 || (major == 5 && minor >= 15),
                Level.ERROR,
                "kernel",
                known ? release : "unknown",
                "5.15 or later",
                "it mounts a container's root with mapped owners; without that, every file's owner is changed at the"
                        + " first start",
                "Boot a newer kernel.");
    }

    private ReadinessCheck userNamespaces() {
        return ReadinessCheck.of(
                files.exists(Path.of("/proc/self/ns/user")),
                Level.ERROR,
                "user namespaces",
                files.exists(Path.of("/proc/self/ns/user")) ? "there" : "missing",
                "there",
                "root inside a container is nobody outside by them",
                "Boot a kernel with CONFIG_USER_NS.");
    }

    private ReadinessCheck btrfs() {
        boolean there = text(Path.of("/proc/filesystems"))
                .lines()
                .anyMatch(line -> line.strip().equals("btrfs"));
        return ReadinessCheck.of(
                there,
                Level.ERROR,
                "btrfs",
                there ? "there" : "missing in /proc/filesystems",
                "there",
                "the pool is a btrfs",
                "modprobe btrfs, or choose Storage.PLAIN_DIRECTORIES");
    }

    private ReadinessCheck cgroupVersion() {
        boolean unified = files.exists(CGROUP.resolve("cgroup.controllers"));
        return ReadinessCheck.of(
                unified || !systemd.atLeast(LAST_WITH_V1 + 1),
                Level.WARNING,
                "cgroups",
                unified ? "version 2" : "version 1",
                "version 2",
                "systemd " + (LAST_WITH_V1 + 1)
                        + " and later refuse version 1 unless they are forced, in containers too",
                "Boot with systemd.unified_cgroup_hierarchy=1.");
    }

    private ReadinessCheck controllers() {
        boolean unified = files.exists(CGROUP.resolve("cgroup.controllers"));
        Set<String> missing = new TreeSet<>(CONTROLLERS);
        if (unified) {
            missing.removeAll(
                    Arrays.asList(text(CGROUP.resolve("cgroup.controllers")).split("\\s+")));
        } else {
            missing.removeIf(controller -> files.exists(CGROUP.resolve(controller)));
        }
        return ReadinessCheck.of(
                missing.isEmpty(),
                Level.WARNING,
                "cgroup controllers",
                missing.isEmpty() ? "all there" : "without " + String.join(", ", missing),
                String.join(", ", CONTROLLERS),
                "limits of memory, tasks and CPU are held by them, and usage is counted by them",
                "Enable them on the kernel's command line (cgroup_enable=).");
    }

    private ReadinessCheck machineId() {
        String id = text(Path.of("/etc/machine-id"));
        return ReadinessCheck.of(
                MACHINE_ID.matcher(id).matches(),
                Level.ERROR,
                "/etc/machine-id",
                id.isEmpty() ? "empty or missing" : MACHINE_ID.matcher(id).matches() ? "set" : "\"" + id + "\"",
                "32 lower-case hexadecimal digits",
                "machined, journals and addresses by DHCP go by it",
                "systemd-machine-id-setup, then reboot");
    }

    private ReadinessCheck enabled(String unit, String why, Level otherwise) {
        boolean wanted = WANTS.stream().anyMatch(directory -> files.exists(directory.resolve(unit)));
        return ReadinessCheck.of(
                wanted,
                otherwise,
                unit,
                wanted ? "enabled" : "not enabled",
                "enabled",
                why,
                "systemctl enable --now " + unit);
    }

    private ReadinessCheck importd() {
        boolean there = PROGRAMS.stream().anyMatch(directory -> files.exists(directory.resolve("systemd-importd")));
        return ReadinessCheck.of(
                there,
                Level.WARNING,
                "systemd-importd",
                there ? "there" : "missing",
                "there",
                "images are downloaded, imported and exported by it",
                "install the package systemd-container");
    }

    private ReadinessCheck clockIsSet() {
        Instant now = clock.instant();
        return ReadinessCheck.of(
                now.isAfter(OLDEST),
                Level.ERROR,
                "clock",
                now.isAfter(OLDEST) ? "set" : now.toString(),
                "after " + OLDEST,
                "certificates and signatures of images are not valid yet at that time",
                "timedatectl set-time, or enable a time service");
    }

    private ReadinessCheck clockIsKept() {
        boolean kept = CLOCKS.stream().anyMatch(files::exists);
        return ReadinessCheck.of(
                kept,
                Level.WARNING,
                "clock synchronisation",
                kept ? "there" : "none seen",
                "there",
                "containers have the host's clock, and clusters in them disagree with other hosts when it drifts",
                "systemctl enable --now systemd-timesyncd, or another time service");
    }

    private String text(Path file) {
        return files.read(file)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
                .orElse("");
    }
}
