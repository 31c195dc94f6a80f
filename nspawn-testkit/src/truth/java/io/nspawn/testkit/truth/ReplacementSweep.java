package io.nspawn.testkit.truth;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.NspawnException;
import io.nspawn.testkit.truth.KillSweep.Result;
import io.nspawn.testkit.truth.VictimMain.Verb;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Kills adoptions, upgrades and rollbacks at random instants, does the same again, and looks for what is wrong and what
 * is left. To be run on a lab host, as it takes what it finds for clean.
 */
public final class ReplacementSweep {
    /** The container. */
    static final String NAME = "ks-one";

    /** The image that it is upgraded to. */
    static final String NEXT_IMAGE = "ks-next";

    static final String SNAPSHOT = "first";

    private static final String PROGRAM = "trap 'sleep 0.2; exit' TERM; while :; do sleep 0.02; done";

    private static final Path POOL = Path.of("/var/lib/machines");
    private static final Path SETTINGS = Path.of("/etc/systemd/nspawn", NAME + ".nspawn");
    /** By which images, and what became of their clones, are told apart. */
    private static final String MARKER = "etc/ks-marker";

    private static final String KEPT = "var/lib/kept/rows";

    private final Host host;
    private final String image;
    private final Consumer<String> out;

    /**
     * Makes one.
     *
     * @param host this machine
     * @param out told of each run that went wrong
     */
    public ReplacementSweep(Host host, String image, Consumer<String> out) {
        this.host = host;
        this.image = image;
        this.out = out;
    }

    /** One whose program takes its time to end. */
    static ContainerSpec spec(String image) {
        return ContainerSpec.named(NAME)
                .image(image)
                .runs("/bin/sh", "-c", PROGRAM)
                .persistent("/var/lib/kept")
                .limits(l -> l.tasks(100))
                .build();
    }

    /**
     * Sweeps.
     *
     * @param instants how many kills of each verb, at random instants
     * @param seed decides the instants
     */
    public Result run(int instants, long seed) {
        Command.run("btrfs", "subvolume", "snapshot", POOL.resolve(image).toString(), nextImage());
        write(Path.of(nextImage()), MARKER, "next");
        Random random = new Random(seed);
        Result all = new Result(0, 0, 0);
        try {
            Set<String> before = HostTraces.now();
            for (Verb verb : List.of(Verb.ADOPT, Verb.UPGRADE, Verb.ROLL_BACK)) {
                all = all.plus(sweep(verb, instants, random, before));
            }
        } finally {
            host.removeAll(List.of(spec(image).machine()), progress -> {});
            Command.run("btrfs", "subvolume", "delete", nextImage());
        }
        return all;
    }

    private Result sweep(Verb verb, int instants, Random random, Set<String> before) {
        prepare(verb);
        long nanos = undisturbed(verb);
        Set<String> done = comparable(HostTraces.now());
        List<String> unwell = wrong(verb);
        if (!unwell.isEmpty()) {
            throw new IllegalStateException(verb + " that nobody killed: " + unwell);
        }
        clear(before);
        out.accept(verb + " in " + nanos / 1_000_000 + " ms");
        int converged = 0;
        int leaks = 0;
        for (int i = 0; i < instants; i++) {
            long instant = (long) (random.nextDouble() * nanos);
            prepare(verb);
            Victim.start(verb, image, 0).dieAfter(instant);
            List<String> wrong = again(verb, done);
            List<String> left = clear(before);
            converged += wrong.isEmpty() ? 1 : 0;
            leaks += left.size();
            if (!wrong.isEmpty() || !left.isEmpty()) {
                out.accept(verb + " killed after " + instant / 1000 + " us: " + wrong + " " + left);
            }
        }
        return new Result(instants, converged, leaks);
    }

    private void prepare(Verb verb) {
        if (verb == Verb.ADOPT) {
            Command.run("btrfs", "subvolume", "snapshot", POOL.resolve(image).toString(), root().toString());
            write(root(), KEPT, "rows");
            write(Path.of("/"), SETTINGS.toString().substring(1), "[Exec]\nBoot=no\nParameters=/bin/sleep infinity\n");
            return;
        }
        Container container = host.deploy(spec(image));
        write(root(), KEPT, "rows");
        if (verb == Verb.ROLL_BACK) {
            write(root(), MARKER, "first");
            container.snapshot(SNAPSHOT);
            write(root(), MARKER, "later");
        }
    }

    private long undisturbed(Verb verb) {
        try (Victim victim = Victim.start(verb, image, 0)) {
            victim.begin();
            long start = System.nanoTime();
            victim.await(VictimMain.DONE);
            return System.nanoTime() - start;
        }
    }

    /** Does what was killed again, unless it was done. Returns what is not as it should be, then or before. */
    private List<String> again(Verb verb, Set<String> done) {
        List<String> wrong = new ArrayList<>(halfMade());
        try {
            switch (verb) {
                case ADOPT -> host.adopt(spec(image));
                case UPGRADE -> host.upgrade(spec(image), NEXT_IMAGE);
                default -> host.container(NAME).rollback(SNAPSHOT);
            }
            wrong.addAll(wrong(verb));
            HostTraces.difference(done, comparable(HostTraces.now())).stream()
                    .map(line -> "differs from one that nobody killed: " + line)
                    .forEach(wrong::add);
        } catch (NspawnException e) {
            wrong.add(e.toString());
        }
        return wrong;
    }

    /** Whatever was killed, the container has a whole root and its settings. */
    private static List<String> halfMade() {
        List<String> wrong = new ArrayList<>();
        if (!Files.exists(SETTINGS)) {
            wrong.add("its settings are gone");
        }
        if (Files.exists(root()) && !Files.exists(root().resolve("etc/machine-id"))) {
            wrong.add("its root is half made");
        }
        return wrong;
    }

    private List<String> wrong(Verb verb) {
        List<String> wrong = new ArrayList<>();
        ContainerState state = host.container(NAME).status().state();
        if (verb != Verb.ADOPT && state != ContainerState.READY) {
            wrong.add("it is " + state);
        }
        Map<String, String> expected = new TreeMap<>(Map.of(KEPT, "rows"));
        if (verb != Verb.ADOPT) {
            expected.put(MARKER, verb == Verb.UPGRADE ? "next" : "first");
        }
        expected.forEach((path, text) -> {
            String found = read(root().resolve(path));
            if (!found.equals(text)) {
                wrong.add(path + " has \"" + found + "\"");
            }
        });
        return wrong;
    }

    private List<String> clear(Set<String> before) {
        host.removeAll(List.of(spec(image).machine()), progress -> {});
        return HostTraces.changesSince(before);
    }

    /** Journals are named by machine-ids, which are new each time; a unit is known as long as PID 1 likes. */
    private static Set<String> comparable(Set<String> traces) {
        return traces.stream()
                .filter(line -> !line.contains("/journal/") && !line.startsWith("unit "))
                .collect(Collectors.toSet());
    }

    private static Path root() {
        return POOL.resolve(NAME);
    }

    private static String nextImage() {
        return POOL.resolve(NEXT_IMAGE).toString();
    }

    private static void write(Path root, String path, String text) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.resolveSibling(""));
            Files.write(file, text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
