package io.nspawn.benchmarks.truth;

import io.nspawn.local.LocalHost;
import io.nspawn.spi.HostPorts;
import io.nspawn.testkit.truth.Equivalence;
import io.nspawn.testkit.truth.Subject;
import io.nspawn.testkit.truth.Twin;

/** Runs sequences in a lab. */
final class EquivalenceInside {
    private EquivalenceInside() {}

    /** Takes the image, the first seed, the number of sequences and their length. */
    public static void main(String... arguments) {
        long seed = Long.parseLong(arguments[1]);
        int sequences = Integer.parseInt(arguments[2]);
        int length = Integer.parseInt(arguments[3]);
        try (HostPorts ports = LocalHost.open()) {
            Twin twin = Twin.of(ports, arguments[0]);
            Equivalence equivalence = new Equivalence(Subject.real(ports), twin, System.out::println);
            Equivalence.Result result = equivalence.run(seed, sequences, length);
            System.out.println(Outside.RESULT + result.json());
        }
        System.exit(0);
    }
}
