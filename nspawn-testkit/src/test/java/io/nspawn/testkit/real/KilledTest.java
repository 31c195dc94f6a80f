package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.MachineName;
import io.nspawn.testkit.lab.LabTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The process that deploys or removes dies by SIGKILL in the middle, and the next one makes it good. */
@LabTest({"bookworm", "trixie"})
class KilledTest {
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
            host.removeAll(machines(), progress -> {});
            host.network().remove(Setup.TOPOLOGY);
        }
    }

    private static List<ContainerSpec> specs() {
        return EngineMain.specs(Setup.image());
    }

    private static List<MachineName> machines() {
        return specs().stream().map(ContainerSpec::machine).toList();
    }

    @ParameterizedTest
    @CsvSource({"clone, 3", "configure, 2", "write, 6", "publish, 1", "enable, 3", "start, 1"})
    void aDeployThatWasKilledIsDoneByTheNext(String phase, int step) throws IOException, InterruptedException {
        kill("deploy", phase, step);
        assertNoHalfMadeContainerIsSeen();

        try (Host host = Host.local()) {
            host.deployAll(specs(), progress -> {});

            assertThat(host.statuses(machines()))
                    .extracting(ContainerStatus::state)
                    .containsOnly(ContainerState.READY);
            assertThat(host.plan(specs()).changesNothing())
                    .as("%s", host.plan(specs()))
                    .isTrue();
            assertThat(hiddenRoots()).isEmpty();
            host.removeAll(machines(), progress -> {});
        }
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"publish, 2"})
    void aDeployThatWasKilledIsRemovedWithoutATrace(String phase, int step) throws IOException, InterruptedException {
        kill("deploy", phase, step);

        try (Host host = Host.local()) {
            host.removeAll(machines(), progress -> {});
        }

        assertThat(HostState.changesSince(before)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"stop, 1", "remove, 3", "delete, 1"})
    void aRemovalThatWasKilledIsDoneByTheNext(String phase, int step) throws IOException, InterruptedException {
        try (Host host = Host.local()) {
            host.deployAll(specs(), progress -> {});
            kill("remove", phase, step);
            assertNoHalfMadeContainerIsSeen();

            host.removeAll(machines(), progress -> {});
        }

        assertThat(HostState.changesSince(before)).isEmpty();
    }

    /** Starts the engine in a JVM of its own and kills it when it has come to the step. */
    private static void kill(String verb, String phase, int step) throws IOException, InterruptedException {
        List<String> command = Command.java(EngineMain.class, verb, Setup.image(), phase, Integer.toString(step));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            StringBuilder said = new StringBuilder();
            for (String line = output.readLine(); !EngineMain.HERE.equals(line); line = output.readLine()) {
                assertThat(line)
                        .as("no step %d of %s came; it said %s", step, phase, said)
                        .isNotNull();
                said.append(line).append('\n');
            }
            process.destroyForcibly();
            assertThat(process.waitFor()).isEqualTo(128 + 9);
        } finally {
            process.destroyForcibly();
        }
    }

    /** What machined shows has a finished root of its own, and its files; nothing hidden is among it. */
    private static void assertNoHalfMadeContainerIsSeen() {
        Set<String> images = Command.run("machinectl", "list-images", "--all", "--no-legend")
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.strip().split("\\s+", 2)[0])
                .collect(Collectors.toSet());
        assertThat(images).noneMatch(name -> name.startsWith(".#"));
        for (MachineName machine : machines()) {
            if (images.contains(machine.value())) {
                assertThat(Path.of("/etc/systemd/nspawn", machine + ".nspawn")).exists();
                assertThat(Path.of("/var/lib/machines", machine.value(), "etc/machine-id"))
                        .satisfies(file -> assertThat(Files.readString(file)).matches("[0-9a-f]{32}\n"));
            }
        }
    }

    private static List<String> hiddenRoots() {
        return Command.run("ls", "-A", "/var/lib/machines")
                .lines()
                .filter(name -> name.startsWith(".#nspawn"))
                .toList();
    }
}
