package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NotFoundException;
import io.nspawn.testkit.lab.LabTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Commands in a booted container: what goes in, what comes out, and how they end. */
@LabTest({"bookworm", "trixie"})
class ExecTest {
    /** A reader and a writer for the bus and for PID 1, and what delivers the signals of the bus. */
    private static final int OF_THE_HOST = 5;

    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final String NAME = "lt-exec";
    private static final int CALLS = 1000;

    private static Optional<Host> opened = Optional.empty();

    @BeforeAll
    static void deploy() {
        Host host = Host.local();
        opened = Optional.of(host);
        host.deploy(ContainerSpec.named(NAME).image(Setup.image()).build()).awaitReady(READY);
    }

    @AfterAll
    static void remove() {
        Setup.remove(host(), NAME);
        host().close();
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static Container container() {
        return host().container(NAME);
    }

    private static ExecSpec shell(String script) {
        return ExecSpec.of("/bin/sh", "-c", script).deadline(LONG);
    }

    private static ExecResult exec(ExecSpec spec) {
        return container().exec(spec);
    }

    @Test
    void inputComesBackByteForByte() {
        byte[] bytes = new byte[1_500_000];
        new Random(7).nextBytes(bytes);

        ExecResult result = exec(ExecSpec.of("cat").stdin(bytes).deadline(LONG));

        assertThat(result.ok()).as("%s", result).isTrue();
        assertThat(result.stdoutBytes()).isEqualTo(bytes);
        assertThat(exec(ExecSpec.of("cat").stdin("ä\n")).stdout()).isEqualTo("ä\n");
        assertThat(exec(ExecSpec.of("cat")).stdoutBytes()).isEmpty();
    }

    @Test
    void inputThatNobodyReadsHoldsNothingUp() {
        ExecResult result = exec(ExecSpec.of("/bin/true").stdin(new byte[1_000_000]));

        assertThat(result.ok()).isTrue();
    }

    @Test
    void inputThatFailsFailsTheCall() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the source is broken");
            }

            @Override
            public int read(byte[] bytes, int from, int count) throws IOException {
                return read();
            }
        };

        assertThatThrownBy(() -> exec(ExecSpec.of("/bin/sleep", "65431").stdin(broken)))
                .isInstanceOf(UncheckedIOException.class)
                .hasStackTraceContaining("the source is broken");

        assertNoProcess("sleep 65431");
    }

    @Test
    void itHasTheEnvironmentTheUserAndTheDirectory() {
        ExecResult result = exec(shell("printf '<%s>' \"$EMPTY\" \"$HARD\"; pwd; id -un; echo \"$HOME\"")
                .environment("EMPTY", "")
                .environment("HARD", "a b \"c\" 'd' $HOME %i \\n\nüber")
                .user("daemon")
                .workingDirectory("/usr/share/doc"));

        assertThat(result.stdout())
                .isEqualTo("<><a b \"c\" 'd' $HOME %i \\n\nüber>/usr/share/doc\ndaemon\n/usr/sbin\n");
        assertThat(exec(shell("id -u; echo $HOME; pwd")).stdout()).isEqualTo("0\n/root\n/\n");
    }

    @Test
    void whatSystemdCannotRunHasItsExitCodes() {
        assertThat(exec(ExecSpec.of("no-such-program")).exitCode()).isEqualTo(203);
        assertThat(exec(ExecSpec.of("true").workingDirectory("/no/such")).exitCode())
                .isEqualTo(200);
        assertThat(exec(ExecSpec.of("true").user("nosuchuser")).exitCode()).isEqualTo(217);
    }

    @Test
    void theSignalThatEndedItIsTold() {
        ExecResult killed = exec(shell("echo before; kill -KILL $$"));
        ExecResult terminated = exec(shell("kill -TERM $$"));

        assertThat(killed.signal()).hasValue(9);
        assertThat(killed.exitCode()).isEqualTo(128 + 9);
        assertThat(killed.stdout()).isEqualTo("before\n");
        assertThat(terminated.signal()).hasValue(15);
        assertThat(exec(shell("exit 137")).signal()).isEmpty();
        assertThat(exec(shell("exit 137")).exitCode()).isEqualTo(137);
    }

    @Test
    void anOutputThatGoesToAStreamIsNotKept() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        ExecResult result =
                exec(shell("head -c 20000000 /dev/zero; echo end >&2").stdout(out));

        assertThat(out.size()).isEqualTo(20_000_000);
        assertThat(result.stdoutBytes()).isEmpty();
        assertThat(result.stderr()).isEqualTo("end\n");
    }

    @Test
    void aUserWhoIsNotRootOpensTheOutputsByTheirNames() {
        ExecResult result =
                exec(shell("echo out > /dev/stdout; echo err > /dev/stderr").user("daemon"));

        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
    }

    @Test
    void aPipelineEndsWhenItsLastProgramHasEnough() {
        ExecResult result = exec(shell("yes | head -n 1"));

        assertThat(result.stdout()).isEqualTo("y\n");
        assertThat(result.stderr()).isEmpty();
    }

    @Test
    void oneThatWritesMoreThanIsKeptIsKilled() {
        assertThatThrownBy(() -> exec(ExecSpec.of("yes", "87653").keepAtMost(100_000)))
                .isInstanceOfSatisfying(
                        HostFailureException.class,
                        e -> assertThat(e.remedy()).get().asString().contains("stdout"));

        assertNoProcess("yes 87653");
    }

    @Test
    void aStreamThatThrowsHasTheCommandKilled() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("no room");
            }
        };

        assertThatThrownBy(() -> exec(shell("echo text; exec /bin/sleep 65432").stdout(full)))
                .isInstanceOf(UncheckedIOException.class)
                .hasStackTraceContaining("no room");

        assertNoProcess("sleep 65432");
    }

    @Test
    void whatItLeavesInTheBackgroundHoldsNothingUpAndIsKilled() {
        ExecResult result = exec(shell("/bin/sleep 65433 & echo started"));

        assertThat(result.stdout()).isEqualTo("started\n");
        assertThat(result.ok()).isTrue();
        Await.until("end of what was left", () -> !processes().contains("sleep 65433"));
    }

    @Test
    void anInterruptKillsTheCommandInside() throws InterruptedException {
        Started started = new Started();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                thrown.completeExceptionally(new AssertionError(
                        exec(shell("echo started; exec /bin/sleep 65434").stdout(started))
                                .toString()));
            } catch (RuntimeException e) {
                thrown.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost", e));
            }
        });
        caller.start();
        started.await();

        caller.interrupt();

        assertThat(thrown.join()).isInstanceOf(InterruptedOperationException.class);
        assertNoProcess("sleep 65434");
    }

    @Test
    void aContainerThatStopsEndsTheCall() throws InterruptedException {
        Started started = new Started();
        FutureTask<ExecResult> call = new FutureTask<>(() -> exec(
                shell("trap '' TERM; echo started; while :; do sleep 1; done").stdout(started)));
        Thread thread = new Thread(call);
        thread.start();
        started.await();
        try {
            Command.run("systemctl", "kill", "--signal=SIGKILL", "systemd-nspawn@" + NAME + ".service");

            assertThatThrownBy(() -> call.get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(NotFoundException.class);
        } finally {
            host().deploy(ContainerSpec.named(NAME).image(Setup.image()).build())
                    .awaitReady(READY);
        }
    }

    /** As good as frozen: nobody answers inside. */
    @Test
    void aBusThatIsSilentEndsTheCallAtItsDeadline() {
        exec(ExecSpec.of("true"));
        String daemon = busDaemon();
        Command.run("kill", "-STOP", daemon);
        try {
            assertThatThrownBy(() -> exec(ExecSpec.of("true").deadline(Duration.ofSeconds(1))))
                    .isInstanceOf(DeadlineExceededException.class);
        } finally {
            Command.run("kill", "-CONT", daemon);
        }
        assertThat(exec(ExecSpec.of("true")).ok()).isTrue();
    }

    private static String busDaemon() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("dbus-daemon"))
                .map(process -> Long.toString(process.pid()))
                .filter(pid -> Command.run("cat", "/proc/" + pid + "/cgroup").contains("systemd-nspawn@" + NAME))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void callsLeaveNothingBehind() {
        exec(ExecSpec.of("cat").stdin("warm"));
        String unitsBefore = units();
        long connections = connections();
        Await.until("end of earlier threads", () -> threads() <= OF_THE_HOST);
        long descriptors = descriptors();
        long matches = matches();

        for (int i = 0; i < CALLS; i++) {
            assertThat(exec(ExecSpec.of("/bin/sh", "-c", "exit " + i % 3)
                                    .stdin(new ByteArrayInputStream(new byte[i % 50 * 4000])))
                            .exitCode())
                    .isEqualTo(i % 3);
        }

        Await.until("end of the threads", () -> threads() <= OF_THE_HOST);
        Await.until("close of the descriptors", () -> descriptors() <= descriptors);
        assertThat(connections()).isEqualTo(connections);
        assertThat(units()).isEqualTo(unitsBefore);
        Await.until("end of the matches", () -> matches() <= matches);
    }

    /** The rules by which the host's bus passes signals on, of all its connections. */
    private static long matches() {
        String rules = Command.run(
                "busctl",
                "call",
                "org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.Debug.Stats",
                "GetAllMatchRules");
        assertThat(rules).contains("JobRemoved");
        return rules.split("type=", -1).length;
    }

    /** Those of the bus to the host's systemd stay. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("nspawn-"))
                .count();
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long connections() {
        return exec(ExecSpec.of("busctl", "list", "--unique", "--no-pager", "--no-legend"))
                .stdout()
                .lines()
                .count();
    }

    /** Without the unit of the asking itself. */
    private static String units() {
        return exec(ExecSpec.of("systemctl", "list-units", "--all", "--plain", "--no-legend", "nspawn-exec-*"))
                        .stdout()
                        .lines()
                        .filter(line -> !line.contains("activating"))
                        .count()
                + " units";
    }

    private static void assertNoProcess(String words) {
        Await.until("end of " + words, () -> !processes().contains(words));
    }

    private static String processes() {
        return Command.run("ps", "-eo", "args");
    }

    /** Told by what a command writes that it runs. */
    private static final class Started extends OutputStream {
        private final CountDownLatch latch = new CountDownLatch(1);

        @Override
        public void write(int b) {
            latch.countDown();
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            assertThat(new String(bytes, from, count, StandardCharsets.UTF_8)).isEqualTo("started\n");
            latch.countDown();
        }

        void await() throws InterruptedException {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
