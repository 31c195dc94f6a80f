package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.deploy.DeployReport;
import io.nspawn.deploy.Plan;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.deploy.Step;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Progress;
import io.nspawn.testkit.Faults.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeployTest {
    @RegisterExtension
    static final FakeHost host = Sample.host();

    @Test
    void aDeployedContainerIsReadyWithItsAddresses() {
        Container container = host.deploy(Sample.spec(1));
        ContainerStatus status = container.awaitReady(Duration.ofSeconds(5));

        assertThat(status.state()).isEqualTo(ContainerState.READY);
        assertThat(status.addresses())
                .extracting(Object::toString)
                .containsExactly("172.29.236.11/22", "fd00:5::11/64");
    }

    @Test
    void aCloneHasAnIdentityOfItsOwn() {
        host.deployAll(Sample.specs(2), p -> {});

        List<String> ids = new ArrayList<>();
        for (String root : List.of("infra-node-0", "infra-node-1", Sample.IMAGE)) {
            ids.add(host.readInRoot(root, "etc/machine-id").orElseThrow());
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(host.readInRoot("infra-node-1", "var/lib/dbus/machine-id")).hasValue(ids.get(1));
        assertThat(host.readInRoot("infra-node-1", "etc/hostname")).hasValue("infra-node-1\n");
        for (String secret : List.of(
                "etc/ssh/ssh_host_ed25519_key", "var/lib/systemd/random-seed", "var/lib/dhcp/dhclient.eth0.leases")) {
            assertThat(host.readInRoot("infra-node-1", secret)).as(secret).isEmpty();
            assertThat(host.readInRoot(Sample.IMAGE, secret)).as(secret).isPresent();
        }
        assertThat(host.readInRoot("infra-node-1", "etc/ssh/sshd_config")).isPresent();
    }

    @Test
    void thirtyTwoShareWhatCanBeShared() {
        host.readiness().forContainers(32).fix();
        host.faults().reset();
        List<Progress> told = new ArrayList<>();

        DeployReport report = host.deployAll(Sample.specs(32), told::add);

        assertThat(report.unchanged()).isZero();
        assertThat(host.containers()).hasSize(32).allMatch(c -> c.status().state() == ContainerState.READY);
        assertThat(count(Operation.RELOAD)).isEqualTo(1);
        assertThat(count(Operation.LIST_ROOTS)).isEqualTo(1);
        assertThat(count(Operation.SYNC)).isEqualTo(2);
        assertThat(told).filteredOn(p -> p.phase().equals("start")).hasSize(32);
        assertThat(told.get(told.size() - 1))
                .extracting(Progress::done, Progress::total)
                .containsExactly(32, 32);
    }

    @Test
    void theSecondDeployChangesNothing() {
        List<ContainerSpec> specs = Sample.specs(3);
        host.deployAll(specs, p -> {});
        String before = Sample.settled(host);
        int acts = host.faults().acts();

        DeployReport report = host.deployAll(specs, p -> {});

        assertThat(report.plan().steps()).isNotEmpty().allMatch(PlannedStep::isUnchanged);
        assertThat(report.plan().changesNothing()).isTrue();
        assertThat(report.changed()).isZero();
        assertThat(report.notes()).isEmpty();
        assertThat(host.faults().acts()).isEqualTo(acts);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void aPlanTouchesNothing() {
        String before = host.dump();

        Plan plan = host.plan(Sample.specs(2));

        assertThat(plan.steps()).hasSizeGreaterThan(10).noneMatch(PlannedStep::isUnchanged);
        assertThat(plan.toString()).contains("infra-node-1\n", "+ clone image debian-12", "~ reload unit files");
        assertThat(host.changesSince(before)).isEmpty();
        assertThat(host.faults().acts()).isZero();
    }

    @Test
    void stepsComeInTheOrderOfTheirPhases() {
        Plan plan = host.plan(Sample.specs(2));

        assertThat(plan.steps()).extracting(s -> s.step().phase()).isSorted();
        assertThat(plan.steps()).extracting(s -> s.step().phase()).contains(Step.Phase.CLONE, Step.Phase.START);
    }

    @Test
    void aRemovalLeavesTheHostAsItWas() {
        String before = host.dump();
        host.deployAll(Sample.specs(3), p -> {});
        assertThat(host.dump()).isNotEqualTo(before);

        host.removeAll(
                host
                        .statuses(Sample.specs(3).stream()
                                .map(ContainerSpec::machine)
                                .toList())
                        .stream()
                        .map(ContainerStatus::machine)
                        .toList(),
                p -> {});

        assertThat(Sample.changes(host, before)).isEmpty();
        assertThat(host.containers()).isEmpty();
    }

    @Test
    void aRemovalTakesTheLinkToThePersistentJournalToo() {
        String before = host.dump();
        Container container = host.deploy(Sample.builder(1).persistentJournal().build());
        assertThat(host.dump()).contains("/var/log/journal/<machine-id of infra-node-1> -> ");

        container.remove();

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aContainerThatClaimsAnothersMachineIdTakesNothingOfItAway() {
        host.deploy(Sample.builder(1).persistentJournal().build());
        String before = Sample.settled(host);
        Container liar = host.deploy(Sample.spec(2));
        host.writeInRoot(
                "infra-node-2",
                "etc/machine-id",
                host.readInRoot("infra-node-1", "etc/machine-id").orElseThrow());

        liar.remove();

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aContainerWithoutAMachineIdCanBeRemoved() {
        String before = host.dump();
        Container container = host.deploy(Sample.spec(1));
        host.deleteInRoot("infra-node-1", "etc/machine-id");
        host.writeInRoot("infra-node-1", "etc/machine-id/not-a-file", "");

        container.remove();

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aMachineThatSomebodyClonedFromOursIsNotOurs() {
        host.deploy(Sample.spec(1));
        String ours = host.readFile("/etc/systemd/nspawn/infra-node-1.nspawn").orElseThrow();
        host.addForeignRoot("copy").addFile("/etc/systemd/nspawn/copy.nspawn", ours);

        assertThat(host.containers()).extracting(Container::toString).containsExactly("infra-node-1");
        assertThatThrownBy(() -> host.container("copy").remove()).hasMessageContaining("was not made by this library");
        assertThatThrownBy(() -> host.deploy(
                        ContainerSpec.named("copy").image(Sample.IMAGE).build()))
                .hasMessageContaining("/etc/systemd/nspawn/copy.nspawn was not made by this library");
    }

    @Test
    void removingOneLeavesTheOthersAlone() {
        host.deploy(Sample.spec(1));
        String before = Sample.settled(host);
        host.deploy(Sample.spec(2)).remove();

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void removingWhatIsNotThereDoesNothing() {
        String before = host.dump();

        DeployReport report = host.removeAll(List.of(Sample.spec(7).machine()), p -> {});

        assertThat(report.changed()).isZero();
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void anApplicationContainerRunsWithoutAnInit() {
        ContainerSpec app = ContainerSpec.named("app")
                .image(Sample.IMAGE)
                .runs("/usr/bin/true", "--flag", "two words")
                .build();

        assertThat(host.deploy(app).status().state()).isEqualTo(ContainerState.READY);
        assertThat(host.readFile("/etc/systemd/nspawn/app.nspawn").orElseThrow())
                .contains("Parameters=/usr/bin/true --flag \"two words\"\n");
        assertThat(host.deployAll(List.of(app), p -> {}).changed()).isZero();
    }

    @Test
    void aStoppedContainerIsStartedAgain() {
        host.deploy(Sample.spec(1)).stop();

        DeployReport report = host.deployAll(Sample.specs(2).subList(1, 2), p -> {});

        assertThat(report.plan().steps().stream().filter(s -> !s.isUnchanged()))
                .singleElement()
                .extracting(PlannedStep::step)
                .isInstanceOf(Step.StartUnit.class);
    }

    @Test
    void aHostWithoutUdevHasNoDevicesToWaitFor() {
        host.deleteFile("/run/udev/control");
        host.deploy(Sample.spec(1));

        assertThat(host.readFile("/etc/systemd/system/systemd-nspawn@infra-node-1.service.d/20-nspawn.conf"))
                .hasValueSatisfying(text -> assertThat(text).doesNotContain(".device"));
    }

    private static long count(Operation operation) {
        return host.faults().calls().stream()
                .map(Call::operation)
                .filter(operation::equals)
                .count();
    }
}
