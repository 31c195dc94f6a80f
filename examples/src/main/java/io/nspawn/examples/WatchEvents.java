// Hears what happens on the host, whoever does it: machines, images, jobs and transfers, after a snapshot of what is
// there.
//
//     ./example watch-events            on the host in memory
//     ./example watch-events --lab      on a real host that is thrown away after (root)
package io.nspawn.examples;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.HostEvent;
import io.nspawn.model.Watch;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Events of a host. */
public final class WatchEvents {
    private static final String NAME = "worker";

    private WatchEvents() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Stage.play(WatchEvents.class, arguments, memory -> {}, WatchEvents::show);
    }

    private static void show(Host host, String image) throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        try (Watch watch = host.watch(event -> {
            System.out.println(sentence(event));
            if (event instanceof HostEvent.ImageRemoved removed
                    && removed.image().equals(NAME)) {
                gone.countDown();
            }
        })) {
            ContainerSpec spec = ContainerSpec.named(NAME)
                    .image(image)
                    .runs("/bin/sleep", "infinity")
                    .build();
            Container worker = host.deploy(spec);
            worker.stop();
            worker.remove();
            if (!gone.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing was heard of the removal through " + watch);
            }
        }
    }

    private static String sentence(HostEvent event) {
        if (event instanceof HostEvent.Snapshot there) {
            return "there: machines " + there.machines() + ", images " + there.images();
        } else if (event instanceof HostEvent.MachineStarted started) {
            return started.machine() + " runs";
        } else if (event instanceof HostEvent.MachineEnded ended) {
            return ended.machine() + " has ended";
        } else if (event instanceof HostEvent.JobEnded job) {
            return "a job of " + job.machine() + " is " + job.result();
        }
        return event.toString();
    }
}
