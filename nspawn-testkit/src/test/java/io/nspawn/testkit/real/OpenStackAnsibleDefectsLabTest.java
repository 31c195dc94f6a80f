package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Those defects of the OpenStack-Ansible driver that show only on a real systemd; numbered as in the test of all. */
@LabTest({"bookworm", "trixie"})
class OpenStackAnsibleDefectsLabTest {
    /** With underscores, and so long that a domain after it would make it no hostname any more. */
    private static final String NAME = "lt_aio1_a_component_with_a_long_name_container-67440f99";

    private static final String MACHINE = NAME.replace('_', '-');
    private static final Path JOURNALS = Path.of("/var/log/journal");

    private Set<String> before = Set.of();

    @BeforeEach
    void makeNetworks() {
        try (Host host = Host.local()) {
            host.network().apply(Setup.TOPOLOGY);
        }
        before = HostState.now();
    }

    @AfterEach
    void removeAll() {
        try (Host host = Host.local()) {
            Setup.remove(host, NAME);
            assertThat(HostState.changesSince(before)).isEmpty();
            host.network().remove(Setup.TOPOLOGY);
        }
    }

    private static ContainerSpec.Builder spec() {
        return Setup.booted(NAME, 41);
    }

    @Test
    @DisplayName(
            "1, 2, 11, 15, 17, 22. Names, unit, ids and hostname are what systemd makes of them; vendor units stay")
    void namesAndUnits() {
        String vendor = Command.run("systemctl", "show", "--property=FragmentPath", "systemd-nspawn@x.service");
        try (Host host = Host.local()) {
            Container container = host.deploy(spec().build());

            assertThat(container.status().state()).isEqualTo(ContainerState.READY);
            assertThat(Command.run("machinectl", "list", "--no-legend")).contains(MACHINE);
            assertThat(Command.run("systemctl", "is-active", "systemd-nspawn@" + MACHINE))
                    .startsWith("active");
            assertThat(container.exec("cat", "/proc/sys/kernel/hostname").stdout())
                    .isEqualTo(MACHINE + "\n");
            String id = container.exec("cat", "/etc/machine-id").stdout().strip();
            assertThat(Command.run("machinectl", "show", "--property=Id", "--value", MACHINE)
                            .strip())
                    .isEqualTo(id);
            assertThat(container.exec("cat", "/proc/self/uid_map").stdout().strip())
                    .doesNotMatch("0\\s+0\\s+.*");
            assertThat(container.exec("findmnt", "--noheadings", "/root").exitCode())
                    .isNotZero();
            assertThat(Command.run("systemctl", "show", "--property=FragmentPath", "systemd-nspawn@" + MACHINE))
                    .isEqualTo(vendor);
        }
    }

    @Test
    @DisplayName("5. Removing a stopped container takes its own journal and no other")
    void journals() throws IOException {
        boolean made = !Files.exists(JOURNALS);
        Files.createDirectories(JOURNALS);
        Path other = Files.createDirectory(JOURNALS.resolve("0123456789abcdef0123456789abcdef"));
        Path file = Files.writeString(other.resolve("system.journal"), "another's");
        try (Host host = Host.local()) {
            Container container = host.deploy(spec().persistentJournal().build());
            container.stop();

            container.remove();

            assertThat(file).hasContent("another's");
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(other);
            if (made) {
                Files.deleteIfExists(JOURNALS);
            }
        }
    }

    @Test
    @DisplayName("8. A unit that somebody disabled is reported, and enabled by the next deploy")
    void drift() {
        try (Host host = Host.local()) {
            Container container = host.deploy(spec().build());
            Command.run("systemctl", "disable", "systemd-nspawn@" + MACHINE);
            assertThat(container.drift()).hasSize(1);

            host.deploy(spec().build());

            assertThat(container.isEnabled()).isTrue();
            assertThat(container.drift()).isEmpty();
        }
    }

    @Test
    @DisplayName("9, 10, 13. The image stays as it was, read-only; the MTU is that of the lower interface")
    void imageAndMtu() {
        String image = "/var/lib/machines/" + Setup.image();
        String settings = settings(image);
        Command.run("ip", "link", "set", Setup.BRIDGES.get(0), "mtu", "9000");
        try (Host host = Host.local()) {
            Container container = host.deploy(spec().build());

            assertThat(container
                            .exec("cat", "/sys/class/net/mv-" + Setup.BRIDGES.get(0) + "/mtu")
                            .stdout())
                    .isEqualTo("9000\n");
            assertThat(settings(image)).isEqualTo(settings);
            assertThat(Command.run("btrfs", "property", "get", image, "ro")).contains("ro=true");
        }
    }

    /** What an image's preparation touches, with the times of each file. */
    private static String settings(String image) {
        return Command.run("find", image + "/etc", "-newermt", "@0", "-printf", "%p %T@ %C@\n");
    }
}
