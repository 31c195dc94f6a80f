package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.freedesktop.dbus.exceptions.DBusException;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SystemdTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(150);

    private PrivateDaemon daemon;
    private ScriptedService pid1;
    private Bus bus;
    private Systemd systemd;

    @BeforeEach
    void connect(@TempDir Path directory) throws Exception {
        daemon = PrivateDaemon.start(directory);
        pid1 = pid1();
        bus = Bus.at(daemon.address());
        systemd = Systemd.over(bus, SOON);
    }

    @AfterEach
    void disconnect() throws Exception {
        try {
            systemd.close();
            bus.close();
            pid1.close();
        } finally {
            daemon.close();
        }
    }

    @Test
    void aResultThatComesAfterTheReplyIsHeard() throws Exception {
        pid1.on("StartUnit", call -> {
            call.reply("o", "/job/1");
            removed("/job/1", "done");
        });

        assertThat(systemd.startUnit("a.service", JobMode.REPLACE).await(SOON)).isEqualTo(JobResult.DONE);
        assertThat(systemd.jobsUnderWay()).isZero();
    }

    @Test
    void aResultThatComesBeforeTheReplyIsHeardToo() throws Exception {
        systemd.subscribe();
        CountDownLatch delivered = new CountDownLatch(1);
        // Subscribed later, so it runs after the handler that counts.
        bus.subscribe(Match.of(Systemd.MANAGER, "JobRemoved"), event -> delivered.countDown());
        pid1.on("StartUnit", call -> {
            removed("/job/1", "failed");
            delivered.await();
            call.reply("o", "/job/1");
        });

        assertThat(systemd.startUnit("a.service", JobMode.REPLACE).await(SOON)).isEqualTo(JobResult.FAILED);
        assertThat(systemd.jobsUnderWay()).isZero();
    }

    @Test
    void thirtyTwoJobsAtOnceNeedOneSubscribe() throws Exception {
        pid1.on(
                "StartUnit",
                call -> call.reply("o", path((String) call.arguments().get(0))));
        List<CompletableFuture<Job>> starts = IntStream.range(0, 32)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> systemd.startUnit("u" + i + ".service", JobMode.REPLACE)))
                .toList();
        List<Job> jobs = new ArrayList<>();
        for (CompletableFuture<Job> start : starts) {
            jobs.add(start.get(20, TimeUnit.SECONDS));
        }
        assertThat(systemd.jobsUnderWay()).isEqualTo(32);
        for (Job job : jobs) {
            removed(job.path(), job.unit().equals("u7.service") ? "timeout" : "done");
        }

        for (Job job : jobs) {
            JobResult expected = job.unit().equals("u7.service") ? JobResult.TIMEOUT : JobResult.DONE;
            assertThat(job.await(SOON)).as(job.unit()).isEqualTo(expected);
        }
        assertThat(pid1.calls())
                .filteredOn(call -> call.member().equals("Subscribe"))
                .hasSize(1);
    }

    /** PID 1 takes one subscription from each connection. */
    @Test
    void twoOnOneBusShareItsSubscription() throws Exception {
        AtomicInteger subscriptions = new AtomicInteger();
        pid1.on("Subscribe", call -> {
            if (subscriptions.incrementAndGet() == 1) {
                call.reply("");
            } else {
                call.fail("org.freedesktop.systemd1.AlreadySubscribed", "Client is already subscribed.");
            }
        });
        pid1.on("StartUnit", call -> {
            call.reply("o", "/job/1");
            removed("/job/1", "done");
        });

        assertThat(systemd.startUnit("a.service", JobMode.REPLACE).await(SOON)).isEqualTo(JobResult.DONE);
        try (Systemd other = Systemd.over(bus, SOON)) {
            assertThat(other.startUnit("b.service", JobMode.REPLACE).await(SOON))
                    .isEqualTo(JobResult.DONE);
        }
        assertThat(subscriptions).hasValue(2);
    }

    @Test
    void aSubscriptionThatIsRefusedFailsTheCall() {
        pid1.on("Subscribe", call -> call.fail("org.freedesktop.DBus.Error.Failed", "No."));

        assertThatThrownBy(() -> systemd.startUnit("a.service", JobMode.REPLACE))
                .isInstanceOf(HostFailureException.class);
    }

    @Test
    void aJobThatTakesTooLongGoesOn() throws Exception {
        pid1.on("StopUnit", call -> call.reply("o", "/job/9"));
        Job job = systemd.stopUnit("slow.service", JobMode.REPLACE);

        DeadlineExceededException failure =
                catchThrowableOfType(DeadlineExceededException.class, () -> job.await(SHORT));
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure.subject()).isEqualTo("slow.service");

        removed("/job/9", "done");
        assertThat(job.await(SOON)).isEqualTo(JobResult.DONE);
    }

    @Test
    void aRefusedStartLeavesNothing() {
        pid1.on("StartUnit", call -> call.fail("org.freedesktop.systemd1.NoSuchUnit", "Unit x.service not found."));

        assertThatThrownBy(() -> systemd.startUnit("x.service", JobMode.REPLACE))
                .isInstanceOf(NotFoundException.class);
        assertThat(systemd.jobsUnderWay()).isZero();
    }

    @Test
    void aJobWhoseEndWasLostWithTheBusSaysSoAndOneThatLivesOnDoesNot() throws Exception {
        pid1.on(
                "StartUnit",
                call -> call.reply("o", path((String) call.arguments().get(0))));
        Job ended = systemd.startUnit("ended.service", JobMode.REPLACE);
        Job alive = systemd.startUnit("alive.service", JobMode.REPLACE);
        CountDownLatch connectedAgain = new CountDownLatch(1);
        // Subscribed later than the jobs, so it is told after them.
        bus.subscribe(Match.of(Systemd.MANAGER, "JobNew"), event -> connectedAgain.countDown());
        daemon.kill();
        daemon.restart();
        pid1.close();
        assertThat(connectedAgain.await(20, TimeUnit.SECONDS)).isTrue();
        pid1 = pid1();
        CompletableFuture<JobResult> lost = ended.toCompletableFuture();

        assertThatThrownBy(() -> lost.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(ConnectionLostException.class);
        assertThat(alive.isDone()).isFalse();
        removed(alive.path(), "done");
        assertThat(alive.await(SOON)).isEqualTo(JobResult.DONE);
    }

    /** And nobody else takes that for the coming or going of the service that it asked of. */
    @Test
    void aWatcherLooksAgainWhenPid1ComesBackToTheBus() throws Exception {
        CountDownLatch goneAndBack = new CountDownLatch(2);
        BlockingQueue<TransferEvent> transfers = new LinkedBlockingQueue<>();
        Importd.over(bus, SOON).watch(transfers::add);
        systemd.watch("a.service", goneAndBack::countDown);
        pid1.close();
        pid1 = pid1();

        assertThat(goneAndBack.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(transfers).isEmpty();
    }

    @Test
    void aReloadFindsJobsThatAreGone() throws Exception {
        pid1.on(
                "StartUnit",
                call -> call.reply("o", path((String) call.arguments().get(0))));
        Job ended = systemd.startUnit("ended.service", JobMode.REPLACE);
        pid1.signal(Systemd.MANAGER.path(), Systemd.MANAGER.interfaceName(), "Reloading", "b", false);

        assertThatThrownBy(() -> ended.await(SOON))
                .isInstanceOf(ConnectionLostException.class)
                .hasMessageContaining("Read the unit's state");
    }

    @Test
    void closingFailsWhatIsUnderWay() throws Exception {
        pid1.on("StartUnit", call -> call.reply("o", "/job/1"));
        Job job = systemd.startUnit("a.service", JobMode.REPLACE);
        systemd.close();

        assertThatThrownBy(() -> job.await(SOON)).isInstanceOf(ConnectionLostException.class);
    }

    /** Jobs of units named alive… exist, others do not. */
    private ScriptedService pid1() throws IOException, DBusException {
        return ScriptedService.owning(
                daemon.address(),
                Systemd.MANAGER.destination(),
                service -> service.on("Subscribe", call -> call.reply("")).on("Get", call -> {
                    if (call.message().getPath().startsWith("/job/alive")) {
                        call.reply("v", new Variant<>("running"));
                    } else {
                        call.fail("org.freedesktop.DBus.Error.UnknownObject", "Unknown object");
                    }
                }));
    }

    private static String path(String unit) {
        return "/job/" + unit.replace('.', '_');
    }

    private void removed(String path, String result) throws IOException, DBusException {
        pid1.signal(
                Systemd.MANAGER.path(),
                Systemd.MANAGER.interfaceName(),
                "JobRemoved",
                "uoss",
                new UInt32(1),
                path,
                "unit",
                result);
    }
}
