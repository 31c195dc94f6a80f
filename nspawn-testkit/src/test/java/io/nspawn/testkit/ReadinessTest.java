package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.host.Readiness.Report;
import io.nspawn.host.ReadinessCheck;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.model.PoolState;
import io.nspawn.model.Size;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostNetwork.HostLink;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadinessTest {
    private static final String SYSCTL = "/etc/sysctl.d/90-nspawn.conf";
    private static final String INSTANCES = "/proc/sys/fs/inotify/max_user_instances";

    @RegisterExtension
    static final FakeHost host = Sample.host();

    @Test
    void aStockKernelIsTooSmallForThirtyTwo() {
        Report report = host.readiness().forContainers(32);

        assertThat(report.isOk()).isFalse();
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.subject()).isEqualTo("fs.inotify.max_user_instances");
            // 10 are the host's own, and each container takes 8.
            assertThat(finding.problem()).startsWith("is 128, needed 266: ");
            assertThat(finding.remedy()).startsWith("sysctl -w fs.inotify.max_user_instances=576");
        });
        assertThat(report.toString())
                .startsWith("not ready for 32 containers, ")
                .contains("\n  ERROR fs.inotify.max_user_instances: is 128, needed 266: ");
        assertThat(report.fixes()).containsExactly("raise fs.inotify.max_user_instances from 128 to 576");
        assertThatThrownBy(report::requireOk)
                .isInstanceOfSatisfying(
                        HostNotReadyException.class,
                        e -> assertThat(e.findings()).isEqualTo(report.findings()));
    }

    @Test
    void withoutTheFixThirtyTwoFailWithTheKernelsReason() {
        String before = host.dump();

        DeployException failed =
                catchThrowableOfType(DeployException.class, () -> host.deployAll(Sample.specs(32), p -> {}));

        assertThat(failed.getCause())
                .isInstanceOfSatisfying(
                        JobFailedException.class,
                        job -> assertThat(job.unitFailure().journal())
                                .contains("Failed to allocate manager object: Too many open files"));
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void whatIsPredictedForAStockKernelFitsAndNoneMore() {
        assertThat(host.readiness().forContainers(14).isOk()).isTrue();
        assertThat(host.readiness().forContainers(15).isOk()).isFalse();
        host.deployAll(Sample.specs(14), p -> {});
        assertThat(host.containers()).allMatch(c -> c.status().state() == ContainerState.READY);
        // What runs already needs nothing more.
        assertThat(host.readiness().forContainers(14).isOk()).isTrue();

        assertThatThrownBy(() -> host.deploy(Sample.spec(14))).hasMessageContaining("Too many open files");
        assertThat(host.containers()).hasSize(14);
    }

    @Test
    void theFixCuresItNowAndAtEachBoot() {
        assertThat(host.readiness().forContainers(32).fix())
                .containsExactly("raise fs.inotify.max_user_instances from 128 to 576");

        host.readiness().forContainers(32).requireOk();
        assertThat(host.readiness().forContainers(32).fix()).isEmpty();
        host.deployAll(Sample.specs(32), p -> {});
        assertThat(host.containers()).hasSize(32);

        host.crash();
        assertThat(host.readiness().forContainers(32).isOk()).isTrue();
        assertThat(host.readFile(SYSCTL))
                .hasValueSatisfying(text -> assertThat(text).endsWith("fs.inotify.max_user_instances = 576\n"));
    }

    @Test
    void theFixIsTakenBackToWhatWasBeforeTheFirst() {
        String before = host.dump();
        host.readiness().forContainers(20).fix();
        host.readiness().forContainers(64).fix();
        host.readiness().forContainers(64).requireOk();

        assertThat(host.readiness().undo()).containsExactly("set fs.inotify.max_user_instances from 1088 back to 128");

        assertThat(Sample.changes(host, before)).isEmpty();
        assertThat(host.readFile(SYSCTL)).isEmpty();
        assertThat(host.readiness().undo()).isEmpty();
    }

    @Test
    void whatSomebodyRaisedSinceTheFixStays() {
        host.readiness().forContainers(32).fix();
        host.addFile(INSTANCES, "8192\n");

        assertThat(host.readiness().undo()).isEmpty();

        assertThat(host.readFile(INSTANCES)).contains("8192\n");
        assertThat(host.readFile(SYSCTL)).isEmpty();
    }

    @Test
    void aFileOfSomebodyElseKeepsTheFixAway() {
        host.addFile(SYSCTL, "fs.inotify.max_user_instances = 130\n");
        String before = host.dump();

        assertThatThrownBy(() -> host.readiness().forContainers(32).fix())
                .isInstanceOf(AlreadyExistsException.class)
                .hasMessageContaining(SYSCTL);

        assertThat(Sample.changes(host, before)).isEmpty();
        assertThat(host.readiness().undo()).isEmpty();
    }

    /** One by one, so that none hides behind another. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "gone", textBlock = """
            /proc/sys/kernel/osrelease                                         | 5.10.0-8-amd64      | kernel
            /proc/self/ns/user                                                 | gone                | user namespaces
            /proc/filesystems                                                  | ext4                | btrfs
            /etc/machine-id                                                    | uninitialized       | /etc/machine-id
            /etc/machine-id                                                    | gone                | /etc/machine-id
            /etc/systemd/system/multi-user.target.wants/machines.target       | gone                | machines.target
            """)
    void whatKeepsContainersFromRunning(String file, @Nullable String text, String subject) {
        host.readiness().forContainers(1).requireOk();
        change(file, text);

        assertThat(host.readiness().forContainers(1).findings())
                .extracting(Finding::subject)
                .containsExactly(subject);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "gone", textBlock = """
            /sys/fs/cgroup/cgroup.controllers                                  | cpu io              | cgroup controllers
            /etc/systemd/system/multi-user.target.wants/systemd-networkd.service | gone              | systemd-networkd.service
            /usr/lib/systemd/systemd-importd                                   | gone                | systemd-importd
            /run/systemd/timesync/synchronized                                 | gone                | clock synchronisation
            /proc/sys/kernel/pid_max                                           | 4200                | kernel.pid_max
            """)
    void whatMaySurpriseLater(String file, @Nullable String text, String subject) {
        assertThat(host.readiness().forContainers(1).warnings()).isEmpty();
        change(file, text);

        Report report = host.readiness().forContainers(1);
        assertThat(report.findings()).isEmpty();
        assertThat(report.warnings()).extracting(Finding::subject).containsExactly(subject);
    }

    private static void change(String file, @Nullable String text) {
        if (text == null) {
            host.deleteFile(file);
        } else {
            host.addFile(file, text + "\n");
        }
    }

    @Test
    void systemd257RefusesVersion1OfCgroups() {
        host.deleteFile("/sys/fs/cgroup/cgroup.controllers");
        for (String controller : List.of("cpu", "memory", "pids")) {
            host.addDirectory("/sys/fs/cgroup/" + controller);
        }
        assertThat(host.readiness().forContainers(1).warnings()).isEmpty();

        host.setSystemd("257.7-1");

        assertThat(host.readiness().forContainers(1).warnings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.problem()).startsWith("is version 1, needed version 2"));
    }

    @Test
    void thePoolMustHaveRoom() {
        host.addFile(INSTANCES, "8192\n");
        host.setPoolSize(Size.parse("250M"));
        // The image takes 178 MiB of it.
        assertThat(host.readiness().forContainers(8).findings()).isEmpty();
        assertThat(host.readiness().forContainers(8).warnings())
                .extracting(Finding::subject)
                .containsExactly("pool room");
        assertThat(host.readiness().forContainers(15).findings())
                .extracting(Finding::subject)
                .contains("pool room")
                .doesNotContain("pool metadata room");

        host.replacePool(new PoolState.Populated(Path.of("/var/lib/machines"), List.of("theirs")));
        assertThat(host.readiness().forContainers(1).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.problem()).contains("theirs"));
    }

    @Test
    void theInterfacesBelowAreLookedAt() {
        host.addLink(new HostLink(
                InterfaceName.of("eth0"), "", Optional.empty(), Optional.empty(), 1500, true, false, List.of()));
        host.addLink(new HostLink(
                InterfaceName.of("eth1"),
                "",
                Optional.empty(),
                Optional.of(InterfaceName.of("br0")),
                1500,
                true,
                false,
                List.of()));
        host.addLink("br0");
        host.addLink(new HostLink(
                InterfaceName.of("wlan0"), "", Optional.empty(), Optional.empty(), 1500, true, false, List.of()));
        host.addDirectory("/sys/class/net/wlan0/wireless");

        Report report = host.readiness()
                .forContainers(
                        1,
                        Stream.of("eth0", "eth1", "br0", "wlan0", "lo", "none")
                                .map(InterfaceName::of)
                                .toList());

        assertThat(report.findings())
                .extracting(Finding::subject)
                .containsExactlyInAnyOrder("interface eth1", "interface wlan0", "interface lo", "interface none");
        assertThat(report.warnings()).singleElement().satisfies(finding -> {
            assertThat(finding.subject()).isEqualTo("interface eth0");
            assertThat(finding.problem()).contains("switch").contains("drops");
        });
        assertThat(report.checks())
                .filteredOn(ReadinessCheck::isOk)
                .extracting(ReadinessCheck::subject)
                .contains("interface br0", "systemd", "fs.file-max");
    }

    @Test
    void aFixThatIsRefusedHalfWayIsTakenBack() {
        host.addFile("/proc/sys/kernel/pid_max", "500\n");
        String before = host.dump();
        PermissionDeniedException refused =
                new PermissionDeniedException(Failure.of("set", "pid_max", "read-only file system"));
        host.faults().onceAfter(1, Operation.WRITE_KERNEL_SETTING, Fault.refuse(refused));

        assertThatThrownBy(() -> host.readiness().forContainers(32).fix()).isSameAs(refused);

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void everyLimitIsLookedAt() {
        for (String file : new String[] {
            "fs/inotify/max_user_watches",
            "kernel/pid_max",
            "kernel/pty/max",
            "kernel/keys/root_maxkeys",
            "fs/file-max",
            "user/max_user_namespaces"
        }) {
            host.reset();
            host.addFile("/proc/sys/" + file, "10\n");
            assertThat(host.readiness().forContainers(1).findings())
                    .extracting(Finding::subject)
                    .contains(file.replace('/', '.'));
        }
    }

    @Test
    void aKernelWithoutTheSettingIsReady() {
        host.deleteFile("/proc/sys/fs/inotify/max_user_instances");

        assertThat(host.readiness().forContainers(32).isOk()).isTrue();
    }

    @Test
    void aFixThatIsRefusedSaysSo() {
        PermissionDeniedException refused =
                new PermissionDeniedException(Failure.of("set", "max_user_instances", "read-only file system"));
        host.faults().once(Operation.WRITE_KERNEL_SETTING, Fault.refuse(refused));

        assertThatThrownBy(() -> host.readiness().forContainers(32).fix()).isSameAs(refused);
    }

    @Test
    void noContainersAreNoQuestion() {
        assertThatThrownBy(() -> host.readiness().forContainers(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
