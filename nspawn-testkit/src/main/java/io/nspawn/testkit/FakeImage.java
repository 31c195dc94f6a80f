package io.nspawn.testkit;

import io.nspawn.model.ImageName;
import io.nspawn.model.Size;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An image of a {@link FakeHost}: a small Debian with networkd, and what is put over it.
 *
 * <pre>{@code
 * host.addImage(FakeImage.named("app").file("/etc/app.conf", "port=80\n").size(Size.parse("1G")));
 * }</pre>
 *
 * <p>Like every installation it has a machine-id, host keys, a random seed, leases and a journal, which clones must not
 * share. Immutable: each method gives another one.
 */
public final class FakeImage {
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

    private static final int FILE_MODE = 0644;

    private final String name;
    private final long bytes;
    private final MachineLife life;
    private final List<Consumer<RootTree>> changes;

    private FakeImage(String name, long bytes, MachineLife life, List<Consumer<RootTree>> changes) {
        this.name = name;
        this.bytes = bytes;
        this.life = life;
        this.changes = List.copyOf(changes);
    }

    /**
     * An image of 178 MiB.
     *
     * @throws io.nspawn.model.InvalidNameException if that is no name of an image
     */
    public static FakeImage named(String name) {
        return new FakeImage(ImageName.of(name).value(), BYTES, MachineLife.NORMAL, List.of());
    }

    /** With a file (0644), its directories too. */
    public FakeImage file(String path, String text) {
        return file(path, text, FILE_MODE);
    }

    /** With a file of a mode. */
    public FakeImage file(String path, String text, int mode) {
        return with(tree -> tree.write(path, text.getBytes(StandardCharsets.UTF_8), mode));
    }

    public FakeImage directory(String path) {
        return with(tree -> tree.directory(path));
    }

    /** With a symbolic link; its target is not looked at. */
    public FakeImage link(String path, String target) {
        return with(tree -> tree.link(path, target));
    }

    /** Without a file, or a directory with all in it: without {@code usr/lib/systemd/systemd} it does not boot. */
    public FakeImage without(String path) {
        return with(tree -> tree.delete(path));
    }

    /** What it takes in the pool, beside the files that were put into it. */
    public FakeImage size(Size size) {
        return new FakeImage(name, size.bytes(), life, changes);
    }

    /** How containers behave that are cloned from it, unless {@link FakeHost#setLife} says otherwise. */
    public FakeImage lives(MachineLife newLife) {
        return new FakeImage(name, bytes, newLife, changes);
    }

    String name() {
        return name;
    }

    /** A root with this in it. */
    FakeRoot root(boolean sealed, Instant created) {
        RootTree tree = debian(name);
        changes.forEach(change -> change.accept(tree));
        return FakeRoot.made(tree, sealed, created, bytes, life);
    }

    private FakeImage with(Consumer<RootTree> change) {
        List<Consumer<RootTree>> more = new ArrayList<>(changes);
        more.add(change);
        return new FakeImage(name, bytes, life, more);
    }

    static RootTree debian(String name) {
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
