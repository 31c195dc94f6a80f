package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.deploy.DeployOptions;
import io.nspawn.deploy.DeployReport;
import io.nspawn.deploy.Hook;
import io.nspawn.model.Bind;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerStatus.Interface;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a changed spec is in force at once, and what after a restart. */
@LabTest({"bookworm", "trixie"})
class ChangesTest {
    private static final Duration READY = Duration.ofSeconds(60);
    private static final String BOOTED = "lt-change";
    private static final String APPLICATION = "lt-change-app";
    private static final String OTHER = "lt-change-two";

    /** On the pool's file system, which can map owners; hidden, and so no image. */
    private static final Path OWNED = Path.of("/var/lib/machines/.lt-owned");

    private static Optional<Host> opened = Optional.empty();

    @TempDir
    Path directory;

    @BeforeAll
    static void makeNetworks() {
        Host host = Host.local();
        opened = Optional.of(host);
        host.network().apply(Setup.TOPOLOGY);
    }

    @AfterEach
    void remove() throws IOException {
        Setup.remove(host(), BOOTED, APPLICATION, OTHER);
        Files.deleteIfExists(OWNED.resolve("mine"));
        Files.deleteIfExists(OWNED);
    }

    @AfterAll
    static void removeNetworks() {
        host().network().remove(Setup.TOPOLOGY);
        host().close();
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static ContainerSpec.Builder booted() {
        return ContainerSpec.named(BOOTED)
                .image(Setup.image())
                .macvlan(Setup.BRIDGES.get(0), nic -> nic.address("10.77.0.61/24"));
    }

    private static ContainerSpec.Builder application(String name, int number) {
        return Setup.application(name).macvlan(Setup.BRIDGES.get(0), nic -> nic.address("10.77.0." + number + "/24"));
    }

    private static Instant since(String name) {
        return host().container(name).status().since().orElseThrow();
    }

    private static String controlGroup(String file) throws IOException {
        String group = Command.run(
                        "systemctl", "show", "--value", "--property=ControlGroup", "systemd-nspawn@lt-change.service")
                .strip();
        try (var roots = Files.list(Path.of("/sys/fs/cgroup"))) {
            List<Path> all = new ArrayList<>(roots.filter(Files::isDirectory).toList());
            all.add(Path.of("/sys/fs/cgroup"));
            Path found = all.stream()
                    .map(root -> root.resolve("." + group).resolve(file).normalize())
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + file + " of " + group));
            return Files.readString(found).strip();
        }
    }

    @Test
    void limitsHoldAtOnceAndGoAgain() throws IOException {
        host().deploy(booted().limits(l -> l.tasks(1000)).build());
        Instant since = since(BOOTED);
        assertThat(controlGroup("pids.max")).isEqualTo("1000");

        DeployReport report =
                host().deployAll(List.of(booted().limits(l -> l.tasks(333)).build()), p -> {});

        assertThat(report.notes()).isEmpty();
        assertThat(controlGroup("pids.max")).isEqualTo("333");
        host().deploy(booted().build());
        assertThat(controlGroup("pids.max")).isEqualTo("16384");
        assertThat(since(BOOTED)).isEqualTo(since);
    }

    /** A reload inside, for the addresses of another, would take its own away. */
    @Test
    void aNetworkThatGoesIsThereUntilTheRestart() {
        ContainerSpec two = booted().macvlan(Setup.BRIDGES.get(1), nic -> nic.address("192.168.77.61/24"))
                .build();
        host().deploy(two).awaitReady(READY);
        ContainerSpec other = ContainerSpec.named(BOOTED)
                .image(Setup.image())
                .macvlan(Setup.BRIDGES.get(1), nic -> nic.address("192.168.77.63/24"))
                .build();

        DeployReport report = host().deployAll(List.of(other), p -> {});

        Container container = host().container(BOOTED);
        assertThat(report.notes()).isNotEmpty();
        assertThat(addresses(container)).contains("10.77.0.61/24", "192.168.77.61/24");
        host().deployAll(List.of(other), DeployOptions.DEFAULT.restarting(), p -> {});
        container.awaitReady(READY);
        assertThat(addresses(container))
                .contains("192.168.77.63/24")
                .doesNotContain("10.77.0.61/24", "192.168.77.61/24");
    }

    private static List<String> addresses(Container container) {
        return container.status().interfaces().stream()
                .flatMap(link -> link.addresses().stream())
                .map(Object::toString)
                .toList();
    }

    @Test
    void aFurtherNetworkOfABootedContainer() {
        host().deploy(booted().build()).awaitReady(READY);
        host().deploy(application(OTHER, 62)
                .macvlan(Setup.BRIDGES.get(1), nic -> nic.address("192.168.77.62/24"))
                .build());
        Instant since = since(BOOTED);
        ContainerSpec more = booted().macvlan(Setup.BRIDGES.get(1), nic -> nic.address("192.168.77.61/24"))
                .build();

        DeployReport report = host().deployAll(List.of(more), p -> {});

        assertThat(report.notes()).isEmpty();
        Container container = host().container(BOOTED);
        List<Interface> live = withoutLinkLocal(container.awaitReady(READY).interfaces());
        assertThat(since(BOOTED)).isEqualTo(since);
        assertThat(container
                        .exec("ping", "-c", "1", "-w", "20", "192.168.77.62")
                        .exitCode())
                .isZero();
        assertThat(host().deployAll(List.of(more), p -> {}).changed()).isZero();

        container.stop();
        container.start();
        assertThat(withoutLinkLocal(container.awaitReady(READY).interfaces())).isEqualTo(live);
    }

    @Test
    void aFurtherNetworkOfAnApplication() {
        host().deploy(application(APPLICATION, 63).build());
        host().deploy(booted().macvlan(Setup.BRIDGES.get(1), nic -> nic.address("192.168.77.61/24"))
                        .build())
                .awaitReady(READY);
        Instant since = since(APPLICATION);
        ContainerSpec more = application(APPLICATION, 63)
                .macvlan(Setup.BRIDGES.get(1), nic -> nic.address("192.168.77.63/24"))
                .build();

        assertThat(host().deployAll(List.of(more), p -> {}).notes()).isEmpty();

        Container container = host().container(APPLICATION);
        List<Interface> live = withoutLinkLocal(container.awaitReady(READY).interfaces());
        assertThat(since(APPLICATION)).isEqualTo(since);
        for (String address : List.of("10.77.0.63", "192.168.77.63")) {
            assertThat(host().container(BOOTED)
                            .exec("ping", "-c", "1", "-w", "20", address)
                            .exitCode())
                    .as(address)
                    .isZero();
        }
        container.stop();
        host().deploy(more);
        assertThat(withoutLinkLocal(container.awaitReady(READY).interfaces())).isEqualTo(live);
        assertThat(host().deployAll(List.of(more), p -> {}).changed()).isZero();
    }

    /** The kernel's own addresses come in their own time. */
    private static List<Interface> withoutLinkLocal(List<Interface> all) {
        return all.stream()
                .map(i -> new Interface(
                        i.name(),
                        i.mac(),
                        i.up(),
                        i.addresses().stream()
                                .filter(a -> !a.toString().startsWith("fe80:"))
                                .toList()))
                .sorted(Comparator.comparing(i -> i.name().value()))
                .toList();
    }

    @Test
    void anotherAddressOfABootedContainerIsTakenAtOnce() {
        host().deploy(booted().build()).awaitReady(READY);
        Instant since = since(BOOTED);
        ContainerSpec moved = ContainerSpec.named(BOOTED)
                .image(Setup.image())
                .macvlan(Setup.BRIDGES.get(0), nic -> nic.address("10.77.0.71/24"))
                .build();

        assertThat(host().deployAll(List.of(moved), p -> {}).notes()).isEmpty();

        host().container(BOOTED).awaitReady(READY);
        assertThat(since(BOOTED)).isEqualTo(since);
    }

    @Test
    void aBindWaitsForARestartThatIsAskedFor() throws IOException {
        Files.writeString(directory.resolve("said"), "here");
        directory.toFile().setExecutable(true, false);
        directory.toFile().setReadable(true, false);
        host().deployAll(List.of(booted().build(), application(APPLICATION, 63).build()), p -> {});
        Instant since = since(BOOTED);
        Instant other = since(APPLICATION);
        List<ContainerSpec> changed = List.of(
                booted().bind(directory.toString(), "/given", Bind::asReadOnly).build(),
                application(APPLICATION, 63).build());

        assertThat(host().deployAll(changed, p -> {}).plan().waitingForRestart())
                .containsExactly(changed.get(0).machine());
        assertThat(host().deployAll(changed, p -> {}).plan().waitingForRestart())
                .containsExactly(changed.get(0).machine());
        assertThat(since(BOOTED)).isEqualTo(since);

        DeployReport report = host().deployAll(changed, DeployOptions.DEFAULT.restarting(), p -> {});

        assertThat(report.notes()).isEmpty();
        assertThat(since(BOOTED)).isAfter(since);
        assertThat(since(APPLICATION)).isEqualTo(other);
        assertThat(host().container(BOOTED).exec("cat", "/given/said").stdout()).isEqualTo("here");
        assertThat(host().deployAll(changed, DeployOptions.DEFAULT.restarting(), p -> {})
                        .changed())
                .isZero();
    }

    @Test
    void oneStartsAfterTheOtherIsReady() {
        List<String> seen = new ArrayList<>();
        ContainerSpec first = booted().build();
        ContainerSpec second = application(APPLICATION, 63).after(BOOTED).build();
        DeployOptions options = DeployOptions.DEFAULT
                .hook(Hook.Point.BEFORE_START, machine -> seen.add("before " + machine))
                .hook(Hook.Point.AFTER_START, machine -> seen.add("after " + machine));

        host().deployAll(List.of(second, first), options, p -> {});

        assertThat(seen)
                .containsExactly("before lt-change", "after lt-change", "before lt-change-app", "after lt-change-app");
        assertThat(Command.run(
                        "systemctl", "show", "--value", "--property=After", "systemd-nspawn@lt-change-app.service"))
                .contains("systemd-nspawn@lt-change.service");
        assertThat(since(APPLICATION)).isAfterOrEqualTo(since(BOOTED));
    }

    @Test
    void furtherSettingsReachTheContainer() throws IOException {
        Files.createDirectories(OWNED);
        Files.writeString(OWNED.resolve("mine"), "root's");
        ContainerSpec spec = booted().setting("Exec", "LimitNOFILE", "777:888")
                .setting("Exec", "Capability", "CAP_NET_RAW")
                .setting("Files", "TemporaryFileSystem", "/scratch:mode=0700")
                .setting("Network", "VirtualEthernet", "yes")
                .bind(OWNED.toString(), "/owned", bind -> bind.mapped(Bind.Mapping.ROOT))
                .build();

        Container container = host().deploy(spec);

        assertThat(host().plan(spec).effective(spec.machine()).orElseThrow().describe())
                .isNotEmpty();
        assertThat(container.exec("stat", "-f", "-c", "%T", "/scratch").stdout().strip())
                .isEqualTo("tmpfs");
        assertThat(container.exec("stat", "-c", "%u", "/owned/mine").stdout().strip())
                .isEqualTo("0");
        assertThat(container.status().interfaces())
                .anyMatch(i -> i.name().value().equals("host0"));
        assertThat(container.exec("cat", "/proc/1/limits").stdout()).containsPattern("Max open files +\\d+ +888");
    }
}
