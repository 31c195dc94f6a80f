package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.deploy.DeployOptions;
import io.nspawn.deploy.Plan;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.DeployException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.testkit.Fault.HostCrashed;
import io.nspawn.testkit.Fault.MachineKilled;
import io.nspawn.testkit.Faults.Strike;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One random sequence of deploys and removals with random faults in them, all of it decided by a seed. */
final class FaultySequence {
    private static final int NODES = 5;
    private static final int DEPTH = 4;
    private static final List<Fault> DEATHS = List.of(
            Fault.killed(), Fault.killedAfter(), Fault.hostCrashed(), Fault.hostCrashedAfter(), Fault.poolFull());
    private static final Fault[] ALL =
            Stream.concat(RandomFaults.SURVIVABLE.stream(), DEATHS.stream()).toArray(Fault[]::new);

    private final Random random;
    private final Tally tally;
    private final FakeHost host = Sample.host();
    private final List<String> story = new ArrayList<>();
    private final Set<Integer> unfinished = new HashSet<>();
    /** They run with what was in their files before the last deploy. */
    private final Set<MachineName> waitingForRestart = new HashSet<>();

    FaultySequence(long seed, Tally tally) {
        this.random = new Random(seed);
        this.tally = tally;
    }

    /** What became of all operations. */
    static final class Tally {
        private int converged;
        private int refused;
        private int rolledBack;
        private int unknown;
        private int asItWas;
        private int died;

        int converged() {
            return converged;
        }

        int asItWas() {
            return asItWas;
        }

        int died() {
            return died;
        }

        @Override
        public String toString() {
            return converged + " converged, " + refused + " refused, " + rolledBack + " rolled back, " + asItWas
                    + " left the host as it was, " + unknown + " left unknown, " + died + " died";
        }
    }

    List<String> story() {
        return story;
    }

    void run() {
        String untouched = host.dump();
        for (int i = 0; i < DEPTH; i++) {
            List<Integer> nodes = someNodes();
            if (random.nextInt(4) == 0) {
                remove(nodes);
            } else {
                deploy(nodes);
            }
            host.faults().clear();
            host.drainPool();
        }
        theCalmRunDecides(untouched);
    }

    private void theCalmRunDecides(String untouched) {
        List<ContainerSpec> wanted = someNodes().stream().map(this::spec).toList();
        List<MachineName> machines = wanted.stream().map(ContainerSpec::machine).toList();
        List<MachineName> others = new ArrayList<>(all());
        others.removeAll(machines);
        story.add("calm: " + names(wanted));
        host.removeAll(others, p -> {});
        host.deployAll(wanted, DeployOptions.DEFAULT.restarting(), p -> {});
        restart(machines);

        FakeHost calm = Sample.host();
        calm.deployAll(wanted, p -> {});
        assertThat(Sample.changes(host, Sample.settled(calm))).isEmpty();

        host.removeAll(machines, p -> {});
        assertThat(Sample.changes(host, untouched)).isEmpty();
    }

    private void deploy(List<Integer> nodes) {
        List<ContainerSpec> specs = nodes.stream().map(this::spec).toList();
        String before = Sample.settled(host);
        boolean comparable = isClean(before, specs);
        boolean restarting = random.nextBoolean();
        story.add("deploy " + names(specs) + (restarting ? ", restarting" : ""));
        int struck = disturb();
        try {
            host.deployAll(specs, restarting ? DeployOptions.DEFAULT.restarting() : DeployOptions.DEFAULT, p -> {});
            tell("converged", struck);
            tally.converged++;
            nodes.forEach(unfinished::remove);
            specs.forEach(spec -> waitingForRestart.remove(spec.machine()));
            if (!lostMachines(struck)) {
                converged(specs);
            }
        } catch (HostKilled e) {
            tell(e.toString(), struck);
            tally.died++;
            unfinished.addAll(nodes);
        } catch (NspawnException e) {
            tell(e.toString(), struck);
            if (e instanceof DeployException && e.outcome() != Outcome.NOT_APPLIED) {
                unfinished.addAll(nodes);
            }
            failed(e, before, comparable && !lostMachines(struck));
        }
    }

    private void converged(List<ContainerSpec> specs) {
        host.faults().clear();
        host.drainPool();
        Plan plan = host.plan(specs);
        assertThat(plan.changesNothing()).as(plan::toString).isTrue();
        waitingForRestart.addAll(plan.waitingForRestart());
    }

    /**
     * Whether a failed deploy can leave the host as it is: what earlier runs left unfinished is tidied for good, what a
     * container writes while it is up is its own, and no restart brings back what its files do not have any more.
     */
    private boolean isClean(String before, List<ContainerSpec> specs) {
        return unfinished.isEmpty()
                && specs.stream().map(ContainerSpec::machine).noneMatch(waitingForRestart::contains)
                && !before.contains(".#")
                && host.statuses(specs.stream().map(ContainerSpec::machine).toList()).stream()
                        .map(ContainerStatus::state)
                        .allMatch(state -> state == ContainerState.READY || state == ContainerState.ABSENT);
    }

    private void failed(NspawnException e, String before, boolean comparable) {
        boolean unknown = e instanceof DeployException && e.outcome() != Outcome.NOT_APPLIED;
        if (unknown) {
            tally.unknown++;
            return;
        }
        if (e instanceof DeployException) {
            tally.rolledBack++;
        } else {
            tally.refused++;
        }
        assertThat(host.faults().struck().size()).isGreaterThan(0);
        host.drainPool();
        if (comparable) {
            tally.asItWas++;
            assertThat(Sample.changes(host, before)).isEmpty();
        }
    }

    private void remove(List<Integer> nodes) {
        List<MachineName> machines =
                nodes.stream().map(this::spec).map(ContainerSpec::machine).toList();
        Sample.settled(host);
        story.add("remove " + machines);
        int struck = disturb();
        try {
            host.removeAll(machines, p -> {});
            tell("removed", struck);
            nodes.forEach(unfinished::remove);
            host.faults().clear();
            if (!lostMachines(struck)) {
                assertThat(host.planRemoval(machines).changesNothing())
                        .as(() -> host.planRemoval(machines).toString())
                        .isTrue();
            }
        } catch (HostKilled | NspawnException e) {
            tell(e.toString(), struck);
            unfinished.addAll(nodes);
        }
    }

    /** Announces random faults, and returns how many had struck until now. */
    private int disturb() {
        host.faults()
                .atRandom(RandomFaults.seed(random.nextLong())
                        .rate(0.002 * (1 + random.nextInt(20)))
                        .most(1 + random.nextInt(3))
                        .among(ALL));
        return host.faults().struck().size();
    }

    private void tell(String end, int before) {
        host.faults().struck().stream().skip(before).forEach(strike -> story.add("  " + strike));
        story.add("  " + end);
    }

    private boolean lostMachines(int before) {
        return host.faults().struck().stream()
                .skip(before)
                .map(Strike::fault)
                .anyMatch(fault -> fault instanceof MachineKilled || fault instanceof HostCrashed);
    }

    private void restart(List<MachineName> machines) {
        for (MachineName machine : machines) {
            host.container(machine).stop();
            host.container(machine).start();
        }
        host.clock().advance(Duration.ofMinutes(1));
    }

    private static List<String> names(List<ContainerSpec> specs) {
        return specs.stream().map(ContainerSpec::name).toList();
    }

    private List<Integer> someNodes() {
        TreeSet<Integer> nodes = new TreeSet<>();
        int count = 1 + random.nextInt(NODES);
        while (nodes.size() < count) {
            nodes.add(random.nextInt(NODES));
        }
        return List.copyOf(nodes);
    }

    private List<MachineName> all() {
        return Stream.iterate(0, n -> n + 1)
                .limit(NODES)
                .map(this::spec)
                .map(ContainerSpec::machine)
                .toList();
    }

    /** What a container is does not change, how it is set up does. */
    private ContainerSpec spec(int number) {
        ContainerSpec.Builder spec = ContainerSpec.named("infra_node-" + number).image(Sample.IMAGE);
        if (number == 3) {
            spec.runs("/usr/bin/true");
        } else if (number == 4) {
            spec.persistentJournal();
        }
        if (number != 3 && random.nextBoolean()) {
            spec.macvlan("br-mgmt", nic -> nic.address("172.29.236." + (10 + number) + "/22"));
        }
        if (number != 3 && random.nextBoolean()) {
            spec.macvlan("br-storage-net", nic -> nic.dhcp());
        }
        if (random.nextBoolean()) {
            spec.bind("/srv/data", "/var/lib/data");
        }
        if (random.nextBoolean()) {
            spec.device("/dev/net/tun");
        }
        int tasks = 100 + random.nextInt(3);
        return spec.limits(l -> l.tasks(tasks)).build();
    }
}
