package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.InvalidNameException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.Outcome;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What cannot work is refused with a type and a reason, and the host is the same before and after. */
@LabTest({"bookworm", "trixie"})
class BadInputTest {
    private static final String NAME = "lt-bad";
    private static final String GOOD = "lt-good";

    private static Optional<Host> opened = Optional.empty();

    @BeforeAll
    static void prepare() {
        Host host = Host.local();
        opened = Optional.of(host);
        host.network().apply(Setup.TOPOLOGY);
        Command.run("ip", "link", "add", "lt-port", "type", "veth", "peer", "name", "lt-peer");
        Command.run("ip", "link", "set", "lt-port", "master", "br-lt");
    }

    @AfterAll
    static void cleanUp() {
        Command.result("ip", "link", "delete", "lt-port");
        host().network().remove(Setup.TOPOLOGY);
        host().close();
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static ContainerSpec.Builder bad() {
        return ContainerSpec.named(NAME).image(Setup.image());
    }

    /** A good container stands before the bad one, so that work begun too early would show. */
    private static InvalidSpecException refused(ContainerSpec... specs) {
        Set<String> before = HostState.now();
        List<ContainerSpec> all =
                new ArrayList<>(List.of(Setup.application(GOOD).build()));
        all.addAll(Arrays.asList(specs));
        List<InvalidSpecException> thrown = new ArrayList<>();

        assertThatThrownBy(() -> host().deployAll(all, progress -> {
                    throw new AssertionError("begun: " + progress);
                }))
                .isInstanceOfSatisfying(InvalidSpecException.class, thrown::add);

        assertThat(HostState.changesSince(before)).isEmpty();
        assertThat(thrown.get(0).outcome()).isEqualTo(Outcome.NOT_APPLIED);
        return thrown.get(0);
    }

    @Test
    void aMissingImage() {
        assertThat(refused(ContainerSpec.named(NAME).image("lt-none").build()))
                .hasMessageContaining("image lt-none is not in the pool")
                .hasMessageContaining("the pool has " + Setup.image());
    }

    @Test
    void aBadName() {
        for (String name : List.of("-bad", "bad-", "a..b", "", "a/b", "a b", "a\nb", "x".repeat(65))) {
            assertThatThrownBy(() -> ContainerSpec.named(name)).isInstanceOf(InvalidNameException.class);
        }
        assertThatThrownBy(() -> bad().image("../etc")).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> bad().macvlan("a-name-of-16-byte", nic -> {}))
                .isInstanceOf(InvalidNameException.class);
    }

    @Test
    void twoNamesThatMapToOneMachine() {
        assertThat(refused(ContainerSpec.named("lt_bad").image(Setup.image()).build(), bad().build()))
                .hasMessageContaining("both become the machine lt-bad");
    }

    @Test
    void aMissingParentInterface() {
        assertThat(refused(bad().macvlan("lt-none", nic -> nic.dhcp()).build()))
                .hasMessageContaining("interface lt-none does not exist")
                .hasMessageContaining("br-lt");
    }

    @Test
    void aLoopbackAsParent() {
        assertThat(refused(bad().macvlan("lo", nic -> nic.dhcp()).build())).hasMessageContaining("lo is a loopback");
    }

    @Test
    void aBridgesPortAsParent() {
        assertThat(refused(bad().macvlan("lt-port", nic -> nic.dhcp()).build()))
                .hasMessageContaining("lt-port is a port of br-lt");
    }

    @Test
    void anMtuAboveTheParents() {
        assertThat(refused(bad().macvlan("br-lt", nic -> nic.dhcp().mtu(9000)).build()))
                .hasMessageContaining("MTU 9000 is above the 1500 of br-lt");
    }

    @Test
    void twoMacvlansOnOneParent() {
        assertThat(refused(bad().macvlan("br-lt", nic -> nic.dhcp())
                        .macvlan("br-lt", nic -> nic.dhcp())
                        .build()))
                .hasMessageContaining("two macvlans on br-lt");
    }

    @Test
    void aMissingBindSourceAndAMissingDevice() {
        assertThat(refused(bad().bind("/srv/lt-none", "/mnt")
                                .device("/dev/lt-none")
                                .build())
                        .findings())
                .extracting(finding -> finding.problem())
                .containsExactly("bind source /srv/lt-none does not exist", "device /dev/lt-none does not exist");
    }

    @Test
    void aRootOfThatNameThatIsSomebodyElses() {
        Command.run("btrfs", "subvolume", "create", "/var/lib/machines/lt-bad");
        try {
            assertThat(refused(bad().build())).hasMessageContaining("lt-bad").hasMessageContaining("another name");
            Set<String> before = HostState.now();
            assertThatThrownBy(() -> Setup.remove(host(), NAME))
                    .isInstanceOf(InvalidSpecException.class)
                    .hasMessageContaining("was not made by this library");
            assertThat(HostState.changesSince(before)).isEmpty();
        } finally {
            Command.run("btrfs", "subvolume", "delete", "/var/lib/machines/lt-bad");
        }
    }

    @Test
    void aSettingsFileOfThatNameThatIsSomebodyElses() throws IOException {
        Path file = Path.of("/etc/systemd/nspawn/lt-bad.nspawn");
        boolean made = !Files.exists(file.getParent());
        Files.createDirectories(file.getParent());
        Files.writeString(file, "[Exec]\nBoot=yes\n");
        try {
            assertThat(refused(bad().build())).hasMessageContaining(file + " was not made by this library");
        } finally {
            Files.delete(file);
            if (made) {
                Files.delete(file.getParent());
            }
        }
    }

    @Test
    void aSettingsFileThatWasEdited() throws IOException {
        Path file = Path.of("/etc/systemd/nspawn/lt-edited.nspawn");
        ContainerSpec spec = Setup.application("lt-edited").build();
        host().deploy(spec);
        try {
            Files.writeString(file, "\n[Files]\nTemporaryFileSystem=/tmp\n", StandardOpenOption.APPEND);

            assertThat(refused(spec)).hasMessageContaining(file + " was edited by hand");
        } finally {
            Setup.remove(host(), "lt-edited");
        }
    }

    @Test
    void aFullPool() throws IOException {
        Path filler = Path.of("/var/lib/machines/lt-filler");
        try {
            // Reserved in steps: the last gigabyte is not all for data.
            for (String size : List.of("4G", "2G", "1G", "512M", "256M", "128M", "64M", "32M", "16M", "8M", "4M")) {
                while (Command.result(
                                        "fallocate",
                                        "--length",
                                        size,
                                        "--offset",
                                        Long.toString(Files.exists(filler) ? Files.size(filler) : 0),
                                        filler.toString())
                                .status()
                        == 0) {
                    assertThat(Files.size(filler)).isLessThan(16L << 30);
                }
            }
            Command.run("btrfs", "filesystem", "sync", "/var/lib/machines");
            Set<String> before = HostState.now();

            assertThatThrownBy(() -> host().deploy(bad().build()))
                    .isInstanceOf(NoSpaceException.class)
                    .hasMessageContaining("the pool has ")
                    .hasMessageContaining("Grow the pool");

            assertThat(HostState.changesSince(before)).isEmpty();
        } finally {
            Files.deleteIfExists(filler);
            Command.run("btrfs", "filesystem", "sync", "/var/lib/machines");
        }
    }

    @Test
    void aProcessThatIsNotRoot() {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=65534",
                "--clear-groups",
                "--inh-caps=+dac_read_search",
                "--ambient-caps=+dac_read_search"));
        command.addAll(Command.java(OpenMain.class));
        Set<String> before = HostState.now();

        Command.Result result = Command.result(command.toArray(String[]::new));

        assertThat(result.output())
                .contains(PermissionDeniedException.class.getName())
                .contains("not root");
        assertThat(result.status()).isEqualTo(OpenMain.REFUSED);
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    @Test
    void aHostWhoseMachinedIsMasked() {
        Command.run("systemctl", "mask", "--runtime", "--now", "systemd-machined.service");
        try {
            assertThatThrownBy(() -> Host.local().close())
                    .isInstanceOfSatisfying(
                            HostNotReadyException.class,
                            e -> assertThat(e.findings())
                                    .singleElement()
                                    .matches(finding -> finding.subject().equals("systemd-machined"))
                                    .matches(
                                            finding -> finding.problem().contains("systemd-machined.service is masked"))
                                    .matches(finding -> finding.remedy().contains("systemctl unmask")));
        } finally {
            Command.run("systemctl", "unmask", "--runtime", "systemd-machined.service");
        }
        try (Host again = Host.local()) {
            assertThat(again.container(NAME).status().leader()).isEmpty();
        }
    }
}
