package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Host;
import io.nspawn.Timeouts;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.JobFailedException.UnitFailure;
import io.nspawn.model.Outcome;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A container that does not come up takes everything back with it, and says why it did not. */
@LabTest({"bookworm", "trixie"})
class FailedStartTest {
    private static final String NAME = "lt-fails";
    private static final String UNIT = "systemd-nspawn@lt-fails.service";
    private static final Timeouts SHORT = new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(20));
    private static final Path TIGHT = Path.of("/var/lib/machines/lt-tight");

    @BeforeEach
    void makeNetworks() {
        try (Host host = Host.local()) {
            host.network().apply(Setup.TOPOLOGY);
        }
    }

    @AfterEach
    void cleanUp() {
        try (Host host = Host.local()) {
            Setup.remove(host, NAME, "lt-good");
            host.network().remove(Setup.TOPOLOGY);
        }
        if (Files.exists(TIGHT)) {
            Command.run("btrfs", "subvolume", "delete", TIGHT.toString());
        }
    }

    /** Deploys it beside one that comes up, and finds the host as it was. */
    private static DeployException failed(ContainerSpec spec) {
        List<DeployException> thrown = new ArrayList<>();
        try (Host host = Host.local(SHORT)) {
            Set<String> before = HostState.now();
            List<ContainerSpec> specs = List.of(Setup.application("lt-good").build(), spec);

            assertThatThrownBy(() -> host.deployAll(specs, progress -> {}))
                    .isInstanceOfSatisfying(DeployException.class, thrown::add);

            assertThat(HostState.changesSince(before)).isEmpty();
        }
        DeployException failed = thrown.get(0);
        assertThat(failed.notUndone()).isEmpty();
        assertThat(failed.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(failed.undone())
                .anyMatch(what -> what.startsWith("start"))
                .anyMatch(what -> what.startsWith("enabling"))
                .anyMatch(what -> what.contains("lt-fails.nspawn"))
                .anyMatch(what -> what.startsWith("clone of"));
        return failed;
    }

    private static UnitFailure unit(DeployException failed) {
        if (failed.getCause() instanceof JobFailedException cause) {
            return cause.unitFailure();
        }
        throw new AssertionError("not for a failed job", failed);
    }

    /** The image's init is a program that says something and fails. */
    @Test
    void anInitThatFails() throws IOException {
        image("#!/bin/sh\necho the init has its reasons\nexit 42\n");

        DeployException failed = failed(Setup.booted(NAME, 31).image("lt-tight").build());

        assertThat(failed).hasMessageContaining("the init has its reasons");
        assertThat(unit(failed).unit()).isEqualTo(UNIT);
        assertThat(unit(failed).jobResult()).isEqualTo("failed");
        assertThat(unit(failed).serviceResult()).isEqualTo("exit-code");
        assertThat(unit(failed).exitStatus()).isEqualTo(42);
        assertThat(unit(failed).journal()).anyMatch(line -> line.contains("the init has its reasons"));
    }

    /** The limit that many containers run into, here of this container's user namespace alone. */
    @Test
    void anInitWithoutInotifyInstances() throws IOException {
        image("""
                #!/bin/sh
                mount -o remount,bind,rw /proc/sys
                echo 0 > /proc/sys/user/max_inotify_instances || exit 43
                exec /usr/lib/systemd/systemd.real "$@"
                """);

        DeployException failed = failed(Setup.booted(NAME, 32).image("lt-tight").build());

        assertThat(unit(failed).journal()).anyMatch(line -> line.contains("Too many open files"));
        assertThat(failed.remedy()).get().asString().contains("inotify").contains("readiness()");
        assertThat(failed).hasMessageContaining("Too many open files");
    }

    @Test
    void aProgramThatIsNotThere() {
        DeployException failed =
                failed(Setup.application(NAME).runs("/no/such/program").build());

        assertThat(unit(failed).serviceResult()).isEqualTo("exit-code");
        assertThat(failed).hasMessageContaining("/no/such/program");
    }

    private static void image(String init) throws IOException {
        Command.run("btrfs", "subvolume", "snapshot", "/var/lib/machines/" + Setup.image(), TIGHT.toString());
        Path file = TIGHT.resolve("usr/lib/systemd/systemd");
        Files.move(file, TIGHT.resolve("usr/lib/systemd/systemd.real"));
        Files.writeString(file, init);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        Command.run("btrfs", "property", "set", "-ts", TIGHT.toString(), "ro", "true");
    }
}
