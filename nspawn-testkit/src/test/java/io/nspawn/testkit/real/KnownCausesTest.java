package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.FailureCause;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What keeps a container from starting, brought about one by one: each has its name and its remedy. */
@LabTest({"bookworm", "trixie"})
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KnownCausesTest {
    private static final String NAME = "lt-cause";
    private static final String OWN_LINK = "lt-own-link";
    private static final Path SETTINGS = Path.of("/etc/systemd/nspawn", NAME + ".nspawn");

    private static Optional<Host> opened = Optional.empty();

    @BeforeAll
    static void deploy() {
        Host host = Host.local();
        opened = Optional.of(host);
        host.network().apply(Setup.TOPOLOGY);
        host.deploy(spec());
    }

    @AfterAll
    static void remove() {
        Setup.remove(host(), NAME, OWN_LINK);
        host().network().remove(Setup.TOPOLOGY);
        host().close();
    }

    @BeforeEach
    void stop() {
        container().stop();
    }

    private static ContainerSpec spec() {
        return Setup.application(NAME)
                .macvlan(Setup.BRIDGES.get(0), nic -> nic.address("10.77.0.77/24"))
                .build();
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static Container container() {
        return host().container(NAME);
    }

    private static void assertFailsFor(FailureCause cause) {
        JobFailedException failed =
                catchThrowableOfType(JobFailedException.class, () -> container().start());

        assertThat(failed).isNotNull();
        assertThat(failed.unitFailure().cause())
                .as("%s", failed.unitFailure().journal())
                .hasValue(cause);
        assertThat(failed.remedy()).hasValue(cause.remedy());
    }

    private static void assertStartsAgain() {
        container().start();
        container().stop();
    }

    @Test
    void theInterfaceBelowIsMissing() {
        Command.run("ip", "link", "delete", Setup.BRIDGES.get(0));
        try {
            assertFailsFor(FailureCause.LOWER_INTERFACE_MISSING);
        } finally {
            host().network().apply(Setup.TOPOLOGY);
        }
        assertStartsAgain();
    }

    /** The kernel finds out when the second interface is set up, which is for what runs inside to do. */
    @Test
    void theAddressIsInUse() {
        Container container = host().deploy(Setup.application(OWN_LINK)
                .runs("/bin/sh", "-c", "ip link set mv-br-lt up && exec sleep infinity")
                .macvlan(Setup.BRIDGES.get(0), nic -> nic.address("10.77.0.78/24"))
                .build());
        Await.until("link", () -> container.status().interfaces().stream().anyMatch(link -> link.up()));
        String mac = container.status().interfaces().get(0).mac().orElseThrow().toString();
        container.stop();
        Instant start = Instant.now();
        // The kernel takes a moment to be rid of the container's own.
        Await.until("the MAC is free", () -> isTaken(mac));
        try {
            // The program begins to run, so that the start may have succeeded before it ends.
            Throwable thrown = catchThrowable(container::start);
            assertThat(thrown)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isNull(),
                            failed -> assertThat(failed).isInstanceOf(JobFailedException.class));
            Await.state(container, ContainerState.FAILED);

            List<String> said = container.unitJournal(JournalQuery.LATEST.since(start)).stream()
                    .map(JournalEntry::message)
                    .toList();
            assertThat(FailureCause.of(said)).as("%s", said).hasValue(FailureCause.ADDRESS_IN_USE);
        } finally {
            Command.run("ip", "link", "delete", "lt-same");
        }
        container.start();
    }

    private static boolean isTaken(String mac) {
        String lower = Setup.BRIDGES.get(0);
        try {
            Command.run(("ip link add link " + lower + " name lt-same address " + mac + " up type macvlan mode bridge")
                    .split(" "));
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    @Test
    void anotherNspawnRunsOnTheRoot() throws Exception {
        Path root = Path.of("/var/lib/machines", NAME);
        Process other = new ProcessBuilder(
                        "systemd-nspawn",
                        "--directory=" + root,
                        "--machine=lt-other",
                        "--register=no",
                        "--keep-unit",
                        "--quiet",
                        "--settings=no",
                        "/bin/sleep",
                        "infinity")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Await.until(
                    "start of the other one",
                    () -> other.children()
                            .anyMatch(child -> child.info()
                                    .command()
                                    .filter(program -> program.endsWith("/sleep"))
                                    .isPresent()));
            assertFailsFor(FailureCause.IMAGE_BUSY);
        } finally {
            other.destroy();
            if (!other.waitFor(60, TimeUnit.SECONDS)) {
                other.destroyForcibly();
            }
        }
        assertStartsAgain();
    }

    @Test
    void theSettingsCannotBeRead() throws IOException {
        String settings = Files.readString(SETTINGS);
        try {
            Files.writeString(SETTINGS, "[Exec\nBoot=no\n");
            assertFailsFor(FailureCause.BAD_SETTING);
        } finally {
            Files.writeString(SETTINGS, settings);
        }
        assertStartsAgain();
    }
}
