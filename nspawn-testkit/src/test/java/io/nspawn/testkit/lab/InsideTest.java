package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs in each lab: what a test there can see. */
@LabTest
class InsideTest {
    @BeforeAll
    @AfterAll
    static void theClassIsInside() {
        assertThat(Lab.inside()).isTrue();
    }

    @BeforeEach
    @AfterEach
    void isInside() {
        assertThat(Lab.inside()).isTrue();
    }

    @Test
    void systemdIsPid1() throws IOException {
        assertThat(Files.readString(Path.of("/proc/1/comm"))).isEqualTo("systemd\n");
        assertThat(Files.readString(Path.of("/etc/os-release")))
                .contains("VERSION_CODENAME=" + Lab.release().codename());
    }

    @Test
    void theHostAndItsBusAreThere() {
        assertThat(Path.of("/run/dbus/system_bus_socket")).exists();
        assertThat(Path.of("/var/lib/machines", Lab.release().baseImage(), "etc/os-release"))
                .exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"systemd-nspawn", "machinectl", "networkctl"})
    void toolsAreInstalled(String tool) {
        assertThat(Path.of("/usr/bin", tool)).isExecutable();
    }

    @TestFactory
    Stream<DynamicTest> baseImageBoots() {
        return Stream.of("usr/lib/systemd/systemd", "usr/bin/networkctl")
                .map(file -> DynamicTest.dynamicTest(
                        file,
                        () -> assertThat(Path.of(
                                        "/var/lib/machines", Lab.release().baseImage(), file))
                                .isExecutable()));
    }

    @Nested
    class Deeper {
        @Test
        void isInsideAsWell() {
            assertThat(Lab.release().systemd()).isIn(252, 257);
        }
    }
}
