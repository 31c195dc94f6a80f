// One program in a container, without an init: its environment, its output, how it ends.
//
//     ./example application-container            on the host in memory
//     ./example application-container --lab      on a real host that is thrown away after (root)
package io.nspawn.examples;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.JournalQuery;
import java.io.IOException;
import java.time.Duration;

/** A container of one program. */
public final class ApplicationContainer {
    private ApplicationContainer() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Stage.play(ApplicationContainer.class, arguments, memory -> {}, ApplicationContainer::show);
    }

    private static void show(Host host, String image) {
        ContainerSpec spec = ContainerSpec.named("worker")
                .image(image)
                .runs("/bin/sleep", "infinity")
                .environment("QUEUE", "mail")
                .limits(l -> l.memory("64M").tasks(16))
                .build();

        Container worker = host.deploy(spec);
        System.out.println("worker is " + worker.status().state() + ", limits: " + worker.limits());
        worker.metrics()
                .ifPresent(use -> System.out.println("it has " + use.tasks().orElse(0) + " tasks"));

        worker.stop(Duration.ofSeconds(5)); // SIGTERM, and SIGKILL to what is left after five seconds
        System.out.println("worker is " + worker.status().state() + "; its unit's journal:");
        worker.unitJournal(JournalQuery.LATEST.lines(20)).forEach(entry -> System.out.println("  " + entry.message()));

        worker.start();
        System.out.println("worker is " + worker.status().state() + " again");
        worker.remove();
    }
}
