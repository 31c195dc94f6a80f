package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.deploy.DeployOptions;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.MachineName;
import io.nspawn.testkit.Faults.Call;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The process dies at every single operation of a deploy or a removal, and is run again on what it left. The operations
 * are counted on an undisturbed run, so that none can be forgotten.
 */
class KillTest {
    private static final List<ContainerSpec> SPECS = Stream.of(
                    Sample.spec(0),
                    Sample.builder(1).persistentJournal().build(),
                    ContainerSpec.named("app")
                            .image(Sample.IMAGE)
                            .runs("/usr/bin/true")
                            .build())
            .toList();
    private static final List<MachineName> MACHINES =
            SPECS.stream().map(ContainerSpec::machine).toList();

    @TestFactory
    Stream<DynamicTest> aDeployKilledAndRunAgain() {
        return everyAct(KillTest::nothing, KillTest::deploy);
    }

    @TestFactory
    Stream<DynamicTest> aChangeKilledAndRunAgain() {
        return everyAct(KillTest::deploy, KillTest::change);
    }

    @TestFactory
    Stream<DynamicTest> aChangeWithRestartsKilledAndRunAgain() {
        return everyAct(
                KillTest::deploy, host -> host.deployAll(changed(), DeployOptions.DEFAULT.restarting(), p -> {}));
    }

    @TestFactory
    Stream<DynamicTest> aRemovalKilledAndRunAgain() {
        return everyAct(KillTest::deploy, KillTest::remove);
    }

    @TestFactory
    Stream<DynamicTest> aDeployKilledAndRemoved() {
        return everyAct(
                KillTest::nothing,
                KillTest::deploy,
                KillTest::remove,
                Sample.settled(Sample.host().addLink("br-third")));
    }

    @TestFactory
    Stream<DynamicTest> aRemovalKilledAndDeployedAgain() {
        return everyAct(
                KillTest::deploy, KillTest::remove, KillTest::deploy, after(KillTest::nothing, KillTest::deploy));
    }

    @TestFactory
    Stream<DynamicTest> aDeployThatLosesPowerAndIsRunAgain() {
        return everyPowerLoss(KillTest::nothing, KillTest::deploy);
    }

    @TestFactory
    Stream<DynamicTest> aRemovalThatLosesPowerAndIsRunAgain() {
        return everyPowerLoss(KillTest::deploy, KillTest::remove);
    }

    /** What was not synced is gone too, and enabled containers are started at once. */
    private static Stream<DynamicTest> everyPowerLoss(Consumer<FakeHost> before, Consumer<FakeHost> run) {
        String undisturbed = after(before, run);
        List<Call> acts = acts(before, run);
        return IntStream.range(0, acts.size())
                .mapToObj(act -> DynamicTest.dynamicTest(act + " " + acts.get(act), () -> {
                    FakeHost host = Sample.host().addLink("br-third");
                    before.accept(host);
                    host.faults().atAct(act, Fault.killed());
                    assertThatThrownBy(() -> run.accept(host)).isInstanceOf(HostKilled.class);
                    host.crash();

                    run.accept(host);

                    assertThat(Sample.changes(host, undisturbed)).isEmpty();
                }));
    }

    private static void nothing(FakeHost host) {
        assertThat(host.faults().acts()).isZero();
    }

    private static void deploy(FakeHost host) {
        host.deployAll(SPECS, p -> {});
    }

    private static void change(FakeHost host) {
        host.deployAll(changed(), p -> {});
    }

    private static void remove(FakeHost host) {
        host.removeAll(MACHINES, p -> {});
    }

    private static List<ContainerSpec> changed() {
        return List.of(
                Sample.builder(0)
                        .limits(l -> l.tasks(100))
                        .macvlan("br-third", nic -> nic.address("192.168.77.10/24"))
                        .build(),
                ContainerSpec.named("infra_node-1")
                        .image(Sample.IMAGE)
                        .macvlan("br-storage-net", nic -> nic.dhcp())
                        .build());
    }

    private static Stream<DynamicTest> everyAct(Consumer<FakeHost> before, Consumer<FakeHost> killed) {
        return everyAct(before, killed, killed, after(before, killed));
    }

    private static Stream<DynamicTest> everyAct(
            Consumer<FakeHost> before, Consumer<FakeHost> killed, Consumer<FakeHost> then, String wanted) {
        List<Call> acts = acts(before, killed);
        assertThat(acts).hasSizeGreaterThan(5);
        return IntStream.range(0, acts.size())
                .boxed()
                .flatMap(act -> Stream.of(Fault.killed(), Fault.killedAfter())
                        .map(fault -> DynamicTest.dynamicTest(act + " " + acts.get(act), () -> {
                            FakeHost host = Sample.host().addLink("br-third");
                            before.accept(host);
                            host.faults().atAct(act, fault);
                            assertThatThrownBy(() -> killed.accept(host)).isInstanceOf(HostKilled.class);

                            then.accept(host);

                            assertThat(host.statuses(MACHINES)).noneMatch(s -> s.state() == ContainerState.STARTING);
                            assertThat(Sample.changes(host, wanted)).isEmpty();
                            assertThat(host.dump()).doesNotContain(".#");
                        })));
    }

    private static String after(Consumer<FakeHost> first, Consumer<FakeHost> second) {
        FakeHost host = Sample.host().addLink("br-third");
        first.accept(host);
        second.accept(host);
        return Sample.settled(host);
    }

    private static List<Call> acts(Consumer<FakeHost> before, Consumer<FakeHost> counted) {
        FakeHost host = Sample.host().addLink("br-third");
        before.accept(host);
        int already = host.faults().calls().size();
        counted.accept(host);
        return host.faults().calls().stream()
                .skip(already)
                .filter(call -> call.operation().acts())
                .toList();
    }
}
