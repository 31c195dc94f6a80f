package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Container;
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
import io.nspawn.model.Verify;
import io.nspawn.model.Watch;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The fake's watchers hear what those of a real host do. */
class FakeWatchTest {
    private static final URI GOOD = URI.create("https://images.example/debian.tar");

    @RegisterExtension
    final FakeHost host = Sample.host().addDownload(GOOD.toString());

    private final List<HostEvent> heard = new ArrayList<>();

    @Test
    void theLifeOfAContainerIsTold() {
        try (Watch watch = host.watch(heard::add)) {
            assertThat(watch).isNotNull();
            Container container = host.deploy(Sample.spec(1));
            String name = container.name().value();
            container.stop();
            container.remove();

            assertThat(heard.get(0)).isInstanceOf(Snapshot.class);
            assertThat(heard)
                    .containsSubsequence(
                            new ImageAdded(name),
                            new JobQueued(container.name()),
                            new MachineStarted(name),
                            new JobEnded(container.name(), "done"),
                            new MachineEnded(name),
                            new ImageRemoved(name));
        }
        int told = heard.size();
        host.deploy(Sample.spec(1));
        assertThat(heard).hasSize(told);
    }

    @Test
    void aDownloadIsTold() {
        try (Watch watch = host.watch(heard::add)) {
            assertThat(watch).isNotNull();
            host.images().pullTar(GOOD, "new", Verify.NONE).await(Duration.ofMinutes(1));
        }
        TransferBegan began = (TransferBegan) heard.get(1);
        assertThat(began.transfer().type()).isEqualTo("pull-tar");
        assertThat(heard).contains(new ImageAdded("new"), new TransferEnded(began.transfer(), "done"));
    }

    @Test
    void anotherSnapshotComesAfterAPowerLoss() {
        host.deploy(Sample.spec(1));
        try (Watch watch = host.watch(heard::add)) {
            assertThat(watch).isNotNull();
            host.crash();
        }
        assertThat(heard).hasSize(2).allMatch(Snapshot.class::isInstance);
    }

    @Test
    void aWatcherMayUseTheHost() {
        try (Watch watch = host.watch(event -> {
            heard.add(event);
            host.containers().forEach(Container::status);
        })) {
            assertThat(watch).isNotNull();
            host.deploy(Sample.spec(1));
        }
        assertThat(heard).contains(new MachineStarted("infra-node-1"));
    }
}
