package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.HostFailureException;
import io.nspawn.spi.Terminal;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Terminals in a booted container: what is typed, what is shown, and how they end. */
@LabTest({"bookworm", "trixie"})
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ShellTest {
    private static final String NAME = "lt-shell";
    private static final String APPLICATION = "lt-shell-app";

    private static Optional<Host> opened = Optional.empty();

    @BeforeAll
    static void deploy() {
        Host host = Host.local();
        opened = Optional.of(host);
        host.deploy(ContainerSpec.named(NAME).image(Setup.image()).build()).awaitReady(Duration.ofSeconds(60));
        host.deploy(Setup.application(APPLICATION).build());
    }

    @AfterAll
    static void remove() {
        Setup.remove(host(), NAME, APPLICATION);
        host().close();
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static Container container() {
        return host().container(NAME);
    }

    private static void type(Terminal terminal, String text) throws IOException {
        terminal.input().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads until the text was shown. */
    private static String shown(InputStream output, String until) throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] buffer = new byte[1024];
        while (all.indexOf(until) < 0) {
            int count = output.read(buffer);
            assertThat(count).as("end of the terminal after \"%s\"", all).isPositive();
            all.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
        }
        return all.toString();
    }

    @Test
    void aShellReadsWhatIsTypedAndEndsWithItsExit() throws IOException {
        try (Terminal terminal = container().shell()) {
            shown(terminal.output(), "# ");
            type(terminal, "stty -echo; PS1=; echo answer=$((6 * 7)) $(id -un) $TERM\n");
            assertThat(shown(terminal.output(), "answer=42 root vt220")).contains("\r\n");
            terminal.resize(123, 45);
            type(terminal, "stty size; echo do''ne\n");
            assertThat(shown(terminal.output(), "done")).contains("45 123");

            type(terminal, "exit\n");

            assertThat(terminal.output().readAllBytes()).isNotNull();
            assertThat(terminal.output().read()).isEqualTo(-1);
        }
    }

    @Test
    void anotherProgramRunsAsAnotherUserWithItsWordsAsTheyAre() throws IOException {
        try (Terminal terminal = container().shell("daemon", "/bin/sh", "-c", "id -un; echo \"$0\"; tty", "a $b c")) {
            String shown = new String(terminal.output().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(shown).contains("daemon\r\n").contains("/dev/pts/");
        }
    }

    @Test
    void aCloseHangsUpAndFreesWhoeverReads() throws Exception {
        long before = descriptors();
        Terminal terminal = container().shell("root", "/bin/sh", "-c", "echo $$; exec sleep 87431");
        InputStream output = terminal.output();
        shown(output, "\n");
        CompletableFuture<Integer> read = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                read.complete(output.read());
            } catch (IOException e) {
                read.completeExceptionally(e);
            }
        });
        reader.start();

        terminal.close();
        terminal.close();

        assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(-1);
        assertThatThrownBy(() -> type(terminal, "x")).isInstanceOf(IOException.class);
        Await.until(
                "end of the program", () -> !Command.run("ps", "-eo", "args").contains("sleep 87431"));
        Await.until("close of its descriptors", () -> descriptors() <= before);
    }

    @Test
    void anInterruptFreesWhoeverReads() throws Exception {
        try (Terminal terminal = container().shell("root", "/bin/sleep", "87432")) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try {
                    thrown.completeExceptionally(
                            new AssertionError(terminal.output().read()));
                } catch (IOException e) {
                    thrown.complete(e);
                }
            });
            reader.start();

            reader.interrupt();

            assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedIOException.class);
        }
    }

    @Test
    void anApplicationHasNone() {
        assertThatThrownBy(() -> host().container(APPLICATION).shell())
                .isInstanceOfSatisfying(
                        HostFailureException.class,
                        e -> assertThat(e.remedy()).get().asString().contains("systemd and D-Bus inside"));
    }

    @Test
    void aSizeThatIsNoneIsRefused() {
        try (Terminal terminal = container().shell("root", "/bin/true")) {
            assertThatThrownBy(() -> terminal.resize(0, 25)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> terminal.resize(80, 65536)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
