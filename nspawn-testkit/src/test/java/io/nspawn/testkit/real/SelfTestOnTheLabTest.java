package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.SelfTest;
import io.nspawn.testkit.lab.Lab;
import io.nspawn.testkit.lab.LabTest;
import org.junit.jupiter.api.Test;

/** On a host that has all, the self-test says so. */
@LabTest({"bookworm", "trixie"})
class SelfTestOnTheLabTest {
    @Test
    void containersCanBeRunHere() {
        Command.Result report = Command.result(Command.java(SelfTest.class).toArray(String[]::new));

        assertThat(report.output())
                .contains("init: systemd is PID 1", "descriptor passing: PID 1 sent one, and it can be read")
                .contains("systemd: " + Lab.release().systemd())
                .contains("systemd-machined: answers", "systemd-importd: answers", "systemd-networkd: ")
                .endsWith("Containers can be run here.\n");
        assertThat(report.status()).isZero();
    }
}
