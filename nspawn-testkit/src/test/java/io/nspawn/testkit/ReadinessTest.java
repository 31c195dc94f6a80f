package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.host.Readiness.Report;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.PermissionDeniedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadinessTest {
    @RegisterExtension
    static final FakeHost host = Sample.host();

    @Test
    void aStockKernelIsTooSmallForThirtyTwo() {
        Report report = host.readiness().forContainers(32);

        assertThat(report.isOk()).isFalse();
        assertThat(report.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.subject()).isEqualTo("fs.inotify.max_user_instances");
            assertThat(finding.problem()).startsWith("is 128, needed 640: ");
            assertThat(finding.remedy()).isEqualTo("sysctl -w fs.inotify.max_user_instances=640");
        });
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
    void nineteenOfThirtyTwoFitAStockKernel() {
        host.deployAll(Sample.specs(19), p -> {});
        assertThat(host.containers()).allMatch(c -> c.status().state() == ContainerState.READY);

        assertThatThrownBy(() -> host.deploy(Sample.spec(19))).hasMessageContaining("Too many open files");
        assertThat(host.containers()).hasSize(19);
    }

    @Test
    void theFixCuresItUntilTheNextBoot() {
        assertThat(host.readiness().forContainers(32).fix())
                .containsExactly("raised fs.inotify.max_user_instances from 128 to 640");

        host.readiness().forContainers(32).requireOk();
        assertThat(host.readiness().forContainers(32).fix()).isEmpty();
        host.deployAll(Sample.specs(32), p -> {});
        assertThat(host.containers()).hasSize(32);

        host.crash();
        assertThat(host.readiness().forContainers(32).isOk()).isFalse();
    }

    @Test
    void everyLimitIsLookedAt() {
        for (String file : new String[] {
            "fs/inotify/max_user_watches", "kernel/pid_max", "kernel/pty/max", "kernel/keys/root_maxkeys", "fs/file-max"
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
