package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.NotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads from the PID 1 and machined of the machine that it runs on; changes nothing. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SystemBusTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private Bus bus;

    @BeforeEach
    void connect() {
        // The mark that sd_booted(3) looks for.
        Assumptions.assumeTrue(
                Files.isDirectory(Path.of("/run/systemd/system"))
                        && Files.exists(Path.of("/run/dbus/system_bus_socket")),
                "needs a machine that was booted with systemd, and its system bus");
        bus = Bus.system();
    }

    @AfterEach
    void disconnect() {
        if (bus != null) {
            bus.close();
        }
    }

    @Test
    void pid1Answers() {
        try (Systemd systemd = Systemd.over(bus, SOON)) {
            assertThat(systemd.version()).containsPattern("^v?\\d{3}");
            UnitStatus init = systemd.unit("dbus.service");
            assertThat(init.loadState()).isEqualTo("loaded");
            assertThat(init.activeState()).isEqualTo("active");
            assertThat(init.mainPid()).isPresent();
            assertThat(init.invocationId())
                    .hasValueSatisfying(id -> assertThat(id).hasSize(32));
            assertThat(systemd.unit("no-such-unit.service").loadState()).isEqualTo("not-found");
            assertThat(systemd.listUnitsByPatterns(List.of("active"), List.of("dbus.*")))
                    .extracting(ListedUnit::name)
                    .contains("dbus.service", "dbus.socket");
            assertThatThrownBy(() -> systemd.unitFileState("no-such-unit.service"))
                    .isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void machinedAnswers() {
        Assumptions.assumeTrue(
                Files.exists(Path.of("/usr/share/dbus-1/system-services/org.freedesktop.machine1.service")),
                "needs systemd-machined (package systemd-container)");
        Machined machined = Machined.over(bus, SOON);
        assertThat(machined.poolPath()).isEqualTo(Path.of("/var/lib/machines"));
        assertThat(machined.machines()).extracting(ListedMachine::name).contains(".host");
        assertThat(machined.machine(".host").machineClass()).isEqualTo("host");
        assertThatThrownBy(() -> machined.machine("no-such-machine")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> machined.cloneImage("no-such-image", "another", false))
                .isInstanceOf(NotFoundException.class);
    }
}
