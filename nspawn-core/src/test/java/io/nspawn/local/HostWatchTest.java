package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.Importd;
import io.nspawn.dbus.Machined;
import io.nspawn.dbus.PrivateDaemon;
import io.nspawn.dbus.ScriptedService;
import io.nspawn.dbus.Systemd;
import io.nspawn.model.HostEvent;
import io.nspawn.model.HostEvent.ImageAdded;
import io.nspawn.model.HostEvent.ImageRemoved;
import io.nspawn.model.HostEvent.JobEnded;
import io.nspawn.model.HostEvent.JobQueued;
import io.nspawn.model.HostEvent.MachineEnded;
import io.nspawn.model.HostEvent.MachineStarted;
import io.nspawn.model.HostEvent.Snapshot;
import io.nspawn.model.MachineName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.freedesktop.dbus.DBusPath;
import org.freedesktop.dbus.types.UInt32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a watcher hears is a snapshot and every change of it, each once, whatever comes when. */
class HostWatchTest {
    private static final Duration CALL = Duration.ofSeconds(20);
    private static final String MACHINE1 = "org.freedesktop.machine1";
    private static final String SYSTEMD1 = "org.freedesktop.systemd1";

    /** A machine in a list of machined's, as it is sent. */
    public static final class Listed extends org.freedesktop.dbus.Struct {
        @org.freedesktop.dbus.annotations.Position(0)
        public final String name;

        @org.freedesktop.dbus.annotations.Position(1)
        public final String kind = "container";

        @org.freedesktop.dbus.annotations.Position(2)
        public final String service = "systemd-nspawn";

        @org.freedesktop.dbus.annotations.Position(3)
        public final DBusPath path;

        public Listed(String name) {
            this.name = name;
            this.path = new DBusPath("/m/" + name);
        }
    }

    @TempDir
    Path directory;

    private final BlockingQueue<HostEvent> heard = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private PrivateDaemon daemon;
    private ScriptedService machined;
    private ScriptedService pid1;
    private Path pool;

    @BeforeEach
    void start() throws Exception {
        daemon = PrivateDaemon.start(directory);
        pool = Files.createDirectory(directory.resolve("pool"));
        Files.createDirectory(pool.resolve("image"));
        serve("a");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        daemon.close();
    }

    private void serve(String... machines) throws Exception {
        machined = ScriptedService.owning(
                daemon.address(),
                MACHINE1,
                service -> service.on("ListMachines", call -> call.reply("a(ssso)", list(machines))));
        pid1 = ScriptedService.owning(
                daemon.address(), SYSTEMD1, service -> service.on("Subscribe", call -> call.reply("")));
        ScriptedService importd = ScriptedService.owning(
                daemon.address(),
                "org.freedesktop.import1",
                service -> service.on("ListTransfers", call -> call.reply("a(usssdo)", List.of())));
        open.addAll(List.of(machined, pid1, importd));
    }

    private static List<Listed> list(String... machines) {
        return Arrays.stream(machines).map(Listed::new).toList();
    }

    private void watch() {
        Bus bus = Bus.at(daemon.address());
        Systemd systemd = Systemd.over(bus, CALL);
        HostWatch watch =
                HostWatch.open(bus, systemd, Machined.over(bus, CALL), Importd.over(bus, CALL), pool, heard::add);
        open.addAll(0, List.of(watch, systemd, bus));
    }

    private void tell(String member, String machine) throws Exception {
        machined.signal(
                "/org/freedesktop/machine1",
                MACHINE1 + ".Manager",
                member,
                "so",
                machine,
                new DBusPath("/m/" + machine));
    }

    private HostEvent next() throws InterruptedException {
        HostEvent event = heard.poll(30, TimeUnit.SECONDS);
        assertThat(event).as("an event").isNotNull();
        return event;
    }

    private static Snapshot snapshot(String... machines) {
        return new Snapshot(Set.of(machines), Set.of("image"), Set.of());
    }

    @Test
    void aSnapshotComesFirstAndEveryChangeOnce() throws Exception {
        watch();
        assertThat(next()).isEqualTo(snapshot("a"));

        tell("MachineNew", "a");
        tell("MachineRemoved", "x");
        tell("MachineNew", "b");
        tell("MachineNew", "b");
        tell("MachineRemoved", "a");
        assertThat(next()).isEqualTo(new MachineStarted("b"));
        assertThat(next()).isEqualTo(new MachineEnded("a"));
        assertThat(heard).isEmpty();
    }

    @Test
    void whatHappensWhileTheSnapshotIsReadIsNeitherLostNorToldTwice() throws Exception {
        machined.on("ListMachines", call -> {
            tell("MachineNew", "shown");
            tell("MachineNew", "late");
            call.reply("a(ssso)", list("a", "shown"));
        });

        watch();

        assertThat(next()).isEqualTo(snapshot("a", "shown"));
        assertThat(next()).isEqualTo(new MachineStarted("late"));
        assertThat(heard).isEmpty();
    }

    @Test
    void aSnapshotThatCannotBeReadIsReadLater() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        machined.on("ListMachines", call -> {
            if (asked.incrementAndGet() < 3) {
                call.fail("org.freedesktop.DBus.Error.ServiceUnknown", "it was not provided by any .service files");
            } else {
                call.reply("a(ssso)", list("a"));
            }
        });

        watch();

        assertThat(next()).isEqualTo(snapshot("a"));
    }

    @Test
    void anotherSnapshotComesWhenTheBusIsBack() throws Exception {
        watch();
        assertThat(next()).isEqualTo(snapshot("a"));

        daemon.kill();
        daemon.restart();
        serve("c");

        HostEvent event = next();
        while (!event.equals(snapshot("c"))) {
            // The bus may be back before the services are.
            assertThat(event).isInstanceOf(Snapshot.class);
            event = next();
        }
        tell("MachineNew", "d");
        assertThat(next()).isEqualTo(new MachineStarted("d"));
    }

    @Test
    void jobsOfContainersAreTold() throws Exception {
        watch();
        assertThat(next()).isEqualTo(snapshot("a"));

        job("JobNew", "uos", "dbus.service");
        job("JobNew", "uos", "systemd-nspawn@web.service");
        job("JobRemoved", "uoss", "systemd-nspawn@web.service", "failed");

        assertThat(next()).isEqualTo(new JobQueued(MachineName.of("web")));
        assertThat(next()).isEqualTo(new JobEnded(MachineName.of("web"), "failed"));
    }

    private void job(String member, String signature, String... words) throws Exception {
        List<Object> values = new ArrayList<>(List.of(new UInt32(1), new DBusPath("/job/1")));
        values.addAll(List.of(words));
        pid1.signal("/org/freedesktop/systemd1", SYSTEMD1 + ".Manager", member, signature, values.toArray());
    }

    @Test
    void imagesThatComeAndGoAreTold() throws Exception {
        watch();
        assertThat(next()).isEqualTo(snapshot("a"));

        Files.createDirectory(pool.resolve(".#hidden"));
        Files.createDirectory(pool.resolve("new"));
        assertThat(next()).isEqualTo(new ImageAdded("new"));
        Files.delete(pool.resolve("image"));
        assertThat(next()).isEqualTo(new ImageRemoved("image"));
        Files.write(pool.resolve("disk.raw"), new byte[1]);
        assertThat(next()).isEqualTo(new ImageAdded("disk"));
    }

    @Test
    void aWatcherThatFailsHearsOn() throws Exception {
        Bus bus = Bus.at(daemon.address());
        Systemd systemd = Systemd.over(bus, CALL);
        HostWatch watch =
                HostWatch.open(bus, systemd, Machined.over(bus, CALL), Importd.over(bus, CALL), pool, event -> {
                    heard.add(event);
                    throw new IllegalStateException("a watcher's own failure");
                });
        open.addAll(0, List.of(watch, systemd, bus));
        assertThat(next()).isEqualTo(snapshot("a"));
        tell("MachineNew", "b");
        assertThat(next()).isEqualTo(new MachineStarted("b"));
    }
}
