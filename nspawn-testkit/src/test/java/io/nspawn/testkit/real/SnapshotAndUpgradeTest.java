package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeployException;
import io.nspawn.model.MachineName;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots, the way back, and upgrades, on real subvolumes under a real systemd. */
@LabTest({"bookworm", "trixie"})
class SnapshotAndUpgradeTest {
    private static final String NAME = "lt-lives";
    private static final String BROKEN = "lt-broken";
    private static final String NEXT = "lt-next";
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final Path ROOT = POOL.resolve(NAME);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private Set<String> before = Set.of();

    @BeforeEach
    void makeNetworksAndImages() throws IOException {
        try (Host host = Host.local()) {
            host.network().apply(Setup.TOPOLOGY);
        }
        before = HostState.now();
        Command.run(
                "btrfs", "subvolume", "snapshot", POOL.resolve(Setup.image()).toString(), path(NEXT));
        Files.writeString(POOL.resolve(NEXT).resolve("etc/next"), "next");
        Command.run("btrfs", "subvolume", "snapshot", POOL.resolve(NEXT).toString(), path(BROKEN));
        Files.delete(POOL.resolve(BROKEN).resolve("usr/lib/systemd/systemd"));
    }

    @AfterEach
    void removeAll() {
        try (Host host = Host.local()) {
            Setup.remove(host, NAME);
            for (String image : new String[] {NEXT, BROKEN}) {
                if (Files.exists(POOL.resolve(image))) {
                    Command.run("btrfs", "subvolume", "delete", path(image));
                }
            }
            assertThat(HostState.changesSince(before)).isEmpty();
            host.network().remove(Setup.TOPOLOGY);
        }
    }

    private static String path(String root) {
        return POOL.resolve(root).toString();
    }

    private static ContainerSpec spec() {
        return Setup.booted(NAME, 31).persistent("/var/lib/kept").build();
    }

    @Test
    void rootNestedSubvolumesAndFilesComeBack() throws IOException {
        try (Host host = Host.local()) {
            Container container = host.deploy(spec());
            String id = Files.readString(ROOT.resolve("etc/machine-id"));
            Command.run("btrfs", "subvolume", "create", ROOT + "/var/lib/nested");
            Files.writeString(ROOT.resolve("var/lib/nested/file"), "old");
            container.snapshot("before");
            assertThat(container.status().state()).isEqualTo(ContainerState.READY);
            Files.writeString(ROOT.resolve("var/lib/nested/file"), "new");
            host.deploy(Setup.booted(NAME, 31).limits(l -> l.tasks(777)).build());

            container.rollback("before");

            assertThat(Files.readString(ROOT.resolve("var/lib/nested/file"))).isEqualTo("old");
            assertThat(Files.readString(ROOT.resolve("etc/machine-id"))).isEqualTo(id);
            assertThat(container.exec("cat", "/etc/machine-id").stdout()).isEqualTo(id);
            assertThat(container.limits().tasks()).isNotEqualTo(OptionalLong.of(777));
            assertThat(host.plan(spec()).changesNothing()).isTrue();
            assertThat(container.snapshots()).hasSize(1);
        }
    }

    /** What the decision on the names of snapshots stands on. */
    @Test
    void machinedNeitherStartsNorCleansASnapshot() {
        try (Host host = Host.local()) {
            Container container = host.deploy(Setup.application(NAME).build());
            container.snapshot("before");

            host.images().cleanHidden();

            assertThat(container.snapshots()).hasSize(1);
            assertThat(Command.run("machinectl", "show-image", NAME + "@before"))
                    .contains("ReadOnly=yes");
            assertThat(Command.result("systemctl", "start", "systemd-nspawn@" + NAME + "@before.service")
                            .status())
                    .isNotZero();
            Command.run("systemctl", "reset-failed");
            Command.run("machinectl", "remove", NAME + "@before");
            assertThat(Path.of("/etc/systemd/nspawn/" + NAME + "@before.nspawn"))
                    .doesNotExist();
            assertThat(container.snapshots()).isEmpty();
        }
    }

    @Test
    void anUpgradeKeepsIdentityAndWhatIsPersistent() throws IOException {
        try (Host host = Host.local()) {
            Container container = host.deploy(spec());
            String id = Files.readString(ROOT.resolve("etc/machine-id"));
            String macs = container
                    .exec("sh", "-c", "cat /sys/class/net/mv-*/address")
                    .stdout();
            container.exec(
                    "sh",
                    "-c",
                    "mkdir -p /var/lib/kept/sub; cd /var/lib/kept; echo rows > table; ln table hard; ln -s /etc/shadow link;"
                            + " chown 33:33 table; chmod 4750 table; mkfifo pipe; touch -d @1000000000 table;"
                            + " touch \"$(printf 'no\\377text')\" 'per%41cent'");
            Files.setAttribute(
                    ROOT.resolve("var/lib/kept/table"), "user:note", "kept".getBytes(StandardCharsets.UTF_8));

            host.upgradeKeeping("old", spec(), NEXT, PATIENCE);

            assertThat(container.exec("cat", "/etc/next").stdout()).isEqualTo("next");
            assertThat(container.exec("cat", "/etc/machine-id").stdout()).isEqualTo(id);
            assertThat(container
                            .exec("sh", "-c", "cat /sys/class/net/mv-*/address")
                            .stdout())
                    .isEqualTo(macs);
            assertThat(container
                            .exec("stat", "-c", "%u:%g %a %h %Y", "/var/lib/kept/table")
                            .stdout()
                            .strip())
                    .isEqualTo("33:33 4750 2 1000000000");
            assertThat(container.exec("readlink", "/var/lib/kept/link").stdout().strip())
                    .isEqualTo("/etc/shadow");
            assertThat(container.exec("test", "-p", "/var/lib/kept/pipe").exitCode())
                    .isZero();
            assertThat(container.exec("cat", "/var/lib/kept/hard").stdout()).isEqualTo("rows\n");
            assertThat(Files.getAttribute(ROOT.resolve("var/lib/kept/table"), "user:note"))
                    .isNotNull();

            assertThat(container
                            .exec("sh", "-c", "cd /var/lib/kept; ls -A | wc -l; test -e \"$(printf 'no\\377text')\"")
                            .stdout()
                            .strip())
                    .isEqualTo("7");
            assertThat(container.exec("test", "-e", "/var/lib/kept/per%41cent").exitCode())
                    .isZero();

            container.rollback("old");
            assertThat(container.exec("test", "-e", "/etc/next").exitCode()).isNotZero();
        }
    }

    @Test
    void anImageThatCannotBootGoesBack() {
        try (Host host = Host.local()) {
            Container container = host.deploy(spec());
            container.exec("touch", "/var/lib/mark");

            assertThatThrownBy(() -> host.upgrade(spec(), BROKEN, PATIENCE))
                    .isInstanceOf(DeployException.class)
                    .hasMessageContaining("the old root runs again");

            assertThat(container.awaitReady(PATIENCE).state()).isEqualTo(ContainerState.READY);
            assertThat(container.exec("test", "-e", "/var/lib/mark").exitCode()).isZero();
            assertThat(host.plan(spec()).changesNothing()).isTrue();
        }
    }

    /** A program that was told to end runs on while it does, its unit is active all the while: only a new run is one. */
    @Test
    void aWayBackThatIsInterruptedWhileTheProgramEndsLeavesItRunning() throws IOException, InterruptedException {
        String toldToEnd = "told-to-end";
        try (Host host = Host.local()) {
            Container container = host.deploy(Setup.application(NAME)
                    .runs(
                            "/bin/sh",
                            "-c",
                            "trap 'touch /" + toldToEnd + "; sleep 1; exit' TERM; while :; do sleep 0.05; done")
                    .build());
            container.snapshot("before");
            String before = invocation(container);
            AtomicReference<DeployException> failure = new AtomicReference<>();
            Thread deployer = new Thread(() -> {
                try {
                    container.rollback("before");
                } catch (DeployException e) {
                    failure.set(e);
                }
            });
            deployer.start();
            while (!Files.exists(ROOT.resolve(toldToEnd)) && deployer.isAlive()) {
                Thread.onSpinWait();
            }
            deployer.interrupt();
            deployer.join();

            assertThat(failure.get()).hasMessageContaining("the old root runs again");
            assertThat(invocation(container)).isNotEqualTo(before);
            assertThat(container.status().state()).isEqualTo(ContainerState.READY);
        }
    }

    private static String invocation(Container container) {
        return Command.run(
                "systemctl",
                "show",
                "--value",
                "-p",
                "InvocationID",
                container.name().unit());
    }

    /** systemd-nspawn started by hand holds the root's lock, and no unit tells of it. */
    @Test
    void aRootThatIsLockedIsNotTakenAway() throws IOException, InterruptedException {
        try (Host host = Host.local()) {
            Container container = host.deploy(Setup.application(NAME).build());
            container.stop();
            Process byHand = new ProcessBuilder(
                            "systemd-nspawn",
                            "--quiet",
                            "--register=no",
                            "--keep-unit",
                            "--console=pipe",
                            "-D",
                            ROOT.toString(),
                            "-M",
                            "lt-by-hand",
                            "/bin/sh",
                            "-c",
                            "echo here; read line")
                    .redirectErrorStream(true)
                    .start();
            try {
                assertThat(byHand.inputReader().readLine()).isEqualTo("here");

                assertThatThrownBy(() -> host.removeAll(Set.of(MachineName.of(NAME)), p -> {}))
                        .hasRootCauseInstanceOf(BusyException.class);
                assertThat(ROOT.resolve("etc/os-release")).exists();
            } finally {
                byHand.getOutputStream().close();
                byHand.waitFor();
            }
        }
    }
}
