package io.nspawn.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A small operating system, with all that tells one installation from another and that clones must not share. */
final class FakeImage {
    /** What a minimal Debian takes. */
    static final long BYTES = 178L << 20;

    /** What systemd looks at to know an operating system. */
    static final String OS_RELEASE = "usr/lib/os-release";

    /** What is there when networkd runs after a boot. */
    static final String NETWORKD_ENABLED = "etc/systemd/system/multi-user.target.wants/systemd-networkd.service";

    /** Some units, with what their files say of enabling. */
    private static final Map<String, String> UNITS = Map.of(
            "systemd-networkd.service",
            "[Install]\nWantedBy=multi-user.target\nAlso=systemd-networkd.socket\n",
            "systemd-networkd.socket",
            "[Install]\nWantedBy=sockets.target\n",
            "systemd-logind.service",
            "",
            "systemd-user-sessions.service",
            "",
            "apt-daily.timer",
            "[Install]\nWantedBy=timers.target\n");

    private static final String MACHINE_ID = "b08dfa6083e7567a1921a715000001fb";

    private FakeImage() {}

    static RootTree tree(String name) {
        RootTree tree = new RootTree();
        text(tree, OS_RELEASE, "ID=" + name + "\nVERSION_ID=12\n");
        tree.link("etc/os-release", "../usr/lib/os-release");
        tree.link("bin", "usr/bin");
        tree.link("sbin", "usr/sbin");
        text(tree, "usr/bin/true", "");
        text(tree, "usr/bin/apt-get", "");
        text(tree, "usr/bin/dbus-daemon", "");
        text(tree, "usr/lib/systemd/systemd", "");
        tree.link("usr/sbin/init", "../lib/systemd/systemd");
        UNITS.forEach((unit, install) -> text(tree, "usr/lib/systemd/system/" + unit, install));
        text(tree, "etc/hostname", name + "\n");
        text(tree, "etc/machine-id", MACHINE_ID + "\n");
        tree.link("var/lib/dbus/machine-id", "/etc/machine-id");
        text(tree, "etc/ssh/ssh_host_ed25519_key", "secret of the image\n");
        text(tree, "etc/ssh/ssh_host_ed25519_key.pub", "key of the image\n");
        text(tree, "etc/ssh/sshd_config", "PermitRootLogin no\n");
        text(tree, "var/lib/systemd/random-seed", "seed of the image");
        text(tree, "var/lib/dhcp/dhclient.eth0.leases", "lease {}\n");
        text(tree, "var/log/journal/" + MACHINE_ID + "/system.journal", "journal of the image");
        tree.directory("etc/systemd/network");
        tree.link(NETWORKD_ENABLED, "/usr/lib/systemd/system/systemd-networkd.service");
        return tree;
    }

    private static void text(RootTree tree, String path, String text) {
        tree.write(path, text.getBytes(StandardCharsets.UTF_8), 0644);
    }
}
