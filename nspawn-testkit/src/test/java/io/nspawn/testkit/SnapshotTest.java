package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.ContainerSnapshot;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InvalidNameException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Size;
import io.nspawn.testkit.Faults.Call;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots of containers, and the way back to them, also when the process dies or the host refuses in the middle. */
class SnapshotTest {
    private static final String NAME = "infra-node-0";
    private static final String SETTINGS = "/etc/systemd/nspawn/" + NAME + ".nspawn";

    private final FakeHost host = Sample.host();

    private static Container deployed(FakeHost host) {
        Container container = host.deploy(Sample.spec(0));
        host.clock().advance(Duration.ofSeconds(10));
        return container;
    }

    /** A container with a snapshot, changed since: root and files. */
    private static Container changed(FakeHost host) {
        Container container = deployed(host);
        host.writeInRoot(NAME, "var/lib/state", "old");
        container.snapshot("before");
        host.writeInRoot(NAME, "var/lib/state", "new");
        host.deployAll(List.of(Sample.builder(0).limits(l -> l.tasks(17)).build()), p -> {});
        // It runs with its old limits until then.
        container.stop();
        container.start();
        makeDurable(container);
        return container;
    }

    /** What was written to a root is on disk from here on. */
    static void makeDurable(Container container) {
        container.snapshot("durable");
        container.removeSnapshot("durable");
    }

    @Test
    void rootAndFilesComeBackTogether() {
        Container container = changed(host);
        String id = host.readInRoot(NAME, "etc/machine-id").orElseThrow();

        container.rollback("before");

        assertThat(host.readInRoot(NAME, "var/lib/state")).contains("old");
        assertThat(host.readFile("/etc/systemd/system/systemd-nspawn@" + NAME + ".service.d/20-nspawn.conf")
                        .orElseThrow())
                .contains("TasksMax=4096");
        assertThat(host.readInRoot(NAME, "etc/machine-id")).contains(id);
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
        assertThat(host.plan(Sample.spec(0)).changesNothing()).isTrue();
        assertThat(host.dump()).doesNotContain(".#").doesNotContain("replacing");
    }

    @Test
    void aContainerThatWasStoppedStaysStopped() {
        Container container = changed(host);
        container.stop();

        container.rollback("before");

        assertThat(container.status().state()).isEqualTo(ContainerState.STOPPED);
    }

    @Test
    void aSnapshotCanBeGoneBackToMoreThanOnce() {
        Container container = changed(host);

        container.rollback("before");
        host.writeInRoot(NAME, "var/lib/state", "newer");
        container.rollback("before");

        assertThat(host.readInRoot(NAME, "var/lib/state")).contains("old");
        assertThat(container.snapshots()).extracting(s -> s.name().value()).containsExactly("before");
    }

    @Test
    void theLimitOfARootStaysThatOfItsContainer() {
        host.pool().enableSimpleQuotas();
        Container container = changed(host);
        host.pool().limit(container.name(), Size.parse("5G"));

        container.rollback("before");

        assertThat(host.pool().limitOf(container.name())).contains(Size.parse("5G"));
    }

    @Test
    void snapshotsAreListedOldestFirstAndOnlyOnesOwn() {
        Container container = deployed(host);
        Container other = host.deploy(Sample.spec(1));
        container.snapshot("z");
        host.clock().advance(Duration.ofSeconds(1));
        container.snapshot("a");
        other.snapshot("other");

        assertThat(container.snapshots()).extracting(s -> s.name().value()).containsExactly("z", "a");
        assertThat(container.snapshots()).extracting(ContainerSnapshot::machine).containsOnly(container.name());
        assertThat(host.containers()).extracting(Container::name).containsExactly(container.name(), other.name());
    }

    @Test
    void aSnapshotIsReadOnlyAndNoUnitsName() {
        deployed(host).snapshot("before");

        assertThat(host.dump()).contains("root " + NAME + "@before (sealed)");
        assertThatThrownBy(() -> MachineName.of(NAME + "@before")).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void aRemovedContainerTakesItsSnapshotsAlong() {
        String untouched = Sample.settled(host);
        Container container = changed(host);
        container.snapshot("second");
        assertThat(host.planRemoval(List.of(container.name())).toString())
                .contains("- delete its snapshot before")
                .contains("- delete its snapshot second");

        container.remove();

        assertThat(Sample.changes(host, untouched)).isEmpty();
    }

    @Test
    void aSnapshotThatIsRemovedLeavesNothing() {
        Container container = deployed(host);
        String before = Sample.settled(host);
        container.snapshot("before");

        assertThat(container.removeSnapshot("before")).isTrue();
        assertThat(container.removeSnapshot("before")).isFalse();
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a@b", "-x", ".x", "a b", "ä"})
    void aNameThatIsNoneIsRefused(String name) {
        Container container = deployed(host);

        assertThatThrownBy(() -> container.snapshot(name)).isInstanceOf(InvalidNameException.class);
    }

    @Test
    void aNameThatIsTakenIsRefusedAndStays() {
        Container container = changed(host);
        String before = host.dump();

        assertThatThrownBy(() -> container.snapshot("before")).isInstanceOf(AlreadyExistsException.class);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void aRootOfThatNameThatSomebodyMadeStays() {
        Container container = deployed(host);
        host.addForeignRoot(NAME + "@before");
        String before = host.dump();

        assertThat(container.snapshots()).isEmpty();
        assertThatThrownBy(() -> container.snapshot("before")).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> container.rollback("before")).isInstanceOf(NotFoundException.class);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void whatIsNotThereOrNotOursIsRefused() {
        host.addForeignRoot("foreign");

        assertThatThrownBy(() -> host.container("nobody").snapshot("x")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> host.container("foreign").snapshot("x")).isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> deployed(host).rollback("never-taken")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void anEditIsNotLostByGoingBack() {
        Container container = changed(host);
        host.addFile(SETTINGS, host.readFile(SETTINGS).orElseThrow() + "# by hand\n[Exec]\nUser=me\n");
        String before = host.dump();

        assertThatThrownBy(() -> container.rollback("before"))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("edited by hand");
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void aContainerThatDoesNotComeUpGoesBackToWhatItWas() {
        Container container = changed(host);
        String before = Sample.settled(host);
        host.failNextStart(NAME, "no init");

        assertThatThrownBy(() -> container.rollback("before"))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("no init")
                .hasMessageContaining("the old root runs again");
        assertThat(Sample.changes(host, before)).isEmpty();
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
    }

    @TestFactory
    Stream<DynamicTest> aSnapshotKilledAndTakenAgain() {
        return everyAct(h -> deployed(h), h -> again(h).snapshot("s"));
    }

    @TestFactory
    Stream<DynamicTest> aRollbackKilledAndRunAgain() {
        return everyAct(SnapshotTest::changed, h -> h.container(NAME).rollback("before"));
    }

    @TestFactory
    Stream<DynamicTest> aRemovalOfASnapshotKilledAndRunAgain() {
        return everyAct(SnapshotTest::changed, h -> h.container(NAME).removeSnapshot("before"));
    }

    @TestFactory
    Stream<DynamicTest> aRemovalWithSnapshotsKilledAndRunAgain() {
        return everyAct(SnapshotTest::changed, h -> h.container(NAME).remove());
    }

    /** The next run of something else makes the host whole: the rollback is finished, or nothing of it is left. */
    @TestFactory
    Stream<DynamicTest> aRollbackKilledAndSomethingElseRun() {
        Consumer<FakeHost> rollback = h -> h.container(NAME).rollback("before");
        Consumer<FakeHost> other = h -> h.removeAll(List.of(MachineName.of("nobody")), p -> {});
        String notDone = after(SnapshotTest::changed, other);
        String done = after(SnapshotTest::changed, rollback);
        return killed(SnapshotTest::changed, rollback, false)
                .map(kill -> DynamicTest.dynamicTest(kill.name(), () -> {
                    FakeHost host = kill.run();
                    other.accept(host);
                    assertIsOneOf(host, notDone, done);
                }));
    }

    /** What was not synced is gone too, and what is enabled was started: never one root with the files of the other. */
    @TestFactory
    Stream<DynamicTest> aRollbackThatLosesPower() {
        Consumer<FakeHost> rollback = h -> h.container(NAME).rollback("before");
        String done = after(SnapshotTest::changed, rollback);
        return killed(SnapshotTest::changed, rollback, true)
                .map(kill -> DynamicTest.dynamicTest(kill.name(), () -> {
                    FakeHost host = kill.run();
                    host.readInRoot(NAME, "var/lib/state")
                            .ifPresent(state -> assertThat(host.dump())
                                    .contains(state.equals("old") ? "TasksMax=4096\\n" : "TasksMax=17\\n"));
                    rollback.accept(host);
                    assertThat(Sample.changes(host, done)).isEmpty();
                }));
    }

    /** Refused, or done and the reply lost: the container is what it was, or the error says that it is not known. */
    @TestFactory
    Stream<DynamicTest> aRollbackThatFailsIsTakenBack() {
        HostFailureException refusal = new HostFailureException(Failure.of("act", "the host", "refuses"));
        Consumer<FakeHost> rollback = h -> h.container(NAME).rollback("before");
        String notDone = after(SnapshotTest::changed, h -> {});
        String done = after(SnapshotTest::changed, rollback);
        List<Call> acts = acts(SnapshotTest::changed, rollback);
        return IntStream.range(0, acts.size())
                .boxed()
                .flatMap(act -> Stream.of(Fault.refuse(refusal), Fault.failAfter(refusal))
                        .map(fault -> DynamicTest.dynamicTest(act + " " + acts.get(act), () -> {
                            FakeHost host = Sample.host();
                            changed(host);
                            host.faults().atAct(act, fault);
                            try {
                                rollback.accept(host);
                            } catch (DeployException e) {
                                assertIsOneOf(host, notDone);
                            } catch (HostFailureException e) {
                                host.removeAll(List.of(), p -> {});
                                assertIsOneOf(host, notDone, done);
                            }
                        })));
    }

    private static Container again(FakeHost host) {
        Container container = host.container(NAME);
        container.removeSnapshot("s");
        return container;
    }

    /** Fails with what differs from the state that is nearest. */
    static void assertIsOneOf(FakeHost host, String... states) {
        List<String> nearest = Stream.of(states)
                .map(state -> Sample.changes(host, state))
                .min(Comparator.comparingInt(List::size))
                .orElseThrow();
        assertThat(nearest).isEmpty();
    }

    static Stream<DynamicTest> everyAct(Consumer<FakeHost> before, Consumer<FakeHost> killed) {
        String wanted = after(before, killed);
        return killed(before, killed, false)
                .map(kill -> DynamicTest.dynamicTest(kill.name(), () -> {
                    FakeHost host = kill.run();
                    killed.accept(host);
                    assertThat(Sample.changes(host, wanted)).isEmpty();
                    assertThat(host.dump()).doesNotContain(".#").doesNotContain("replacing");
                }));
    }

    /** A host on which something was killed. */
    record Kill(String name, Supplier<FakeHost> host) {
        FakeHost run() {
            return host.get();
        }
    }

    static Stream<Kill> killed(Consumer<FakeHost> before, Consumer<FakeHost> killed, boolean losesPower) {
        List<Call> acts = acts(before, killed);
        assertThat(acts).hasSizeGreaterThan(3);
        return IntStream.range(0, acts.size())
                .boxed()
                .flatMap(act -> Stream.of(Fault.killed(), Fault.killedAfter())
                        .map(fault -> new Kill(act + " " + acts.get(act), () -> {
                            FakeHost host = Sample.host();
                            before.accept(host);
                            host.faults().atAct(act, fault);
                            assertThatThrownBy(() -> killed.accept(host)).isInstanceOf(HostKilled.class);
                            if (losesPower) {
                                host.crash();
                            }
                            return host;
                        })));
    }

    static String after(Consumer<FakeHost> first, Consumer<FakeHost> second) {
        FakeHost host = Sample.host();
        first.accept(host);
        second.accept(host);
        return Sample.settled(host);
    }

    static List<Call> acts(Consumer<FakeHost> before, Consumer<FakeHost> counted) {
        FakeHost host = Sample.host();
        before.accept(host);
        int already = host.faults().calls().size();
        counted.accept(host);
        return host.faults().calls().stream()
                .skip(already)
                .filter(call -> call.operation().acts())
                .toList();
    }
}
