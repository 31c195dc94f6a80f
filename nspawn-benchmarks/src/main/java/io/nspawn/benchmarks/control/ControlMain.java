package io.nspawn.benchmarks.control;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.benchmarks.PeerProgram;
import io.nspawn.dbus.Bus;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.MachineName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What runs inside the lab: makes the containers, lets all subjects work, and prints what each took. */
public final class ControlMain {
    /** One boots, for what needs a systemd inside; the others are one small program each. */
    static final int CONTAINERS = 32;

    private static final Duration READY = Duration.ofMinutes(2);

    private ControlMain() {}

    /**
     * Measures.
     *
     * @param arguments the image to make containers of, and the program of the peers
     */
    public static void main(String[] arguments) {
        String image = arguments[0];
        Path peers = Path.of(arguments[1]);
        try (Host host = Host.local();
                Bus bus = Bus.system()) {
            host.readiness().forContainers(CONTAINERS).fix();
            Container booted = deploy(host, image);
            List<Subject> subjects = new ArrayList<>(Nspawn.all(host, bus, booted));
            if (!Files.isExecutable(peers)) {
                new Rounds(subjects, System.out).run();
                return;
            }
            try (PeerProgram program = PeerProgram.start(peers.toString())) {
                List<MachineName> all =
                        host.containers().stream().map(Container::name).toList();
                subjects.addAll(new Peers(program, booted.name(), all).subjects(peers));
                new Rounds(subjects, System.out).run();
            }
        }
    }

    private static Container deploy(Host host, String image) {
        ContainerSpec booted = ContainerSpec.named("bench-0").image(image).build();
        Stream<ContainerSpec> applications = IntStream.range(1, CONTAINERS)
                .mapToObj(i -> ContainerSpec.named("bench-" + i)
                        .image(image)
                        .runs("/bin/sleep", "infinity")
                        .build());
        List<ContainerSpec> all = Stream.concat(Stream.of(booted), applications).toList();
        host.deployAll(all, progress -> {});
        Container container = host.container(booted.machine());
        container.awaitReady(READY);
        return container;
    }
}
