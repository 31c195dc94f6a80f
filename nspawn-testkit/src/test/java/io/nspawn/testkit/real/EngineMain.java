package io.nspawn.testkit.real;

import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * Deploys or removes containers in a JVM of its own, to be killed: at the step that it is told, such as {@code write
 * 2}, it says {@code here} and waits.
 */
final class EngineMain {
    static final String HERE = "here";

    private EngineMain() {}

    /** Takes the word deploy or remove, the name of an image, a phase, and the number of a step in it. */
    public static void main(String[] arguments) {
        String phase = arguments[2];
        int step = Integer.parseInt(arguments[3]);
        Consumer<Progress> waiting = progress -> {
            if (progress.phase().equals(phase) && progress.done() == step) {
                sayAndWait();
            }
        };
        List<ContainerSpec> specs = specs(arguments[1]);
        try (Host host = Host.local()) {
            if (arguments[0].equals("deploy")) {
                host.deployAll(specs, waiting);
            } else {
                host.removeAll(specs.stream().map(ContainerSpec::machine).toList(), waiting);
            }
        }
    }

    /** Applications only: what is killed is the engine, and booting would take the most of the time. */
    static List<ContainerSpec> specs(String image) {
        return List.of(
                application("lt_killed_0", image)
                        .macvlan(Setup.BRIDGES.get(0), nic -> nic.address("10.77.0.50/24"))
                        .build(),
                application("lt_killed_1", image).limits(l -> l.tasks(100)).build(),
                application("lt_killed_2", image).persistentJournal().build());
    }

    private static ContainerSpec.Builder application(String name, String image) {
        return ContainerSpec.named(name).image(image).runs("/bin/sleep", "infinity");
    }

    private static void sayAndWait() {
        PrintStream out = System.out;
        out.println(HERE);
        out.flush();
        try {
            while (System.in.read() >= 0) {
                // Whoever started this kills it; when it dies first, the input ends.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("nobody killed it");
    }
}
