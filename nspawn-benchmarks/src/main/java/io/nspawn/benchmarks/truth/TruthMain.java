package io.nspawn.benchmarks.truth;

import io.nspawn.testkit.lab.LabHost;
import io.nspawn.testkit.truth.Equivalence;
import io.nspawn.testkit.truth.KillSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Counts divergences or leaks on lab hosts; exits with 1 where there is one. */
public final class TruthMain {
    private static final int LENGTH = 20;
    private static final int EVERY_STEP = 1;

    private TruthMain() {}

    /** What a release runs unless told otherwise. */
    private enum Release {
        BOOKWORM(200, 200),
        TRIXIE(50, 50);

        private final int sequences;
        private final int instants;

        Release(int sequences, int instants) {
            this.sequences = sequences;
            this.instants = instants;
        }

        LabHost lab() {
            return LabHost.debian(name().toLowerCase(Locale.ROOT));
        }
    }

    private record Arguments(
            String name, List<Release> releases, OptionalInt count, OptionalLong seed, Optional<Path> json) {
        static Arguments parse(String... words) {
            Deque<String> rest = new ArrayDeque<>(List.of(words));
            String name = rest.remove();
            List<Release> releases = new ArrayList<>();
            OptionalInt count = OptionalInt.empty();
            OptionalLong seed = OptionalLong.empty();
            Optional<Path> json = Optional.empty();
            while (!rest.isEmpty()) {
                String word = rest.remove();
                switch (word) {
                    case "--release" -> releases.add(release(rest.remove()));
                    case "--count" -> count = OptionalInt.of(Integer.parseInt(rest.remove()));
                    case "--seed" -> seed = OptionalLong.of(Long.parseLong(rest.remove()));
                    case "--json" -> json = Optional.of(Path.of(rest.remove()));
                    default -> throw new IllegalArgumentException("not understood: " + word);
                }
            }
            return new Arguments(name, releases.isEmpty() ? List.of(Release.values()) : releases, count, seed, json);
        }

        private static Release release(String text) {
            return switch (text) {
                case "252", "bookworm" -> Release.BOOKWORM;
                case "257", "trixie" -> Release.TRIXIE;
                default -> throw new IllegalArgumentException("a release is 252 or 257, not " + text);
            };
        }
    }

    /**
     * Runs.
     *
     * @param words equivalence or killsweep, and options
     * @throws IOException if the file cannot be written
     */
    public static void main(String... words) throws IOException {
        Arguments arguments = Arguments.parse(words);
        boolean good = arguments.name().equals("equivalence") ? equivalence(arguments) : killSweep(arguments);
        System.exit(good ? 0 : 1);
    }

    private static boolean equivalence(Arguments arguments) throws IOException {
        Equivalence.Result all = new Equivalence.Result(0, 0, 0);
        for (Release release : arguments.releases()) {
            int count = arguments.count().orElse(release.sequences);
            List<Integer> figures = inLab(release, arguments, EquivalenceInside.class, count, LENGTH);
            all = all.plus(new Equivalence.Result(figures.get(0), figures.get(1), figures.get(2)));
        }
        show(all.json(), arguments);
        return all.divergences() == 0;
    }

    private static boolean killSweep(Arguments arguments) throws IOException {
        KillSweep.Result all = new KillSweep.Result(0, 0, 0);
        for (Release release : arguments.releases()) {
            int instants = arguments.count().orElse(release.instants);
            List<Integer> figures = inLab(release, arguments, KillSweepInside.class, instants, EVERY_STEP);
            all = all.plus(new KillSweep.Result(figures.get(0), figures.get(1), figures.get(2)));
        }
        show(all.json(), arguments);
        return all.isGood();
    }

    private static List<Integer> inLab(Release release, Arguments arguments, Class<?> main, int count, int size) {
        long seed = arguments.seed().orElseGet(System::nanoTime);
        try (LabHost lab = release.lab().start()) {
            System.out.println(lab.release() + ": " + arguments.name() + " of " + count + " with seed " + seed);
            return new Outside(lab)
                    .run(
                            main,
                            lab.release().baseImage(),
                            Long.toString(seed),
                            Integer.toString(count),
                            Integer.toString(size));
        }
    }

    private static void show(String json, Arguments arguments) throws IOException {
        System.out.println(json);
        if (arguments.json().isPresent()) {
            Files.writeString(arguments.json().get(), json + "\n");
        }
    }
}
