package io.nspawn.testkit;

import static io.nspawn.testkit.NspawnAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeployException;
import io.nspawn.model.InvalidNameException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Images with files of their own, and containers with a life of their own. */
class FakeImageTest {
    @RegisterExtension
    static final FakeHost host = FakeHost.withImages("debian-12")
            .addImage(FakeImage.named("app")
                    .file("etc/app.conf", "port=80\n")
                    .file("/usr/bin/app", "#!", 0755)
                    .directory("var/lib/app")
                    .link("etc/alias.conf", "app.conf")
                    .without("etc/ssh")
                    .size(Size.parse("1G")))
            .addImage(FakeImage.named("slow")
                    .lives(MachineLife.bootsIn(Duration.ofSeconds(20)).saying("hello")))
            .addImage(FakeImage.named("broken").lives(MachineLife.exits(3, "no such module")))
            .addImage(FakeImage.named("headless")
                    .without("usr/lib/systemd/systemd")
                    .without("usr/sbin/init"));

    private static ContainerSpec spec(String image) {
        return ContainerSpec.named("web").image(image).build();
    }

    private static JobFailedException failure(String image) {
        DeployException failed = catchThrowableOfType(DeployException.class, () -> host.deploy(spec(image)));
        assertThat(failed.getCause()).isInstanceOf(JobFailedException.class);
        return (JobFailedException) Objects.requireNonNull(failed.getCause());
    }

    @Test
    void aCloneHasTheFilesOfItsImage() {
        host.deploy(spec("app"));

        assertThat(host)
                .container("web")
                .hasFileContaining("/etc/app.conf", "port=80")
                .hasFileContaining("/etc/alias.conf", "port=80")
                .hasNoFile("/etc/ssh/sshd_config");
        assertThat(host.images().space().used()).isGreaterThan(1L << 30);
        assertThatThrownBy(() -> FakeImage.named("../etc")).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void aSlowOneIsWaitedForByTheHostsClock() {
        Instant before = host.clock().now();
        host.deploy(spec("slow"));

        assertThat(Duration.between(before, host.clock().now()))
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(21));
        assertThat(host).container("web").isReady().hasJournalContaining("hello");
    }

    @Test
    void oneThatEndsAtOnceSaysWhy() {
        String before = host.dump();

        assertThat(failure("broken").unitFailure().exitStatus()).isEqualTo(3);
        assertThat(failure("broken").unitFailure().journal()).contains("no such module");
        assertThat(failure("headless")).hasMessageContaining("execv(/usr/lib/systemd/systemd");
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void oneThatNeverGetsReadyIsGivenUp() {
        host.setLife("web", MachineLife.neverReady());

        JobFailedException failure = failure("debian-12");

        assertThat(failure.unitFailure().serviceResult()).isEqualTo("timeout");
        assertThat(failure.unitFailure().journal()).anyMatch(line -> line.contains("start operation timed out"));
    }

    @Test
    void oneThatCrashesLaterIsSeenToHaveFailed() {
        host.setLife("web", MachineLife.crashesAfter(Duration.ofMinutes(5), 134, "out of memory"));
        host.deploy(spec("debian-12"));
        host.clock().advance(Duration.ofMinutes(4));
        assertThat(host).container("web").isReady();

        host.clock().advance(Duration.ofMinutes(2));

        assertThat(host).container("web").hasFailed().hasJournalContaining("out of memory");
        host.container("web").start();
        assertThat(host.container("web").status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void whatDiesTakesItsInterfacesAlong() {
        host.deploy(spec("debian-12"));
        host.deleteFile("/etc/systemd/nspawn/web.nspawn");
        host.container("web").stop();
        host.container("web").start();
        assertThat(host.report()).contains("ve-web veth");

        host.failContainer("web", 1);

        assertThat(host.report()).doesNotContain("ve-web");
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> MachineLife.exits(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MachineLife.bootsIn(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
