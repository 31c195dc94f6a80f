package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.HostEvent;
import io.nspawn.model.HostEvent.ImageAdded;
import io.nspawn.model.HostEvent.ImageRemoved;
import io.nspawn.model.HostEvent.JobEnded;
import io.nspawn.model.HostEvent.JobQueued;
import io.nspawn.model.HostEvent.MachineEnded;
import io.nspawn.model.HostEvent.MachineStarted;
import io.nspawn.model.HostEvent.Snapshot;
import io.nspawn.model.HostEvent.TransferBegan;
import io.nspawn.model.HostEvent.TransferEnded;
import io.nspawn.model.ImageName;
import io.nspawn.model.MachineName;
import io.nspawn.model.Operation;
import io.nspawn.model.Verify;
import io.nspawn.model.Watch;
import io.nspawn.testkit.lab.LabTest;
import io.nspawn.testkit.real.TestServer.Manner;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A watcher hears all that happens on a real host. */
@LabTest({"bookworm", "trixie"})
class WatchTest {
    private static final String NAME = "lt-watched";
    private static final MachineName MACHINE = MachineName.of(NAME);
    private static final int RESTARTS = 4;
    private static final int WATCHES = 60;

    @AfterEach
    void removeAll() {
        try (Host host = Host.local()) {
            Setup.remove(host, NAME);
            Command.result("machinectl", "remove", "lt-pulled");
            host.images().cleanHidden();
        }
    }

    @Test
    void theLifeOfAContainerIsTold() {
        List<HostEvent> heard = new CopyOnWriteArrayList<>();
        try (Host host = Host.local();
                Watch watch = host.watch(heard::add)) {
            assertThat(watch).isNotNull();
            Await.until("snapshot", () -> !heard.isEmpty());
            assertThat(heard.get(0))
                    .isInstanceOfSatisfying(
                            Snapshot.class,
                            snapshot -> assertThat(snapshot.images())
                                    .contains(Setup.image())
                                    .doesNotContain(NAME));

            Container container = host.deploy(Setup.application(NAME).build());
            container.stop();
            container.remove();

            Await.until("removal", () -> heard.contains(new ImageRemoved(NAME)));
            Await.until("end", () -> heard.contains(new MachineEnded(NAME)));
            assertThat(heard)
                    .contains(new ImageAdded(NAME), new MachineStarted(NAME))
                    .containsSubsequence(new JobQueued(MACHINE), new JobEnded(MACHINE, "done"))
                    .containsSubsequence(new MachineStarted(NAME), new MachineEnded(NAME));
        }
    }

    @Test
    void aDownloadIsTold() throws Exception {
        List<HostEvent> heard = new CopyOnWriteArrayList<>();
        try (TestServer server = TestServer.start();
                Host host = Host.local();
                Watch watch = host.watch(heard::add)) {
            assertThat(watch).isNotNull();
            Await.until("snapshot", () -> !heard.isEmpty());
            URI uri = server.serve("x.tar", new byte[100_000], Manner.STALLED);
            Operation<ImageName> operation = host.images().pullTar(uri, "lt-pulled", Verify.NONE);
            Await.until("beginning", () -> heard.stream().anyMatch(TransferBegan.class::isInstance));
            operation.cancel();
            Await.until("end", () -> heard.stream().anyMatch(TransferEnded.class::isInstance));

            TransferBegan began = heard.stream()
                    .filter(TransferBegan.class::isInstance)
                    .map(TransferBegan.class::cast)
                    .findFirst()
                    .orElseThrow();
            assertThat(began.transfer().remote()).isEqualTo(uri.toString());
            assertThat(began.transfer().image()).isEqualTo("lt-pulled");
            assertThat(began.transfer().type()).isEqualTo("pull-tar");
            assertThat(heard).contains(new TransferEnded(began.transfer(), "canceled"));
        }
    }

    /** Watches that begin at any moment all come to know what runs in the end, and never hear of what they knew. */
    @Test
    void nothingIsLostWhenAWatchBeginsInTheMiddle() {
        try (Host host = Host.local()) {
            Container container = host.deploy(Setup.application(NAME).build());
            List<Model> models = new ArrayList<>();
            List<Watch> watches = new ArrayList<>();
            Thread restarts = new Thread(() -> {
                for (int i = 0; i < RESTARTS; i++) {
                    container.stop();
                    container.start();
                }
                container.stop();
            });
            restarts.start();
            while (restarts.isAlive() && models.size() < WATCHES) {
                Model model = new Model();
                models.add(model);
                watches.add(host.watch(model::hear));
                Await.until("snapshot", model::hasBegun);
            }
            assertThat(models).isNotEmpty();
            for (Model model : models) {
                Await.until("end", () -> model.running().equals(Set.of()));
                assertThat(model.contradictions()).isEmpty();
            }
            watches.forEach(Watch::close);
        }
    }

    /** What a watcher knows of machines by what it has heard. */
    private static final class Model {
        private final Set<String> running = new TreeSet<>();
        private final List<HostEvent> contradictions = new ArrayList<>();
        private boolean begun;

        synchronized void hear(HostEvent event) {
            if (event instanceof Snapshot snapshot) {
                begun = true;
                running.clear();
                running.addAll(snapshot.machines());
                return;
            }
            boolean fits = begun;
            if (event instanceof MachineStarted started) {
                fits &= running.add(started.machine());
            } else if (event instanceof MachineEnded ended) {
                fits &= running.remove(ended.machine());
            }
            if (!fits) {
                contradictions.add(event);
            }
        }

        synchronized boolean hasBegun() {
            return begun;
        }

        synchronized Set<String> running() {
            return begun ? new TreeSet<>(running) : Set.of("nothing heard yet");
        }

        synchronized List<HostEvent> contradictions() {
            return List.copyOf(contradictions);
        }
    }
}
