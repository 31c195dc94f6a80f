package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("lab")
@ParameterizedClass
@EnumSource(LabRelease.class)
class LabHostTest {
    @TempDir
    static Path shared;

    private static LabHost lab = LabHost.of(LabRelease.BOOKWORM);

    private final LabRelease release;

    LabHostTest(LabRelease release) {
        this.release = release;
    }

    @BeforeParameterizedClassInvocation
    static void boot(LabRelease release) throws IOException {
        lab = LabHost.of(release);
        if (lab.missing().isEmpty()) {
            Files.writeString(shared.resolve("a:b"), "shared");
            lab.share(shared).start();
        }
    }

    @AfterParameterizedClassInvocation
    static void end() {
        lab.close();
    }

    /** Each test and not the class, so that each is named among the skipped. */
    @BeforeEach
    void labCanStart() {
        Assumptions.assumeTrue(lab.missing().isEmpty(), () -> "missing: " + String.join("; ", lab.missing()));
    }

    @Test
    void bootsTheSystemdOfItsRelease() {
        assertThat(lab.exec("systemctl", "--version").orThrow().stdout()).startsWith("systemd " + release.systemd());
        assertThat(lab.exec("systemctl", "is-system-running").stdout()).isEqualTo("running\n");
    }

    @Test
    void execKeepsExitCodeAndStreamsApart() {
        assertThat(lab.exec("sh", "-c", "echo out; echo err >&2; exit 7"))
                .isEqualTo(new LabResult(7, "out\n", "err\n"));
        assertThat(lab.exec("sh", "-c", "kill -KILL $$").exitCode()).isEqualTo(128 + 9);
    }

    @Test
    void execHasOnlyTheEnvironmentItIsGiven() {
        LabResult result = lab.command("env").environment("COLOUR", "blue").run();
        assertThat(result.stdout().lines().map(line -> line.replaceFirst("=.*", "")))
                .contains("COLOUR", "PATH", "HOME", "LANG")
                .doesNotContain("JAVA_HOME", "USER");
    }

    @Test
    void aCommandThatTakesTooLongIsKilledWithAllItStarted() {
        LabCommand sleep =
                lab.command("sh", "-c", "echo begun; sleep 4242 & wait").deadline(Duration.ofSeconds(1));
        assertThatThrownBy(sleep::run).isInstanceOf(LabException.class).hasMessageContaining("begun");
        assertThat(lab.exec("pgrep", "-f", "sleep 4242").exitCode()).isEqualTo(1);
    }

    @Test
    void aJvmRunsInsideWithThisClassPath() {
        List<String> lines = new CopyOnWriteArrayList<>();
        LabResult result = lab.java(List.of("-Dgreeting=hello"), GreetingMain.class.getName(), "world")
                .onOutput(lines::add)
                .run();
        assertThat(result).isEqualTo(new LabResult(3, "hello world " + Runtime.version() + "\n", ""));
        assertThat(lines).containsExactly("hello world " + Runtime.version());
    }

    @Test
    void sharesAreReadOnly() {
        String file = shared.resolve("a:b").toString();
        assertThat(lab.exec("cat", file).orThrow().stdout()).isEqualTo("shared");
        assertThat(lab.exec("touch", file).stderr()).contains("Read-only file system");
    }

    @Test
    void theNetworkIsItsOwn() throws IOException {
        String outside = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
        assertThat(lab.exec("readlink", "/proc/self/ns/net").orThrow().stdout()).isNotEqualTo(outside + "\n");
        assertThat(lab.exec("ip", "-o", "link").orThrow().stdout().lines())
                .singleElement()
                .asString()
                .contains(" lo:");
        lab.exec("ip", "link", "add", "br-lab", "type", "bridge").orThrow();
        assertThat(Path.of("/sys/class/net/br-lab")).doesNotExist();
        lab.exec("ip", "link", "del", "br-lab").orThrow();
    }

    @Test
    void thePoolIsBtrfsWithTheBaseImage() {
        assertThat(lab.exec("stat", "-f", "-c", "%T", "/var/lib/machines")
                        .orThrow()
                        .stdout())
                .isEqualTo("btrfs\n");
        assertThat(lab.exec("machinectl", "image-status", release.baseImage())
                        .orThrow()
                        .stdout())
                .containsPattern("RO: read-only")
                .contains("Type: subvolume");
        assertThat(lab.exec("btrfs", "filesystem", "usage", "/var/lib/machines")
                        .orThrow()
                        .stdout())
                .containsPattern("Device size:\\s+8.00GiB");
        assertThat(lab.exec("stat", "-c", "%s", "/var/lib/machines/" + release.baseImage() + "/etc/machine-id")
                        .stdout())
                .isEqualTo("0\n");
    }

    @Test
    void loopDevicesCanBeMounted() {
        lab.exec("truncate", "-s", "128M", "/root/other.img").orThrow();
        lab.exec("mkfs.btrfs", "-q", "/root/other.img").orThrow();
        lab.exec("mount", "-o", "loop", "/root/other.img", "/mnt").orThrow();
        assertThat(lab.exec("stat", "-f", "-c", "%T", "/mnt").stdout()).isEqualTo("btrfs\n");
        lab.exec("umount", "/mnt").orThrow();
        lab.exec("rm", "/root/other.img").orThrow();
    }

    @Test
    void aCloneOfTheBaseImageBootsAndIsAccountedFor() {
        lab.exec("machinectl", "clone", release.baseImage(), "c1").orThrow();
        String settings = "[Exec]\\nBoot=yes\\nPrivateUsers=pick\\nNotifyReady=yes\\n"
                + "[Files]\\nPrivateUsersOwnership=map\\n[Network]\\nPrivate=yes\\nVirtualEthernet=no\\n";
        lab.exec(
                        "sh",
                        "-c",
                        "mkdir -p /etc/systemd/nspawn && printf '" + settings + "' > /etc/systemd/nspawn/c1.nspawn")
                .orThrow();
        lab.exec("systemctl", "start", "systemd-nspawn@c1").orThrow();
        assertThat(lab.exec("machinectl", "list", "--no-legend").stdout()).startsWith("c1 ");
        assertThat(lab.exec("systemctl", "show", "-P", "StatusText", "systemd-nspawn@c1")
                        .stdout())
                .contains("Ready");
        assertThat(lab.exec("systemd-run", "-M", "c1", "--pipe", "--wait", "-q", "sh", "-c", "exit 5")
                        .exitCode())
                .isEqualTo(5);
        assertThat(lab.exec("systemctl", "show", "-P", "TasksCurrent", "systemd-nspawn@c1")
                        .stdout())
                .matches("[1-9][0-9]*\\n");
        assertThat(lab.exec("systemctl", "show", "-P", "MemoryCurrent", "systemd-nspawn@c1")
                        .stdout())
                .matches("[1-9][0-9]*\\n");
        lab.exec("systemctl", "stop", "systemd-nspawn@c1").orThrow();
        lab.exec("machinectl", "remove", "c1").orThrow();
    }

    @Test
    void commandsRunInACgroupOfTheLab() {
        assertThat(lab.exec("cat", "/proc/self/cgroup").orThrow().stdout().lines())
                .isNotEmpty()
                .allMatch(line -> line.endsWith(":/lab-exec.scope"));
    }

    @Test
    void anotherLabOfTheSameReleaseIsApart() {
        try (LabHost other = LabHost.of(release).start()) {
            other.exec("touch", "/var/lib/machines/only-there", "/root/only-there")
                    .orThrow();
            assertThat(lab.exec("ls", "/var/lib/machines").orThrow().stdout()).isEqualTo(release.baseImage() + "\n");
            assertThat(lab.exec("ls", "/root").orThrow().stdout()).doesNotContain("only-there");
            assertThat(other.id()).isNotEqualTo(lab.id());
        }
    }

    @Test
    void aLabThatHasEndedByItselfSaysSo() {
        try (LabHost other = LabHost.of(release).start()) {
            ProcessHandle leader = ProcessHandle.of(other.leader()).orElseThrow();
            other.exec("systemctl", "--no-block", "poweroff").orThrow();
            leader.onExit().join();
            assertThatThrownBy(() -> other.exec("true"))
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("has ended");
        }
    }
}
