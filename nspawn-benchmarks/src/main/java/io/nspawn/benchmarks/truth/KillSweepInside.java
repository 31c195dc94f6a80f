package io.nspawn.benchmarks.truth;

import io.nspawn.Host;
import io.nspawn.testkit.truth.KillSweep;
import io.nspawn.testkit.truth.ReplacementSweep;

/** Kills deploys, adoptions, upgrades and rollbacks in a lab. */
final class KillSweepInside {
    /** So many kills of a deploy come on one of an adoption, of an upgrade and of a rollback. */
    private static final int REPLACEMENTS = 10;

    private KillSweepInside() {}

    /** Takes the image, the seed, the number of random instants and how many steps lie between two kills. */
    public static void main(String... arguments) {
        long seed = Long.parseLong(arguments[1]);
        int instants = Integer.parseInt(arguments[2]);
        int every = Integer.parseInt(arguments[3]);
        try (Host host = Host.local()) {
            KillSweep.Result result = new KillSweep(host, arguments[0], System.out::println).run(every, instants, seed);
            result = result.plus(
                    new ReplacementSweep(host, arguments[0], System.out::println).run(instants / REPLACEMENTS, seed));
            System.out.println(Outside.RESULT + result.json());
        }
        System.exit(0);
    }
}
