package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.Drift;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A container that was made with machinectl and an editor is adopted, and drifts. */
@LabTest({"bookworm", "trixie"})
class ByHandTest {
    private static final String NAME = "lt-by-hand";
    private static final Path SETTINGS = Path.of("/etc/systemd/nspawn", NAME + ".nspawn");
    private static final String BY_HAND = "# mine\n[Exec]\nBoot=yes\nPrivateUsers=no\n";

    private Set<String> before = Set.of();

    @BeforeEach
    void makeByHand() throws IOException {
        Files.createDirectories(SETTINGS.getParent());
        before = HostState.now();
        Command.run("machinectl", "clone", Setup.image(), NAME);
        Files.writeString(SETTINGS, BY_HAND);
        Command.run("systemctl", "start", "systemd-nspawn@" + NAME);
    }

    @AfterEach
    void removeAll() throws IOException {
        try (Host host = Host.local()) {
            if (!host.unmanaged().isEmpty()) {
                Command.run("systemctl", "stop", "systemd-nspawn@" + NAME);
                host.container(NAME).awaitStopped(Duration.ofSeconds(60));
                Command.run("machinectl", "remove", NAME);
            }
            Setup.remove(host, NAME);
        }
        Files.deleteIfExists(SETTINGS);
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    private static ContainerSpec spec() {
        return ContainerSpec.named(NAME)
                .image(Setup.image())
                .limits(l -> l.tasks(2000))
                .build();
    }

    @Test
    void itIsAdoptedOnlyWhenAskedAndRunsOn() throws IOException {
        try (Host host = Host.local()) {
            assertThat(host.unmanaged()).singleElement().satisfies(found -> {
                assertThat(found.machine().value()).isEqualTo(NAME);
                assertThat(found.settings()).containsExactly(SETTINGS);
                assertThat(found.running()).isTrue();
                assertThat(found.enabled()).isFalse();
            });
            assertThatThrownBy(() -> host.deploy(spec())).isInstanceOf(InvalidSpecException.class);
            assertThat(host.planAdoption(spec()).toString()).contains("-PrivateUsers=no");
            assertThat(Files.readString(SETTINGS)).isEqualTo(BY_HAND);
            int leader = host.container(NAME).status().leader().getAsInt();

            Container container = host.adopt(spec());

            assertThat(container.status().leader()).hasValue(leader);
            assertThat(Files.readString(Path.of(SETTINGS + ".adopted"))).isEqualTo(BY_HAND);
            assertThat(host.unmanaged()).isEmpty();
            assertThat(container.drift()).contains(new Drift.RunsWithOlderSettings(container.name(), SETTINGS));
            container.stop();
            container.start();
            assertThat(container.status().state()).isEqualTo(ContainerState.READY);
            assertThat(container.drift()).isEmpty();
            assertThat(host.plan(spec()).changesNothing()).isTrue();
        }
    }
}
