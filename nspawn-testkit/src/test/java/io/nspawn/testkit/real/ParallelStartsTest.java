package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.HostEvent;
import io.nspawn.model.HostEvent.JobEnded;
import io.nspawn.model.HostEvent.JobQueued;
import io.nspawn.model.HostEvent.MachineStarted;
import io.nspawn.model.HostEvent.Snapshot;
import io.nspawn.model.MachineName;
import io.nspawn.model.Watch;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many starts at once: each is heard, and once. They wait behind a gate, so that all are under way together. */
@LabTest({"bookworm", "trixie"})
class ParallelStartsTest {
    private static final int COUNT = 32;
    private static final Path OPEN = Path.of("/run/lt-gate-open");
    private static final Path BEHIND_THE_GATE = Path.of("/run/systemd/system/systemd-nspawn@.service.d/lt-gate.conf");

    @BeforeEach
    void shutTheGate() throws IOException {
        Files.deleteIfExists(OPEN);
        Files.createDirectories(BEHIND_THE_GATE.getParent());
        Files.writeString(BEHIND_THE_GATE, "[Unit]\nAfter=lt-gate.service\n");
        Command.run("systemctl", "daemon-reload");
        Command.run(
                "systemd-run",
                "--no-block",
                "--unit=lt-gate",
                "--property=Type=oneshot",
                "/bin/sh",
                "-c",
                "until [ -e " + OPEN + " ]; do sleep 0.05; done");
    }

    @AfterEach
    void removeAll() throws IOException {
        openTheGate();
        try (Host host = Host.local()) {
            Setup.remove(host, names().toArray(String[]::new));
        }
        Files.deleteIfExists(BEHIND_THE_GATE);
        Files.deleteIfExists(OPEN);
        Command.run("systemctl", "daemon-reload");
    }

    private static void openTheGate() throws IOException {
        if (!Files.exists(OPEN)) {
            Files.createFile(OPEN);
        }
    }

    private static List<String> names() {
        return IntStream.range(0, COUNT).mapToObj(i -> "lt-many-" + i).toList();
    }

    @Test
    void everyStartIsHeardOnce() throws Exception {
        List<ContainerSpec> specs =
                names().stream().map(name -> Setup.application(name).build()).toList();
        List<HostEvent> heard = new CopyOnWriteArrayList<>();
        try (Host host = Host.local();
                Watch watch = host.watch(heard::add)) {
            assertThat(watch).isNotNull();
            FutureTask<?> deploy = new FutureTask<>(() -> host.deployAll(specs, progress -> {}), specs);
            new Thread(deploy).start();
            Await.until("jobs of all", () -> deploy.isDone() || count(heard, JobQueued.class) == COUNT);
            assertThat(deploy.isDone()).isFalse();
            assertThat(count(heard, JobEnded.class)).isZero();

            openTheGate();

            deploy.get(2, TimeUnit.MINUTES);
            Await.until("ends of all", () -> count(heard, JobEnded.class) >= COUNT);
            Await.until("machines of all", () -> count(heard, MachineStarted.class) >= COUNT);
        }
        assertThat(count(heard, Snapshot.class)).isOne();
        for (String name : names()) {
            MachineName machine = MachineName.of(name);
            for (HostEvent once :
                    List.of(new JobQueued(machine), new JobEnded(machine, "done"), new MachineStarted(name))) {
                assertThat(Collections.frequency(heard, once)).as("%s", once).isOne();
            }
        }
    }

    private static long count(List<HostEvent> heard, Class<?> kind) {
        return heard.stream().filter(kind::isInstance).count();
    }
}
