package io.nspawn.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A unit that a container has no use for, and that therefore need not run at its boot.
 *
 * @param unit its name
 * @param reason why a container does without it
 */
public record LeanMask(String unit, String reason) {
    /** The unit without which {@code /run/nologin} would stay (pam_nologin(8)). */
    static final String USER_SESSIONS = "systemd-user-sessions.service";

    public LeanMask {
        Objects.requireNonNull(unit);
        Objects.requireNonNull(reason);
    }

    /** All that the lean preset masks, where the image has it. */
    public static List<LeanMask> all() {
        List<LeanMask> masks = new ArrayList<>();
        add(masks, "nobody sits at a seat of a container; logins work without sessions", "systemd-logind.service");
        add(masks, "logins are opened by leaving /run/nologin out instead", USER_SESSIONS);
        add(masks, "nobody logs in on a console that nobody has", "console-getty.service", "getty.target");
        add(
                masks,
                "the records of boots and run levels are the host's",
                "systemd-update-utmp.service",
                "systemd-update-utmp-runlevel.service");
        add(masks, "system users were made when the packages were installed", "systemd-sysusers.service");
        add(masks, "the root is mounted by the host", "systemd-remount-fs.service");
        add(
                masks,
                "there is no journal in /var yet that the one in memory could move to",
                "systemd-journal-flush.service");
        add(masks, "kernel settings and formats are the host's", "systemd-sysctl.service", "systemd-binfmt.service");
        add(masks, "the kernel's command line is the host's", "systemd-network-generator.service");
        add(
                masks,
                "file systems of the kernel that few programs use cost a mount each",
                "dev-hugepages.mount",
                "dev-mqueue.mount",
                "sys-fs-fuse-connections.mount");
        add(
                masks,
                "nobody is there to be asked for a password",
                "systemd-ask-password-console.path",
                "systemd-ask-password-wall.path");
        add(
                masks,
                "an image is renewed, not upgraded in each container by itself",
                "apt-daily.timer",
                "apt-daily-upgrade.timer");
        add(
                masks,
                "its block devices and file systems are the host's to check",
                "e2scrub_all.timer",
                "e2scrub_reap.service",
                "fstrim.timer");
        add(masks, "a copy of the list of packages is in the image", "dpkg-db-backup.timer");
        return List.copyOf(masks);
    }

    private static void add(List<LeanMask> masks, String reason, String... units) {
        for (String unit : units) {
            masks.add(new LeanMask(unit, reason));
        }
    }
}
