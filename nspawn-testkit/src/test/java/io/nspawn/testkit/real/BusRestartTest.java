package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerState;
import io.nspawn.testkit.lab.LabTest;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The system bus dies and comes back, or PID 1 leaves it for a moment, while a host stays open. */
@LabTest({"bookworm", "trixie"})
class BusRestartTest {
    private static final String NAME = "bt-life";

    /** Few enough for dbus.service's start limit. */
    private static final int ROUNDS = 2;

    private Optional<Host> opened = Optional.empty();

    @BeforeEach
    void open() {
        opened = Optional.of(Host.local());
    }

    @AfterEach
    void removeAll() {
        try (Host host = opened.orElseThrow()) {
            Setup.remove(host, NAME);
        }
    }

    private Container application() {
        return opened.orElseThrow().deploy(Setup.application(NAME).build());
    }

    private static void startsAndStops(Container container) {
        container.stop();
        assertThat(container.status().state()).isEqualTo(ContainerState.STOPPED);
        container.start();
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void jobsAreHeardOfAgainAfterTheBusDied() {
        Container container = application();
        for (int round = 0; round < ROUNDS; round++) {
            Command.run("systemctl", "kill", "--signal=KILL", "dbus.service");
            startsAndStops(container);
        }
    }

    @Test
    void jobsAreHeardOfAfterPid1ExecutedItselfAnew() {
        Container container = application();
        for (int round = 0; round < ROUNDS; round++) {
            Command.run("systemctl", "daemon-reexec");
            startsAndStops(container);
        }
    }
}
