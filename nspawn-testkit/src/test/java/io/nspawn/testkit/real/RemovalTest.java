package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.deploy.Plan;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is removed is gone without a trace, and what is only planned never was. */
@LabTest({"bookworm", "trixie"})
class RemovalTest {
    private static final Path JOURNALS = Path.of("/var/log/journal");
    private static final String NAME = "lt-gone";

    private boolean madeJournals;

    @BeforeEach
    void makeNetworks() throws IOException {
        madeJournals = !Files.exists(JOURNALS);
        Files.createDirectories(JOURNALS);
        try (Host host = Host.local()) {
            host.network().apply(Setup.TOPOLOGY);
        }
    }

    @AfterEach
    void removeAll() throws IOException {
        try (Host host = Host.local()) {
            Setup.remove(host, NAME);
            host.network().remove(Setup.TOPOLOGY);
        }
        if (madeJournals) {
            Files.deleteIfExists(JOURNALS);
        }
    }

    private static ContainerSpec spec() {
        return Setup.booted(NAME, 21)
                .persistentJournal()
                .limits(l -> l.memory("1G"))
                .build();
    }

    @Test
    void aPlanTouchesNothing() {
        try (Host host = Host.local()) {
            Set<String> before = HostState.now();

            Plan plan = host.plan(spec());

            assertThat(plan.changesNothing()).isFalse();
            assertThat(plan.toString())
                    .contains("lt-gone\n")
                    .contains("+ clone image " + Setup.image())
                    .contains("+ write /etc/systemd/nspawn/lt-gone.nspawn")
                    .contains("+ start systemd-nspawn@lt-gone.service");
            assertThat(HostState.changesSince(before)).isEmpty();
        }
    }

    @Test
    void aRemovedContainerLeavesNothing() throws IOException {
        try (Host host = Host.local()) {
            Set<String> before = HostState.now();
            Container container = host.deploy(spec());
            String journal = container.exec("cat", "/etc/machine-id").stdout().strip();
            assertThat(JOURNALS.resolve(journal)).isSymbolicLink();
            // What containers make by themselves: a subvolume of their own and files that root of the host cannot map.
            Path nested = Path.of("/var/lib/machines", NAME, "srv/nested");
            Command.run("btrfs", "subvolume", "create", nested.toString());
            Files.writeString(nested.resolve("file"), "content");
            assertThat(HostState.now()).contains("/var/lib/machines/lt-gone", "subvolume lt-gone/srv/nested");
            Plan plan = host.planRemoval(List.of(container.name()));
            assertThat(plan.toString()).contains("- delete its root");

            container.remove();

            assertThat(HostState.changesSince(before)).isEmpty();
            assertThat(container.status().state()).isEqualTo(ContainerState.ABSENT);
            assertThat(host.planRemoval(List.of(container.name())).changesNothing())
                    .isTrue();
        }
    }

    @Test
    void aContainerThatWasKilledIsRemovedWithoutATrace() {
        try (Host host = Host.local()) {
            Set<String> before = HostState.now();
            Container container = host.deploy(spec());
            Command.run("systemctl", "kill", "--signal=SIGKILL", "systemd-nspawn@lt-gone.service");
            Await.state(container, ContainerState.FAILED);

            container.remove();

            assertThat(HostState.changesSince(before)).isEmpty();
        }
    }

    @Test
    void aStoppedContainerIsRemovedWithoutATrace() {
        try (Host host = Host.local()) {
            Set<String> before = HostState.now();
            Container container = host.deploy(Setup.application(NAME).build());
            container.stop();
            assertThat(container.status().state()).isEqualTo(ContainerState.STOPPED);

            container.remove();

            assertThat(HostState.changesSince(before)).isEmpty();
        }
    }

    /** A container may write what it likes where its machine-id stood. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ln --symbolic --force machine-id \"$1\"",
                "ln --symbolic --force /dev/zero \"$1\"",
                "rm --force \"$1\" && mkfifo \"$1\"",
                "rm --force \"$1\" && truncate --size=1G \"$1\"",
                "rm --force \"$1\" && cp /etc/machine-id \"$1\" && mkdir --parents \"$2\" && touch \"$2/lt-marker\"",
                "rm --force \"$1\" && mkdir \"$1\""
            })
    void aContainerThatSetTrapsIsRemovedWithoutATrace(String trap) throws IOException {
        try (Host host = Host.local()) {
            Path journal = JOURNALS.resolve(
                    Files.readString(Path.of("/etc/machine-id")).strip());
            boolean madeJournal = !Files.exists(journal);
            Set<String> before = HostState.now();
            Container container = host.deploy(Setup.application(NAME).build());
            Command.run("sh", "-c", trap, "sh", "/var/lib/machines/lt-gone/etc/machine-id", journal.toString());
            try {
                container.remove();

                assertThat(trap.contains("lt-marker") == Files.exists(journal.resolve("lt-marker")))
                        .isTrue();
            } finally {
                Files.deleteIfExists(journal.resolve("lt-marker"));
                if (madeJournal) {
                    Files.deleteIfExists(journal);
                }
            }
            assertThat(HostState.changesSince(before)).isEmpty();
        }
    }

    @Test
    void networksComeAndGoWithoutATrace() {
        try (Host host = Host.local()) {
            Set<String> with = HostState.now();
            assertThat(host.network().apply(Setup.TOPOLOGY)).isEmpty();

            host.network().remove(Setup.TOPOLOGY);

            assertThat(HostState.now()).doesNotContain("/sys/class/net/br-lt", "/sys/class/net/mv-lt");
            assertThat(host.network().apply(Setup.TOPOLOGY)).hasSize(6);
            assertThat(HostState.changesSince(with)).isEmpty();
        }
    }
}
