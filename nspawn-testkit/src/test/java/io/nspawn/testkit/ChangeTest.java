package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.deploy.DeployReport;
import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.deploy.Step.DeleteInRoot;
import io.nspawn.deploy.Step.ReloadUnits;
import io.nspawn.deploy.Step.WriteFile;
import io.nspawn.deploy.Step.WriteInRoot;
import io.nspawn.model.ContainerSpec;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A spec that changed gives the smallest plan. */
class ChangeTest {
    @RegisterExtension
    static final FakeHost host = Sample.host().addLink("br-third");

    private static final String NOTE = "infra-node-1 runs with its old settings until it is restarted";

    @BeforeEach
    void deployed() {
        host.deploy(Sample.spec(1));
    }

    private static List<PlannedStep> pending(ContainerSpec spec) {
        return host.plan(spec).steps().stream().filter(s -> !s.isUnchanged()).toList();
    }

    @Test
    void otherLimitsRewriteTheDropInAndItsDigest() {
        ContainerSpec changed =
                Sample.builder(1).limits(l -> l.tasks(100).cpuPercent(150)).build();

        assertThat(pending(changed))
                .extracting(s -> s.step().getClass(), PlannedStep::change)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(WriteFile.class, Change.MODIFY),
                        org.assertj.core.groups.Tuple.tuple(WriteFile.class, Change.MODIFY),
                        org.assertj.core.groups.Tuple.tuple(ReloadUnits.class, Change.MODIFY));
        assertThat(host.plan(changed).toString())
                .contains("(-TasksMax=4096, +TasksMax=100, +CPUQuota=150%)", "note: " + NOTE);
    }

    @Test
    void theOldLimitsHoldUntilARestart() {
        ContainerSpec changed = Sample.builder(1).limits(l -> l.tasks(100)).build();

        DeployReport report = host.deployAll(List.of(changed), p -> {});

        assertThat(report.notes()).containsExactly(NOTE);
        assertThat(host.dump()).contains("boots with [MemoryMax=4294967296, TasksMax=4096,");
        host.container("infra_node-1").stop();
        host.container("infra_node-1").start();
        assertThat(host.dump()).contains("boots with [MemoryMax=4294967296, TasksMax=100,");
        assertThat(host.deployAll(List.of(changed), p -> {}).changed()).isZero();
    }

    @Test
    void anotherNicIsWrittenInsideAndOutside() {
        ContainerSpec changed =
                Sample.builder(1).macvlan("br-third", nic -> nic.dhcp()).build();

        assertThat(pending(changed))
                .extracting(s -> s.step().summary())
                .containsExactly(
                        "write etc/systemd/network/10-nspawn-mv-br-third.network inside",
                        "write /etc/systemd/nspawn/infra-node-1.nspawn",
                        "write /etc/systemd/system/systemd-nspawn@infra-node-1.service.d/20-nspawn.conf",
                        "reload unit files");
        assertThat(host.deployAll(List.of(changed), p -> {}).notes()).containsExactly(NOTE);
    }

    @Test
    void anotherAddressIsWrittenInside() {
        ContainerSpec changed = ContainerSpec.named("infra_node-1")
                .image(Sample.IMAGE)
                .macvlan("br-mgmt", nic -> nic.address("172.29.236.99/22"))
                .build();

        assertThat(pending(changed))
                .filteredOn(s -> s.step() instanceof WriteInRoot)
                .singleElement()
                .extracting(PlannedStep::detail)
                .isEqualTo("-Address=172.29.236.11/22, +Address=172.29.236.99/22");
        assertThat(pending(changed))
                .filteredOn(s -> s.step() instanceof DeleteInRoot)
                .singleElement()
                .extracting(PlannedStep::change)
                .isEqualTo(Change.REMOVE);
    }

    @Test
    void aChangeAndItsWayBackLeaveNothing() {
        String before = Sample.settled(host);
        host.deploy(Sample.builder(1).macvlan("br-third", nic -> nic.dhcp()).build());
        host.deploy(Sample.spec(1));

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aFileThatIsGoneIsWrittenAgain() {
        String before = Sample.settled(host);
        host.deleteFile("/etc/systemd/system/systemd-nspawn@infra-node-1.service.d");
        host.deleteInRoot("infra-node-1", "etc/systemd/network/10-nspawn-mv-br-mgmt.network");

        DeployReport report = host.deployAll(List.of(Sample.spec(1)), p -> {});

        assertThat(report.changed()).isEqualTo(3);
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aPlantedLinkInsideDoesNotLeadOut() {
        host.deleteInRoot("infra-node-1", "etc/systemd/network");
        host.linkInRoot("infra-node-1", "etc/systemd/network", "../../../../../srv/data");

        host.deploy(Sample.spec(1));

        assertThat(host.readFile("/srv/data/10-nspawn-mv-br-mgmt.network")).isEmpty();
        assertThat(host.readInRoot("infra-node-1", "srv/data/10-nspawn-mv-br-mgmt.network"))
                .isPresent();
    }
}
