package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Image;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.ContainerStatus.Interface;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.NotFoundException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.NspawnMacs;
import io.nspawn.testkit.ExecScript.Reply;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StatusTest {
    @RegisterExtension
    static final FakeHost host = Sample.host();

    private static final Duration SOON = Duration.ofSeconds(5);

    @Test
    void aContainerGoesThroughItsStates() {
        Container container = host.container("infra_node-1");
        assertThat(container.status().state()).isEqualTo(ContainerState.ABSENT);
        host.deploy(Sample.spec(1));
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
        container.stop();
        ContainerStatus stopped = container.status();
        assertThat(stopped.state()).isEqualTo(ContainerState.STOPPED);
        assertThat(stopped.leader()).isEmpty();
        assertThat(stopped.since()).isEmpty();
        assertThat(stopped.interfaces()).isEmpty();
        container.start();
        host.failContainer("infra_node-1", 255, "Exiting PID 1...");
        assertThat(container.status().state()).isEqualTo(ContainerState.FAILED);
        container.remove();
        assertThat(container.status().state()).isEqualTo(ContainerState.ABSENT);
    }

    @Test
    void aRunningContainerTellsItsFigures() {
        ContainerStatus status = host.deploy(Sample.spec(1)).awaitReady(SOON);

        assertThat(status.leader()).isPresent();
        assertThat(status.since())
                .hasValueSatisfying(
                        since -> assertThat(since).isBefore(host.clock().now()));
        assertThat(status.memoryBytes()).isPresent();
        assertThat(status.tasks()).isPresent();
        assertThat(status.cpu()).isPresent();
    }

    @Test
    void itsInterfacesHaveTheNamesAndMacsThatNspawnGives() {
        ContainerStatus status = host.deploy(Sample.spec(1)).awaitReady(SOON);
        NspawnMacs macs = new NspawnMacs(host.readFile("/etc/machine-id").orElseThrow(), "infra-node-1");

        assertThat(status.interfaces())
                .extracting(Interface::name, Interface::mac)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                InterfaceName.of("mv-br-mgmt"), Optional.of(macs.macvlan(0))),
                        org.assertj.core.groups.Tuple.tuple(
                                InterfaceName.of("mv-br-storaiEOq"), Optional.of(macs.macvlan(1))));
    }

    @Test
    void aMacOfTheSpecIsSetFromInside() {
        ContainerSpec spec = ContainerSpec.named("web")
                .image(Sample.IMAGE)
                .macvlan("br-mgmt", nic -> nic.address("10.0.0.1/24").mac("02:00:00:00:00:07"))
                .build();

        assertThat(host.deploy(spec).awaitReady(SOON).interfaces())
                .singleElement()
                .satisfies(i -> assertThat(i.mac().map(Object::toString)).hasValue("02:00:00:00:00:07"));
    }

    @Test
    void waitingForWhatNobodyStartsFails() {
        Container container = host.deploy(Sample.spec(1));
        container.stop();

        assertThatThrownBy(() -> container.awaitReady(SOON)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> host.container("none").awaitReady(SOON)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void anAddressThatNeverComesIsMissed() {
        host.deleteInRoot(Sample.IMAGE, "etc/systemd/system/multi-user.target.wants/systemd-networkd.service");
        Container container = host.deploy(Sample.spec(1));

        assertThatThrownBy(() -> container.awaitReady(SOON))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("172.29.236.11/22")
                .hasMessageContaining("systemd-networkd");
    }

    @Test
    void aStartThatFailsSaysWhy() {
        Container container = host.deploy(Sample.spec(1));
        container.stop();
        host.deleteFile("/srv/data");

        assertThatThrownBy(container::start)
                .isInstanceOf(JobFailedException.class)
                .hasMessageContaining("Failed to stat /srv/data: No such file or directory");
        assertThat(host.journal("infra_node-1")).contains("Failed to stat /srv/data: No such file or directory");
        assertThat(container.status().state()).isEqualTo(ContainerState.FAILED);
    }

    @Test
    void onlyOursAreListed() {
        host.deploy(Sample.spec(2));
        host.deploy(Sample.spec(1));
        host.addForeignRoot("theirs");
        host.addFile("/etc/systemd/nspawn/theirs.nspawn", "[Exec]\nBoot=yes\n");
        String ours = host.readFile("/etc/systemd/nspawn/infra-node-1.nspawn").orElseThrow();
        host.addFile("/etc/systemd/nspawn/copy_of_ours.nspawn", ours);

        assertThat(host.containers()).extracting(Container::toString).containsExactly("infra-node-1", "infra-node-2");
    }

    @Test
    void commandsAreAnsweredByScriptsThenByTheFake() {
        Container container = host.deploy(Sample.spec(1));
        host.onExec((machine, command) -> command.get(0).equals("galera_status")
                ? Optional.of(Reply.failed(3, "not primary\n").taking(Duration.ofSeconds(2)))
                : Optional.empty());

        assertThat(container.exec("true").ok()).isTrue();
        assertThat(container.exec("false").exitCode()).isEqualTo(1);
        assertThat(container.exec("hostname").stdout()).isEqualTo("infra-node-1\n");
        assertThat(container.exec("nothing").exitCode()).isEqualTo(203);
        ExecResult result = container.exec("galera_status");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.stderr()).isEqualTo("not primary\n");
        assertThatThrownBy(() -> container.exec(Duration.ofSeconds(1), "galera_status"))
                .isInstanceOf(DeadlineExceededException.class);
        container.stop();
        assertThatThrownBy(() -> container.exec("true")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void imagesAreThoseThatAreSealed() {
        host.deploy(Sample.spec(1));

        assertThat(host.images().list())
                .extracting(Image::toString)
                .hasSize(1)
                .first()
                .asString()
                .contains("debian-12");
        assertThat(host.images().find("infra-node-1"))
                .hasValueSatisfying(i -> assertThat(i.sealed()).isFalse());
        assertThat(host.images().space().used()).isGreaterThan(178L << 20);
        assertThat(host.container("infra_node-1").ownBytes()).isPresent();
        assertThat(host.container("none").ownBytes()).isEmpty();
    }
}
