package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.Size;
import io.nspawn.model.SystemdVersion;
import io.nspawn.model.UnsupportedException;
import io.nspawn.net.InterfaceName;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropInTest {
    private static final SystemdVersion V252 = SystemdVersion.parse("252");
    private static final SystemdVersion V257 = SystemdVersion.parse("257");
    private static final SystemdVersion V258 = SystemdVersion.parse("258");

    @Test
    void aDropInIsWrittenToTheLetter() {
        DropIn dropIn = DropIn.builder()
                .memoryMax(Size.parse("4G"))
                .memoryHigh(Size.parse("3G"))
                .boundToInterface(InterfaceName.of("br-mgmt"))
                .requiresMountsFor(Path.of("/srv/a b%"))
                .timeoutStart(Duration.ofMinutes(2))
                .timeoutStop(Duration.ofMillis(1500))
                .environment("SYSTEMD_NSPAWN_LOCK", "0")
                .environment("HARD", "a \"b\" 'c' \\ %i $HOME\n\tü")
                .environment("EMPTY", "")
                .cpuQuota(250)
                .cpuWeight(10000)
                .allowedCpus(8, 1, 0, 2, 2, 10, 11)
                .ioWeight(50)
                .ioReadBandwidthMax(Path.of("/dev/disk/by-id/a b"), Size.parse("1M"))
                .ioWriteIopsMax(Path.of("/srv"), 100)
                .ioLatencyTarget(Path.of("/srv"), Duration.ofMillis(25))
                .devicePolicy("closed")
                .deviceAllow(Path.of("/dev/net/tun"), "rwm")
                .deviceGroupAllow("char-cpu/*", "r")
                .build();

        assertThat(dropIn.contentFor(V252).text()).isEqualTo("""
                [Unit]
                BindsTo=sys-subsystem-net-devices-br\\x2dmgmt.device
                After=sys-subsystem-net-devices-br\\x2dmgmt.device
                RequiresMountsFor="/srv/a b%%"

                [Service]
                MemoryMax=4294967296
                MemoryHigh=3221225472
                TimeoutStartSec=120s
                TimeoutStopSec=1500ms
                Environment=SYSTEMD_NSPAWN_LOCK=0
                Environment="HARD=a \\"b\\" 'c' \\\\ %%i $HOME\\n\\tü"
                Environment=EMPTY=
                CPUQuota=250%
                CPUWeight=10000
                AllowedCPUs=0-2 8 10-11
                IOWeight=50
                IOReadBandwidthMax="/dev/disk/by-id/a b" 1048576
                IOWriteIOPSMax=/srv 100
                IODeviceLatencyTargetSec=/srv 25ms
                DevicePolicy=closed
                DeviceAllow=/dev/net/tun rwm
                DeviceAllow=char-cpu/* r
                """);
    }

    @Test
    void aDropInStandsBesideTheUnit() {
        UnitName web = UnitName.of("systemd-nspawn@web.service");

        assertThat(DropIn.path(web, "60-limits.conf"))
                .isEqualTo(Path.of("/etc/systemd/system/systemd-nspawn@web.service.d/60-limits.conf"));
        assertThat(DropIn.directory(UnitName.of("systemd-nspawn@.service")))
                .isEqualTo(Path.of("/etc/systemd/system/systemd-nspawn@.service.d"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", ".conf", "../a.conf", "a/b.conf", "a.conf\n", "-a.conf", "a.conf.bak"})
    void aFileNameThatIsNoneOfADropInIsRefused(String name) {
        assertThatThrownBy(() -> DropIn.path(UnitName.of("a.service"), name))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRefusalNamesTheKeyAndWhatWouldBeRight() {
        DropIn.Builder dropIn = DropIn.builder();

        assertThatThrownBy(() -> dropIn.cpuWeight(0))
                .hasMessage(
                        "[Service] CPUWeight= does not take \"0\"; it takes an integer from 1 to 10000, or one of idle");
        assertThatThrownBy(() -> dropIn.tasksMax(0)).hasMessageContaining("[Service] TasksMax= does not take \"0\"");
        assertThatThrownBy(() -> dropIn.cpuQuota(0)).hasMessageContaining("a percentage from 1%");
        assertThatThrownBy(() -> dropIn.ioWeight(10001)).hasMessageContaining("1 to 10000");
        assertThatThrownBy(() -> dropIn.allowedCpus(8192)).hasMessageContaining("a CPU from 0 to 8191");
        assertThatThrownBy(() -> dropIn.allowedCpus(-1)).hasMessageContaining("a CPU from 0 to 8191");
        assertThatThrownBy(dropIn::allowedCpus).hasMessageContaining("a CPU from 0 to 8191");
        assertThatThrownBy(() -> dropIn.devicePolicy("open")).hasMessageContaining("auto, closed, strict");
        assertThatThrownBy(() -> dropIn.deviceAllow(Path.of("/dev/kvm"), "")).hasMessageContaining("some of rwm");
        assertThatThrownBy(() -> dropIn.deviceAllow(Path.of("/dev/kvm"), "wr")).hasMessageContaining("some of rwm");
        assertThatThrownBy(() -> dropIn.deviceAllow(Path.of("/etc/passwd"), "r"))
                .hasMessageContaining("below /dev");
        assertThatThrownBy(() -> dropIn.deviceAllow(Path.of("/dev/../etc"), "r"))
                .hasMessageContaining("without \"..\"");
        assertThatThrownBy(() -> dropIn.deviceGroupAllow("char-a b", "r")).hasMessageContaining("some of rwm");
        assertThatThrownBy(() -> dropIn.deviceGroupAllow("net-x", "r")).hasMessageContaining("some of rwm");
        assertThatThrownBy(() -> dropIn.requiresMountsFor(Path.of("srv"))).hasMessageContaining("absolute");
        assertThatThrownBy(() -> dropIn.requiresMountsFor(Path.of("/srv/a\nb")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> dropIn.ioReadIopsMax(Path.of("/srv"), 0)).hasMessageContaining("a path and a number");
        assertThatThrownBy(() -> dropIn.environment("1A", "")).hasMessageContaining("no variable of the name");
        assertThatThrownBy(() -> dropIn.environment("A", "a\u0001")).hasMessageContaining("control character");
        assertThatThrownBy(() -> dropIn.timeoutStop(Duration.ofSeconds(-1))).hasMessageContaining("TimeoutStopSec=");
        assertThat(dropIn.build().content().sections()).isEmpty();
    }

    @Test
    void aKeyThatASystemdLacksOrHasNoMoreIsRefusedForIt() {
        DropIn young = DropIn.builder()
                .memoryZSwapMax(Size.parse("1G"))
                .wantsMountsFor(Path.of("/srv"))
                .restartBackoff(3, Duration.ofSeconds(10))
                .build();
        DropIn old = DropIn.builder().accounting().build();

        assertThatThrownBy(() -> young.contentFor(V252))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("MemoryZSwapMax= needs systemd 253")
                .hasMessageContaining("WantsMountsFor= needs systemd 256")
                .hasMessageContaining("RestartSteps= needs systemd 254");
        assertThat(young.contentFor(V257)).isEqualTo(young.content());
        assertThat(old.contentFor(V257)).isEqualTo(old.content());
        assertThatThrownBy(() -> old.contentFor(V258))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("CPUAccounting= is gone since systemd 258");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[Service]\nExecStart=/bin/true\n",
                "[Service]\nEnvironment=A=b C=d\n",
                "[Service]\nEnvironment=A=%i\n",
                "[Service]\nEnvironment=\"A=%i\"\n",
                "[Service]\nEnvironment=\"A=\\x41\"\n",
                "[Service]\nDeviceAllow=/dev/a b rw\n",
                "[Service]\nDeviceAllow=/dev/a%i rw\n",
                "[Unit]\nAfter=a b.service\n",
                "[Unit]\nRequiresMountsFor=/a /b\n",
                "[Install]\nWantedBy=a.target\n"
            })
    void whatThisLibraryDoesNotWriteIsNotRead(String text) {
        SystemdFile file = SystemdFileLexer.read(text);

        assertThatThrownBy(() -> new DropIn(file)).isInstanceOf(IllegalArgumentException.class);
    }
}
