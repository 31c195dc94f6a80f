package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.deploy.DeployOptions;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.MachineName;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever was done, killed, refused or lost before: the last deploy decides how the host is. */
class ConvergenceTest {
    private static final int NODES = 3;

    enum Verb {
        DEPLOY,
        CHANGE,
        CHANGE_AND_RESTART,
        GROW,
        REMOVE,
        STOP,
        CRASH
    }

    enum Disturbance {
        NONE,
        KILLED,
        KILLED_AFTER,
        REFUSED,
        REPLY_LOST,
        /** The second one while what was done is taken back. */
        REFUSED_TWICE,
        REFUSED_THEN_KILLED
    }

    record Action(Verb verb, Set<Integer> nodes, Disturbance disturbance, int act, int gap) {}

    @Property(tries = 1000)
    void theLastDeployDecides(@ForAll("histories") List<Action> history, @ForAll("nodes") Set<Integer> wanted) {
        FakeHost host = Sample.host().addLink("br-third");
        String untouched = host.dump();
        history.forEach(action -> perform(host, action));
        host.faults().clear();

        Set<Integer> unwanted = new TreeSet<>(Set.of(0, 1, 2));
        unwanted.removeAll(wanted);
        host.removeAll(machines(unwanted), p -> {});
        host.deployAll(specs(wanted), DeployOptions.DEFAULT.restarting(), p -> {});

        FakeHost calm = Sample.host().addLink("br-third");
        calm.deployAll(specs(wanted), p -> {});
        calm.clock().advance(Duration.ofMinutes(1));
        assertThat(Sample.changes(host, calm.dump())).isEmpty();

        host.removeAll(machines(wanted), p -> {});
        assertThat(Sample.changes(host, untouched)).isEmpty();
    }

    private static void perform(FakeHost host, Action action) {
        disturb(host.faults(), action);
        try {
            act(host, action);
        } catch (HostKilled | DeployException | HostFailureException e) {
            assertThat(action.disturbance()).isNotEqualTo(Disturbance.NONE);
        } finally {
            host.faults().clear();
        }
    }

    private static void disturb(Faults faults, Action action) {
        HostFailureException refusal = new HostFailureException(Failure.of("act", "the host", "refuses"));
        int second = action.act() + 1 + action.gap();
        switch (action.disturbance()) {
            case NONE -> {}
            case KILLED -> faults.atAct(action.act(), Fault.killed());
            case KILLED_AFTER -> faults.atAct(action.act(), Fault.killedAfter());
            case REFUSED -> faults.atAct(action.act(), Fault.refuse(refusal));
            case REPLY_LOST -> faults.atAct(action.act(), Fault.failAfter(refusal));
            case REFUSED_TWICE -> {
                faults.atAct(action.act(), Fault.refuse(refusal));
                faults.atAct(second, Fault.refuse(refusal));
            }
            case REFUSED_THEN_KILLED -> {
                faults.atAct(action.act(), Fault.refuse(refusal));
                faults.atAct(second, Fault.killedAfter());
            }
        }
    }

    private static void act(FakeHost host, Action action) {
        switch (action.verb()) {
            case DEPLOY -> host.deployAll(specs(action.nodes()), p -> {});
            case CHANGE -> host.deployAll(changed(action.nodes()), p -> {});
            case CHANGE_AND_RESTART ->
                host.deployAll(changed(action.nodes()), DeployOptions.DEFAULT.restarting(), p -> {});
            case GROW -> host.deployAll(grown(action.nodes()), p -> {});
            case REMOVE -> host.removeAll(machines(action.nodes()), p -> {});
            case STOP -> machines(action.nodes()).forEach(m -> host.container(m).stop());
            case CRASH -> host.crash();
        }
    }

    private static List<ContainerSpec> specs(Set<Integer> nodes) {
        return nodes.stream().map(Sample::spec).toList();
    }

    private static List<ContainerSpec> changed(Set<Integer> nodes) {
        return nodes.stream()
                .map(n -> Sample.builder(n)
                        .limits(l -> l.tasks(17))
                        .bindReadOnly("/srv", "/srv")
                        .build())
                .toList();
    }

    private static List<ContainerSpec> grown(Set<Integer> nodes) {
        return nodes.stream()
                .map(n -> Sample.builder(n)
                        .macvlan("br-third", nic -> nic.address("192.168.77." + (10 + n) + "/24"))
                        .build())
                .toList();
    }

    private static List<MachineName> machines(Set<Integer> nodes) {
        return specs(nodes).stream().map(ContainerSpec::machine).toList();
    }

    @Provide
    Arbitrary<Set<Integer>> nodes() {
        return Arbitraries.integers().between(0, NODES - 1).set().ofMaxSize(NODES);
    }

    @Provide
    Arbitrary<List<Action>> histories() {
        return Combinators.combine(
                        Arbitraries.of(Verb.class),
                        nodes(),
                        Arbitraries.of(Disturbance.class),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 10))
                .as(Action::new)
                .list()
                .ofMaxSize(5);
    }
}
