package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A reboot keeps the disks of a lab and nothing else. */
@Tag("lab")
class LabRebootTest {
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    @ParameterizedTest
    @EnumSource(LabRelease.class)
    void disksStayAndTheRestIsGone(LabRelease release) {
        try (LabHost lab = LabHost.of(release).bare()) {
            Assumptions.assumeTrue(lab.missing().isEmpty(), () -> "missing: " + String.join("; ", lab.missing()));
            lab.start();
            String id = lab.id();
            long leader = lab.leader();
            sh(lab, "test -d " + LabHost.IMAGES + "/" + release.baseImage() + "/usr");
            sh(lab, "test -d /var/lib/machines && ! mountpoint -q /var/lib/machines");
            sh(lab, "echo kept > /root/file; touch " + LabHost.IMAGES + "/touched /run/gone");
            sh(lab, "ip link add br-gone type bridge; truncate -s 1M /root/img; losetup -f /root/img");
            assertThat(sh(lab, "losetup --list --noheadings -O BACK-FILE")).contains("/root/img");
            String boot = sh(lab, "cat /proc/1/stat");

            lab.reboot(DEADLINE);

            assertThat(lab.id()).isEqualTo(id);
            assertThat(lab.leader()).isNotEqualTo(leader);
            assertThat(sh(lab, "cat /proc/1/stat")).isNotEqualTo(boot);
            assertThat(sh(lab, "systemctl is-system-running || :")).isEqualTo("running\n");
            assertThat(sh(lab, "cat /root/file")).isEqualTo("kept\n");
            sh(lab, "test -e " + LabHost.IMAGES + "/touched && test ! -e /run/gone");
            assertThat(sh(lab, "ls /sys/class/net")).doesNotContain("br-gone");
            assertThat(sh(lab, "losetup --list --noheadings -O BACK-FILE")).doesNotContain("/root/img");
            // Accounting, which the lab's own cgroups are for, works as after the first boot.
            assertThat(sh(lab, "systemctl show -P TasksCurrent dbus.service")).matches("\\d+\n");
            lab.reboot(DEADLINE);
            assertThat(sh(lab, "cat /root/file")).isEqualTo("kept\n");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "BOOKWORM")
    void aLabThatDoesNotRunCannotBeRebooted(LabRelease release) {
        assertThatThrownBy(() -> LabHost.of(release).reboot(DEADLINE)).isInstanceOf(IllegalStateException.class);
    }

    private static String sh(LabHost lab, String script) {
        return lab.exec("sh", "-c", script).orThrow().stdout();
    }
}
