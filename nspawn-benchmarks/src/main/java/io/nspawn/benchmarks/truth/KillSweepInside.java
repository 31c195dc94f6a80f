package io.nspawn.benchmarks.truth;

import io.nspawn.Host;
import io.nspawn.testkit.truth.KillSweep;

/** Kills deploys in a lab. */
final class KillSweepInside {
    private KillSweepInside() {}

    /** Takes the image, the seed, the number of random instants and how many steps lie between two kills. */
    public static void main(String... arguments) {
        long seed = Long.parseLong(arguments[1]);
        int instants = Integer.parseInt(arguments[2]);
        int every = Integer.parseInt(arguments[3]);
        try (Host host = Host.local()) {
            KillSweep.Result result = new KillSweep(host, arguments[0], System.out::println).run(every, instants, seed);
            System.out.println(Outside.RESULT + result.json());
        }
        System.exit(0);
    }
}
