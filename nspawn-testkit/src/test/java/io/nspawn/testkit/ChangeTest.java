package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.deploy.DeployOptions;
import io.nspawn.deploy.DeployReport;
import io.nspawn.deploy.Plan.Change;
import io.nspawn.deploy.Plan.PlannedStep;
import io.nspawn.deploy.SpecChange;
import io.nspawn.deploy.SpecChange.Kind;
import io.nspawn.deploy.Step.ApplyLimits;
import io.nspawn.deploy.Step.DeleteInRoot;
import io.nspawn.deploy.Step.ReloadUnits;
import io.nspawn.deploy.Step.WriteFile;
import io.nspawn.deploy.Step.WriteInRoot;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A spec that changed gives the smallest plan. */
class ChangeTest {
    @RegisterExtension
    static final FakeHost host = Sample.host().addLink("br-third");

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
                        org.assertj.core.groups.Tuple.tuple(ReloadUnits.class, Change.MODIFY),
                        org.assertj.core.groups.Tuple.tuple(ApplyLimits.class, Change.MODIFY));
        assertThat(host.plan(changed).toString())
                .contains("(-TasksMax=4096, +TasksMax=100, +CPUQuota=150%)")
                .doesNotContain("note: ");
        assertThat(host.plan(changed).changes())
                .extracting(SpecChange::kind, SpecChange::line)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Kind.LIVE, "-TasksMax=4096"),
                        org.assertj.core.groups.Tuple.tuple(Kind.LIVE, "+TasksMax=100"),
                        org.assertj.core.groups.Tuple.tuple(Kind.LIVE, "+CPUQuota=150%"));
    }

    @Test
    void otherLimitsHoldAtOnce() {
        ContainerSpec changed = Sample.builder(1).limits(l -> l.tasks(100)).build();
        Instant since = started();

        DeployReport report = host.deployAll(List.of(changed), p -> {});

        assertThat(report.notes()).isEmpty();
        assertThat(host.container("infra_node-1").limits().tasks()).hasValue(100);
        assertThat(started()).isEqualTo(since);
        assertThat(host.deployAll(List.of(changed), p -> {}).changed()).isZero();
    }

    @Test
    void aFurtherNetworkIsMadeWhileItRuns() {
        ContainerSpec changed = withThird();
        Instant since = started();

        assertThat(pending(changed))
                .extracting(s -> s.step().summary())
                .containsExactly(
                        "note what it runs with in /run/nspawn/infra-node-1.run",
                        "write etc/systemd/network/10-nspawn-mv-br-third.network inside",
                        "write /etc/systemd/nspawn/infra-node-1.nspawn",
                        "write /etc/systemd/system/systemd-nspawn@infra-node-1.service.d/20-nspawn.conf",
                        "reload unit files",
                        "put its limits into force",
                        "reload the network files inside",
                        "make mv-br-third on br-third in it while it runs",
                        "delete the note /run/nspawn/infra-node-1.run");
        assertThat(host.deployAll(List.of(changed), p -> {}).notes()).isEmpty();
        List<ContainerStatus.Interface> live =
                host.container("infra_node-1").status().interfaces();

        assertThat(started()).isEqualTo(since);
        assertThat(live)
                .anySatisfy(
                        nic -> assertThat(nic.addresses()).contains(io.nspawn.net.Prefix.parse("192.168.77.11/24")));
        assertThat(host.deployAll(List.of(changed), p -> {}).changed()).isZero();
        restart();
        assertThat(host.container("infra_node-1").status().interfaces()).isEqualTo(live);
    }

    @Test
    void aFurtherNetworkOfAnApplicationIsSetFromOutside() {
        ContainerSpec.Builder app = ContainerSpec.named("app")
                .image(Sample.IMAGE)
                .runs("/usr/bin/true")
                .macvlan("br-mgmt", nic -> nic.address("172.29.236.200/22"));
        host.deploy(app.build());
        ContainerSpec changed =
                app.macvlan("br-third", nic -> nic.address("192.168.77.200/24")).build();

        assertThat(host.deployAll(List.of(changed), p -> {}).notes()).isEmpty();
        List<ContainerStatus.Interface> live = host.container("app").status().interfaces();

        assertThat(live).hasSize(2).allMatch(ContainerStatus.Interface::up);
        host.container("app").stop();
        host.deploy(changed);
        assertThat(host.container("app").status().interfaces()).isEqualTo(live);
        assertThat(host.deployAll(List.of(changed), p -> {}).changed()).isZero();
    }

    @Test
    void anApplicationThatSomebodyElseStartedGetsItsAddresses() {
        ContainerSpec app = ContainerSpec.named("app")
                .image(Sample.IMAGE)
                .runs("/usr/bin/true")
                .macvlan("br-mgmt", nic -> nic.address("172.29.236.200/22"))
                .build();
        host.deploy(app);
        host.container("app").stop();
        host.container("app").start();
        assertThat(host.container("app").status().interfaces()).noneMatch(ContainerStatus.Interface::up);

        assertThat(host.deployAll(List.of(app), p -> {}).changed()).isEqualTo(1);

        assertThat(host.container("app").status().interfaces()).allMatch(ContainerStatus.Interface::up);
    }

    @Test
    void anApplicationThatIsToBootWaitsWithAllItsNetworks() {
        ContainerSpec.Builder app =
                ContainerSpec.named("app").image(Sample.IMAGE).runs("/usr/bin/true");
        host.deploy(app.build());
        ContainerSpec booted = ContainerSpec.named("app")
                .image(Sample.IMAGE)
                .boots()
                .macvlan("br-third", nic -> nic.address("192.168.77.200/24"))
                .build();

        DeployReport report = host.deployAll(List.of(booted), p -> {});

        assertThat(report.plan().waitingForRestart()).containsExactly(booted.machine());
        assertThat(host.container("app").status().interfaces()).isEmpty();
        host.deploy(booted, DeployOptions.DEFAULT.restarting());
        assertThat(host.container("app").status().interfaces()).hasSize(1);
        assertThat(host.deployAll(List.of(booted), p -> {}).changed()).isZero();
    }

    @Test
    void aBindWaitsForARestartUntilItIsAskedFor() {
        ContainerSpec changed = Sample.builder(1).bindReadOnly("/srv", "/srv").build();
        Instant since = started();
        String note = "infra-node-1 runs with its old settings until it is restarted: +[Files] BindReadOnly=/srv:/srv";

        assertThat(host.deployAll(List.of(changed), p -> {}).notes()).containsExactly(note);
        DeployReport again = host.deployAll(List.of(changed), p -> {});

        assertThat(again.notes()).containsExactly(note);
        assertThat(again.changed()).isZero();
        assertThat(again.plan().waitingForRestart()).containsExactly(changed.machine());
        assertThat(started()).isEqualTo(since);

        DeployReport restarted = host.deployAll(List.of(changed), DeployOptions.DEFAULT.restarting(), p -> {});

        assertThat(restarted.notes()).isEmpty();
        assertThat(started()).isAfter(since);
        assertThat(host.deployAll(List.of(changed), DeployOptions.DEFAULT.restarting(), p -> {})
                        .changed())
                .isZero();
    }

    @Test
    void aRestartBySomebodyElseCountsToo() {
        ContainerSpec changed = Sample.builder(1).bindReadOnly("/srv", "/srv").build();
        host.deploy(changed);
        restart();
        Instant since = started();

        DeployReport report = host.deployAll(List.of(changed), DeployOptions.DEFAULT.restarting(), p -> {});

        assertThat(report.notes()).isEmpty();
        assertThat(started()).isEqualTo(since);
    }

    @Test
    void aChangeTakenBackNeedsNoRestart() {
        String before = Sample.settled(host);
        host.deploy(Sample.builder(1).bindReadOnly("/srv", "/srv").build());
        Instant since = started();

        DeployReport report = host.deployAll(List.of(Sample.spec(1)), DeployOptions.DEFAULT.restarting(), p -> {});

        assertThat(report.notes()).isEmpty();
        assertThat(started()).isEqualTo(since);
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void onlyThoseAreRestartedThatNeedIt() {
        host.deploy(Sample.spec(2));
        Instant other = host.container("infra_node-2").status().since().orElseThrow();
        Instant since = started();
        ContainerSpec changed = Sample.builder(1).environment("A", "b").build();

        host.deployAll(
                List.of(changed, Sample.builder(2).limits(l -> l.tasks(7)).build()),
                DeployOptions.DEFAULT.restarting(),
                p -> {});

        assertThat(started()).isAfter(since);
        assertThat(host.container("infra_node-2").status().since()).hasValue(other);
    }

    @Test
    void aRestartThatFailsLeavesItRunningWithWhatItHad() {
        String before = Sample.settled(host);
        host.failNextStart("infra_node-1", "no");
        ContainerSpec changed = Sample.builder(1).environment("A", "b").build();

        assertThatThrownBy(() -> host.deploy(changed, DeployOptions.DEFAULT.restarting()))
                .isInstanceOf(DeployException.class);

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aLiveChangeThatFailsLeavesNothing() {
        String before = Sample.settled(host);
        host.faults().once(Operation.CREATE_MACVLAN, Fault.refuse(new HostFailureException(Failure.of("a", "b", "c"))));

        assertThatThrownBy(() -> host.deploy(withThird())).isInstanceOf(DeployException.class);

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aNetworkThatGoesAndOneInBetweenWaitForARestart() {
        ContainerSpec less = ContainerSpec.named("infra_node-1")
                .image(Sample.IMAGE)
                .macvlan("br-third", nic -> nic.address("192.168.77.11/24"))
                .build();

        assertThat(host.plan(less).changes())
                .filteredOn(c -> c.line().contains("MACVLAN"))
                .allMatch(SpecChange::waits)
                .extracting(SpecChange::line)
                .contains("-[Network] MACVLAN=br-mgmt", "+[Network] MACVLAN=br-third");
    }

    private static ContainerSpec withThird() {
        return Sample.builder(1)
                .macvlan("br-third", nic -> nic.address("192.168.77.11/24"))
                .build();
    }

    private static Instant started() {
        return host.container("infra_node-1").status().since().orElseThrow();
    }

    private static void restart() {
        host.clock().advance(java.time.Duration.ofSeconds(5));
        host.container("infra_node-1").stop();
        host.container("infra_node-1").start();
        host.clock().advance(java.time.Duration.ofSeconds(5));
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
        host.deploy(withThird());
        host.deploy(Sample.spec(1), DeployOptions.DEFAULT.restarting());

        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aFileThatIsGoneIsWrittenAgain() {
        String before = Sample.settled(host);
        host.deleteFile("/etc/systemd/system/systemd-nspawn@infra-node-1.service.d");
        host.deleteInRoot("infra-node-1", "etc/systemd/network/10-nspawn-mv-br-mgmt.network");

        DeployReport report = host.deployAll(List.of(Sample.spec(1)), p -> {});

        assertThat(report.changed()).isEqualTo(4);
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
