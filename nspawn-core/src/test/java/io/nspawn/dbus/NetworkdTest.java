package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.HostFailureException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NetworkdTest {
    private static final String BUSY = "System.Error.ERANGE";

    private PrivateDaemon daemon;
    private ScriptedService service;
    private Bus bus;

    @BeforeEach
    void connect(@TempDir Path directory) throws Exception {
        daemon = PrivateDaemon.start(directory);
        service = ScriptedService.owning(daemon.address(), "org.freedesktop.network1");
        bus = Bus.at(daemon.address());
    }

    @AfterEach
    void disconnect() throws Exception {
        try {
            bus.close();
            service.close();
        } finally {
            daemon.close();
        }
    }

    @Test
    void aReloadThatIsRefusedForTooMuchToDoIsAskedForAgain() {
        AtomicInteger calls = new AtomicInteger();
        service.on("Reload", call -> {
            if (calls.incrementAndGet() < 4) {
                call.fail(BUSY, "Numerical result out of range");
            } else {
                call.reply("");
            }
        });

        Networkd.over(bus, Duration.ofSeconds(20)).reload();

        assertThat(calls).hasValue(4);
    }

    @Test
    void oneThatIsRefusedAllTheTimeFailsAtTheDeadline() {
        service.on("Reload", call -> call.fail(BUSY, "Numerical result out of range"));

        assertThatThrownBy(() -> Networkd.over(bus, Duration.ofMillis(300)).reload())
                .isInstanceOf(HostFailureException.class)
                .hasMessageContaining("out of range");
    }

    /** The daemon takes the name away when it sees the end of the connection. */
    private void takeFromTheBus() throws Exception {
        service.close();
        while (Networkd.over(bus, Duration.ofSeconds(20)).runs()) {
            Thread.onSpinWait();
        }
    }

    /** PID 1 says active when networkd has told it so, and only then networkd asks for its name. */
    @Test
    void oneThatHasJustStartedIsWaitedForUntilItHasItsName() throws Exception {
        takeFromTheBus();
        CountDownLatch asked = new CountDownLatch(1);
        try (ScriptedService manager = ScriptedService.owning(daemon.address(), "org.freedesktop.systemd1")) {
            manager.on("Get", call -> {
                asked.countDown();
                call.reply("v", new Variant<>("active"));
            });
            CompletableFuture<Boolean> runs = CompletableFuture.supplyAsync(
                    () -> Networkd.over(bus, Duration.ofSeconds(20)).runs());
            asked.await();

            service = ScriptedService.owning(daemon.address(), "org.freedesktop.network1");

            assertThat(runs.get()).isTrue();
        }
    }

    @Test
    void oneThatIsNotStartedDoesNotRun() throws Exception {
        assertThat(Networkd.over(bus, Duration.ofSeconds(20)).runs()).isTrue();
        takeFromTheBus();
        Networkd gone = Networkd.over(bus, Duration.ofSeconds(20));
        assertThat(gone.runs()).isFalse();
        try (ScriptedService manager = ScriptedService.owning(daemon.address(), "org.freedesktop.systemd1")) {
            manager.on("Get", call -> call.reply("v", new Variant<>("inactive")));
            assertThat(gone.runs()).isFalse();
        }
    }

    @Test
    void anyOtherErrorIsToldAtOnce() {
        AtomicInteger calls = new AtomicInteger();
        service.on("Reload", call -> {
            calls.incrementAndGet();
            call.fail("System.Error.EBADMSG", "Bad message");
        });

        assertThatThrownBy(() -> Networkd.over(bus, Duration.ofSeconds(20)).reload())
                .isInstanceOf(HostFailureException.class);
        assertThat(calls).hasValue(1);
    }
}
