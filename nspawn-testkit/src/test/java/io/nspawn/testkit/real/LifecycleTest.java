package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.Timeouts;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.KillTarget;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Signal;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers are stopped, killed and restarted in every way, and nothing of them is in the way of what comes next. */
@LabTest({"bookworm", "trixie"})
class LifecycleTest {
    private static final String NAME = "lt-life";
    private static final int RESTARTS = 10;
    private static final int BOOTED_RESTARTS = 3;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration HASTE = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Path ROOT = Path.of("/var/lib/machines", NAME);

    private Optional<Host> opened = Optional.empty();

    @BeforeEach
    void open() {
        opened = Optional.of(Host.local());
        host().network().apply(Setup.TOPOLOGY);
    }

    @AfterEach
    void removeAll() {
        try (Host host = host()) {
            Setup.remove(host, NAME);
            host.network().remove(Setup.TOPOLOGY);
        }
    }

    private Host host() {
        return opened.orElseThrow();
    }

    private Container application() {
        return host().deploy(Setup.application(NAME).build());
    }

    /** An application that does what its traps say and else waits; it has written {@code /up} once they are set. */
    private Container trapping(String traps) {
        String script = traps + "; : > /up; while :; do sleep infinity & wait $!; done";
        Container container = host().deploy(
                        Setup.application(NAME).runs("/bin/sh", "-c", script).build());
        Await.until("traps", () -> Files.exists(ROOT.resolve("up")));
        return container;
    }

    private static String activeState(Container container) {
        return Command.result("systemctl", "is-active", container.name().unit())
                .output()
                .strip();
    }

    private static void assertReleased() {
        assertThat(Command.run("machinectl", "list", "--no-legend")).doesNotContain(NAME);
        assertThat(Command.result("systemctl", "is-active", "systemd-nspawn@" + NAME)
                        .output()
                        .strip())
                .isEqualTo("inactive");
    }

    @Test
    void aStoppedApplicationStartsAgainAtOnce() {
        Container container = application();
        for (int round = 0; round < RESTARTS; round++) {
            container.stop();
            assertReleased();
            container.start();
        }
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void aStoppedMachineStartsAgainAtOnceWithItsNetworks() {
        Container container = host().deploy(Setup.booted(NAME, 41).build());
        for (int round = 0; round < BOOTED_RESTARTS; round++) {
            container.stop();
            assertReleased();
            container.start();
        }
        assertThat(container.awaitReady(LONG).addresses()).hasSize(2);
    }

    @Test
    void aStoppedContainerIsRemovedAtOnce() {
        Set<String> before = HostState.now();
        Container container = application();

        container.stop();
        container.remove();

        assertThat(HostState.changesSince(before)).isEmpty();
    }

    @Test
    void anApplicationIsAskedToTerminate() {
        Container container = trapping("trap ': > /asked; exit 0' TERM");

        container.stop(LONG);

        assertThat(ROOT.resolve("asked")).exists();
        assertReleased();
    }

    /** As the host does when it shuts down, and a deploy that restarts it. */
    @Test
    void anApplicationThatPid1StopsIsAskedToTerminate() {
        Container container = trapping("trap ': > /asked; exit 0' TERM; trap '' HUP");

        Command.run("systemctl", "stop", container.name().unit());

        assertThat(ROOT.resolve("asked")).exists();
        assertReleased();
    }

    /** What it is told then is lost; nobody waits for the unit's stop time-out. */
    @Test
    void anApplicationThatHasNotStartedItsProgramIsRemovedAtOnce() {
        Set<String> before = HostState.now();
        try (Host hasty = Host.local(new Timeouts(HASTE, HASTE))) {
            for (int round = 0; round < BOOTED_RESTARTS; round++) {
                Container container = hasty.deploy(Setup.application(NAME).build());
                container.stop();
                Command.run("systemctl", "start", "--no-block", container.name().unit());
                Await.until("a start", () -> !activeState(container).equals("inactive"));

                container.remove();
            }
        }
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    /** The kernel keeps signals from an init that has not prepared itself for them. */
    @Test
    void aMachineWhoseInitDoesNotHearYetIsHaltedWhenItDoes() throws IOException {
        Container container = host().deploy(Setup.booted(NAME, 45).build());
        container.stop();
        Path init = ROOT.resolve("usr/lib/systemd/systemd");
        Files.move(init, init.resolveSibling("systemd.late"));
        Files.writeString(init, "#!/bin/sh\n: > /begun\nsleep 1\nexec /usr/lib/systemd/systemd.late\n");
        Files.setPosixFilePermissions(init, PosixFilePermissions.fromString("rwxr-xr-x"));

        Command.run("systemctl", "start", "--no-block", container.name().unit());
        Await.until("init", () -> Files.exists(ROOT.resolve("begun")));
        long begin = System.nanoTime();
        container.stop(HASTE);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(HASTE);
        assertReleased();
    }

    @Test
    void anApplicationThatDoesNotHearIsKilledAfterTheGrace() {
        Container container = trapping("trap ': > /asked' TERM");

        container.stop(SHORT);

        assertThat(ROOT.resolve("asked")).exists();
        assertReleased();
        container.start();
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void aMachineThatTakesTooLongIsKilledAfterTheGrace() {
        Container container = host().deploy(Setup.booted(NAME, 42).build());
        container.exec("systemd-run", "--quiet", "-p", "KillMode=none", "-p", "SendSIGKILL=no", "sleep", "infinity");

        container.stop(Duration.ofMillis(1));

        assertReleased();
        container.start();
    }

    @Test
    void terminatedTwiceIsAsGoodAsOnce() {
        Container container = trapping("trap ': > /asked' TERM");

        container.terminate();
        container.terminate();

        assertThat(ROOT.resolve("asked")).doesNotExist();
        assertReleased();
        assertThat(container.status().state()).isEqualTo(ContainerState.STOPPED);
        container.start();
    }

    @Test
    void aRebootedMachineIsUpAgainInAnotherRun() {
        Container container = host().deploy(Setup.booted(NAME, 43).build());
        OptionalInt first = container.status().leader();

        container.reboot();

        assertThat(container.awaitReady(LONG).leader()).isNotEqualTo(first);
        assertThat(container.awaitReady(LONG).addresses()).hasSize(2);
    }

    @Test
    void aRebootedApplicationIsUpAgainInAnotherRun() {
        Container container = application();
        OptionalInt first = container.status().leader();

        container.reboot();

        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
        assertThat(container.status().leader()).isPresent().isNotEqualTo(first);
    }

    @Test
    void aSignalArrivesInside() {
        Container container = trapping("trap ': > /told' USR1");

        container.kill(Signal.USR1, KillTarget.ALL);

        Await.until("answer", () -> Files.exists(ROOT.resolve("told")));
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void aKilledProgramHasFailed() {
        Container container = application();

        container.kill(Signal.KILL, KillTarget.LEADER);

        Await.state(container, ContainerState.FAILED);
    }

    /** PID 1 knows of the end before machined does, which refuses a second machine of the same name. */
    @Test
    void aMachineThatSomebodyKilledIsStartedWhenMachinedHasForgottenIt() throws Exception {
        Container container = application();
        String machined = "systemd-machined.service";
        FutureTask<Long> start = new FutureTask<>(() -> {
            container.start();
            return startedAt(container);
        });
        Thread starting = new Thread(start);
        long resumed;
        Command.run("systemctl", "kill", "--signal=STOP", machined);
        try {
            Command.run("systemctl", "kill", "--signal=KILL", container.name().unit());
            Await.until("failure", () -> activeState(container).equals("failed"));
            starting.start();
            Await.until("start", () -> starting.getState() == Thread.State.TIMED_WAITING);
            Await.until("start", () -> !activeState(container).isEmpty());
        } finally {
            resumed = uptimeMicros();
            Command.run("systemctl", "kill", "--signal=CONT", machined);
        }

        assertThat(start.get(1, TimeUnit.MINUTES)).isGreaterThan(resumed);
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
    }

    private static long startedAt(Container container) {
        String property = "ExecMainStartTimestampMonotonic";
        return Long.parseLong(Command.run(
                        "systemctl",
                        "show",
                        "--value",
                        "-p",
                        property,
                        container.name().unit())
                .strip());
    }

    /** On the clock of PID 1's monotonic timestamps. */
    private static long uptimeMicros() throws IOException {
        String seconds = Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0];
        return new BigDecimal(seconds).movePointRight(6).longValueExact();
    }

    @Test
    void oneThatPowersItselfOffIsWaitedFor() {
        Container container = host().deploy(Setup.booted(NAME, 44).build());
        assertThatThrownBy(() -> container.awaitStopped(SHORT))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("its unit is active");

        // How systemd(1) is asked to power off, without an answer that the end may come before.
        container.kill(Signal.of("SIGRTMIN+4"), KillTarget.LEADER);
        container.awaitStopped(LONG);

        assertReleased();
        container.start();
    }

    @Test
    void itStartsWithTheHostOnlyIfEnabled() {
        Container container = application();
        assertThat(container.isEnabled()).isTrue();

        container.disable();
        assertThat(container.isEnabled()).isFalse();
        assertThat(Command.result("systemctl", "is-enabled", "systemd-nspawn@" + NAME)
                        .status())
                .isNotZero();

        container.enable();
        assertThat(container.isEnabled()).isTrue();
    }

    @Test
    void theSystemInsideSaysWhatItIs() {
        assertThat(application().osRelease()).containsEntry("ID", "debian").containsKey("VERSION_ID");
    }

    @Test
    void oneThatDoesNotRunIsNeitherSignalledNorRebooted() {
        Container container = application();
        container.stop();

        assertThatThrownBy(container::reboot).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container.kill(Signal.USR1, KillTarget.ALL)).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(container::osRelease).isInstanceOf(NotFoundException.class);
        container.stop();
        container.awaitStopped(SHORT);
    }
}
