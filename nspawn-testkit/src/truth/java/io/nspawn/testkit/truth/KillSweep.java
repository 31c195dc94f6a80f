package io.nspawn.testkit.truth;

import io.nspawn.Host;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.MachineName;
import io.nspawn.model.NspawnException;
import io.nspawn.testkit.truth.VictimMain.Verb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Kills a deploy at every step and at random instants, lets the next one make it good, and looks for what is left. To be
 * run on a lab host, as it takes what it finds for clean.
 */
public final class KillSweep {
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final Topology TOPOLOGY =
            Topology.builder().bridge(VictimMain.BRIDGE, "172.29.79.1/24").build();
    private static final int MEASURED = 3;

    private final Host host;
    private final String image;
    private final List<ContainerSpec> specs;
    private final Consumer<String> out;

    /**
     * Makes one.
     *
     * @param host this machine
     * @param out told of each run that went wrong
     */
    public KillSweep(Host host, String image, Consumer<String> out) {
        this.host = host;
        this.image = image;
        this.specs = VictimMain.specs(image);
        this.out = out;
    }

    /**
     * How it went.
     *
     * @param converged runs after which the host was as the specs say, and had never shown a container that was half made
     * @param leaks what was left, or was there twice, in all runs together
     */
    public record Result(int runs, int converged, int leaks) {
        /** Both together. */
        public Result plus(Result other) {
            return new Result(runs + other.runs, converged + other.converged, leaks + other.leaks);
        }

        /** As the bench writes it. */
        public String json() {
            return "{\"runs\":" + runs + ",\"converged\":" + converged + ",\"leaks\":" + leaks + "}";
        }

        public boolean isGood() {
            return runs == converged && leaks == 0;
        }
    }

    /** Where a deploy is killed: after a step, or so many nanoseconds after it began. */
    private record Kill(int step, long nanos) {
        @Override
        public String toString() {
            return step > 0 ? "after step " + step : "after " + nanos / 1000 + " us";
        }
    }

    /** What a host is like before a deploy, and after one that nobody disturbed. */
    private record Reference(Set<String> before, Set<String> deployed, int steps, long nanos) {}

    /**
     * Sweeps.
     *
     * @param every how many steps lie between two kills; 1 for each step
     * @param instants how many kills at random
     * @param seed decides the instants
     */
    public Result run(int every, int instants, long seed) {
        host.network().apply(TOPOLOGY);
        try {
            Reference reference = measure();
            out.accept(reference.steps() + " steps in " + reference.nanos() / 1_000_000 + " ms");
            return killed(kills(reference, every, instants, new Random(seed)), reference);
        } finally {
            host.removeAll(machines(), progress -> {});
            host.network().remove(TOPOLOGY);
        }
    }

    private static List<Kill> kills(Reference reference, int every, int instants, Random random) {
        List<Kill> kills = new ArrayList<>();
        for (int step = 1 + random.nextInt(every); step <= reference.steps(); step += every) {
            kills.add(new Kill(step, 0));
        }
        for (int i = 0; i < instants; i++) {
            kills.add(new Kill(0, (long) (random.nextDouble() * reference.nanos())));
        }
        return kills;
    }

    /** The next victim starts while the host is looked at after the last one. */
    private Result killed(List<Kill> kills, Reference reference) {
        int converged = 0;
        int leaks = 0;
        Victim next = Victim.start(Verb.DEPLOY, image, kills.get(0).step());
        try {
            for (int i = 0; i < kills.size(); i++) {
                Kill kill = kills.get(i);
                die(next, kill);
                next = Victim.start(
                        Verb.DEPLOY,
                        image,
                        i + 1 < kills.size() ? kills.get(i + 1).step() : 0);
                List<String> wrong = converges(reference);
                List<String> left = left(reference);
                converged += wrong.isEmpty() ? 1 : 0;
                leaks += left.size();
                if (!wrong.isEmpty() || !left.isEmpty()) {
                    out.accept("killed " + kill + ": " + wrong + " " + left);
                }
            }
        } finally {
            next.close();
        }
        return new Result(kills.size(), converged, leaks);
    }

    private static void die(Victim victim, Kill kill) {
        if (kill.step() == 0) {
            victim.dieAfter(kill.nanos());
            return;
        }
        try (victim) {
            victim.begin();
            victim.await(VictimMain.HERE);
        }
    }

    /** Deploys once more. Returns what is not as it should be, then or before. */
    private List<String> converges(Reference reference) {
        List<String> wrong = new ArrayList<>(halfMade());
        try {
            host.deployAll(specs, progress -> {});
            host.statuses(machines()).stream()
                    .filter(status -> status.state() != ContainerState.READY)
                    .forEach(status -> wrong.add(status.machine() + " is " + status.state()));
            if (!host.plan(specs).changesNothing()) {
                wrong.add("not all is done: " + host.plan(specs));
            }
            if (machineIds().size() < specs.size()) {
                wrong.add("machine-ids are shared");
            }
            HostTraces.difference(reference.deployed(), withoutJournals(HostTraces.now())).stream()
                    .map(line -> "differs from a deploy that nobody killed: " + line)
                    .forEach(wrong::add);
        } catch (NspawnException e) {
            wrong.add(e.toString());
        }
        return wrong;
    }

    /** Removes all. Returns what is left of it. */
    private List<String> left(Reference reference) {
        host.removeAll(machines(), progress -> {});
        return HostTraces.changesSince(reference.before());
    }

    /** What machined shows, and so can be started, has a finished root and its files; nothing hidden is among it. */
    private List<String> halfMade() {
        Set<String> shown = Command.run("machinectl", "list-images", "--no-legend")
                .lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.strip().split("\\s+", 2)[0])
                .collect(Collectors.toSet());
        List<String> wrong = new ArrayList<>();
        shown.stream().filter(name -> name.startsWith(".")).forEach(name -> wrong.add(name + " is shown"));
        for (MachineName machine : machines()) {
            Path settings = Path.of("/etc/systemd/nspawn", machine + ".nspawn");
            if (shown.contains(machine.value()) && (!Files.exists(settings) || !hasMachineId(machine))) {
                wrong.add(machine + " is shown, and half made");
            }
        }
        return wrong;
    }

    private static boolean hasMachineId(MachineName machine) {
        return machineId(machine).matches("[0-9a-f]{32}\n");
    }

    private Set<String> machineIds() {
        return machines().stream().map(KillSweep::machineId).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String machineId(MachineName machine) {
        Path file = POOL.resolve(machine.value()).resolve("etc/machine-id");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What deploys that nobody kills leave, and how long they take in a JVM of their own. */
    private Reference measure() {
        Set<String> before = HostTraces.now();
        int[] steps = new int[1];
        host.deployAll(specs, progress -> steps[0]++);
        Set<String> deployed = withoutJournals(HostTraces.now());
        host.removeAll(machines(), progress -> {});
        long[] times = IntStream.range(0, MEASURED)
                .mapToLong(i -> undisturbed())
                .sorted()
                .toArray();
        return new Reference(before, deployed, steps[0], times[MEASURED / 2]);
    }

    private long undisturbed() {
        try (Victim victim = Victim.start(Verb.DEPLOY, image, 0)) {
            victim.begin();
            long start = System.nanoTime();
            victim.await(VictimMain.DONE);
            return System.nanoTime() - start;
        } finally {
            host.removeAll(machines(), progress -> {});
        }
    }

    /** Journals are named by machine-ids, which are new each time. */
    private static Set<String> withoutJournals(Set<String> traces) {
        return traces.stream().filter(line -> !line.contains("/journal/")).collect(Collectors.toSet());
    }

    private List<MachineName> machines() {
        return specs.stream().map(ContainerSpec::machine).toList();
    }
}
