package io.nspawn.testkit.truth;

import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Changes a host in a JVM of its own, to be killed: by whoever started it, and wherever that wants it. */
final class VictimMain {
    /** What it says when it can begin, when it has come to its step, and when it is done. */
    static final String READY = "ready";

    static final String HERE = "here";
    static final String DONE = "done";

    static final String BRIDGE = "br-ks";
    private static final int CONTAINERS = 5;

    /** What it does. */
    enum Verb {
        DEPLOY,
        ADOPT,
        UPGRADE,
        ROLL_BACK
    }

    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private final int stopAt;
    private int steps;

    private VictimMain(int stopAt) {
        this.stopAt = stopAt;
    }

    /** Takes a verb, an image and the number of the step after which it waits, or 0; begins when something is typed. */
    public static void main(String... arguments) throws IOException {
        VictimMain victim = new VictimMain(Integer.parseInt(arguments[2]));
        try (Host host = Host.local()) {
            // What is read here is loaded before the clock runs.
            host.systemdVersion();
            host.images().list();
            victim.say(READY);
            if (System.in.read() < 0) {
                return;
            }
            victim.act(host, Verb.valueOf(arguments[0]), arguments[1]);
            victim.say(DONE);
        }
    }

    private void act(Host host, Verb verb, String image) {
        switch (verb) {
            case DEPLOY -> host.deployAll(specs(image), progress -> step());
            case ADOPT -> host.adopt(ReplacementSweep.spec(image));
            case UPGRADE -> host.upgrade(ReplacementSweep.spec(image), ReplacementSweep.NEXT_IMAGE);
            case ROLL_BACK -> host.container(ReplacementSweep.NAME).rollback(ReplacementSweep.SNAPSHOT);
        }
    }

    /** Applications, as what is killed is the engine: one with a network, one with limits, one with a journal. */
    static List<ContainerSpec> specs(String image) {
        return IntStream.range(0, CONTAINERS)
                .mapToObj(number -> {
                    ContainerSpec.Builder spec =
                            ContainerSpec.named("ks_" + number).image(image).runs("/bin/sleep", "infinity");
                    return switch (number) {
                        case 0 ->
                            spec.macvlan(BRIDGE, nic -> nic.address("172.29.79.10/24"))
                                    .build();
                        case 1 -> spec.limits(l -> l.tasks(100)).build();
                        case 2 -> spec.persistentJournal().build();
                        default -> spec.build();
                    };
                })
                .toList();
    }

    private void step() {
        steps++;
        if (steps == stopAt) {
            say(HERE);
            awaitTheEnd();
        }
    }

    /** Whoever started this kills it; when it dies first, the input ends. */
    private static void awaitTheEnd() {
        try {
            while (System.in.read() >= 0) {
                // More was typed than it was told to wait for.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().halt(1);
    }

    private void say(String word) {
        out.println(word);
    }
}
