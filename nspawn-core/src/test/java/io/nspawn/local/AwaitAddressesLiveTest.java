package io.nspawn.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NotFoundException;
import io.nspawn.net.Prefix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Addresses inside another network namespace are waited for by events. */
class AwaitAddressesLiveTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Prefix FIRST = Prefix.parse("10.20.30.40/24");
    private static final Prefix SECOND = Prefix.parse("fd00:1::1/64");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private NamespaceProcess inside;
    private NetlinkNetwork network;

    @BeforeEach
    void open() {
        inside = NamespaceProcess.open();
        opened.add(inside);
        network = new NetlinkNetwork(new Native(), () -> {
            throw new IllegalStateException("addresses need no networkd");
        });
        opened.add(network);
        inside.ip("link", "add", "mv0", "up", "type", "veth", "peer", "name", "wire0");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    @Test
    void thereBefore() {
        inside.ip("address", "add", FIRST.toString(), "dev", "mv0");
        assertThat(network.awaitAddresses(inside.pid(), List.of(FIRST), Duration.ZERO))
                .isTrue();
    }

    @Test
    void comingLater() throws Exception {
        Waiting waiting = new Waiting(List.of(FIRST, SECOND), LONG);
        waiting.expectStillWaiting();
        inside.ip("address", "add", FIRST.toString(), "dev", "mv0");
        waiting.expectStillWaiting();
        inside.ip("address", "add", SECOND.toString(), "dev", "mv0", "nodad");
        assertThat(waiting.result()).isTrue();
    }

    @Test
    void never() {
        inside.ip("address", "add", "10.20.30.41/24", "dev", "mv0");
        long start = System.nanoTime();
        assertThat(network.awaitAddresses(inside.pid(), List.of(FIRST), SHORT)).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
    }

    /** Detection begins when the link has a carrier, and until then the address is tentative. */
    @Test
    void duplicateAddressDetection() throws Exception {
        inside.ip("address", "add", SECOND.toString(), "dev", "mv0");
        assertThat(network.awaitAddresses(inside.pid(), List.of(SECOND), SHORT)).isFalse();
        Waiting waiting = new Waiting(List.of(SECOND), LONG);
        waiting.expectStillWaiting();
        inside.ip("link", "set", "wire0", "up");
        assertThat(waiting.result()).isTrue();
    }

    @Test
    void theProcessEnds() throws Exception {
        Waiting waiting = new Waiting(List.of(FIRST), LONG);
        waiting.expectStillWaiting();
        inside.kill();
        assertThatThrownBy(waiting::result)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(NotFoundException.class)
                .hasMessageContaining("it has ended");
    }

    @Test
    void noSuchProcess() {
        inside.kill();
        inside.close();
        opened.remove(inside);
        assertThatThrownBy(() -> network.awaitAddresses(inside.pid(), List.of(FIRST), LONG))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void anInterrupt() throws Exception {
        Waiting waiting = new Waiting(List.of(FIRST), LONG);
        waiting.expectStillWaiting();
        waiting.thread.interrupt();
        assertThatThrownBy(waiting::result)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(InterruptedOperationException.class);
    }

    @Test
    void nothingStaysOpen() throws Exception {
        assertThat(network.awaitAddresses(inside.pid(), List.of(FIRST), Duration.ZERO))
                .isFalse();
        long before = kernelDescriptors();
        for (int i = 0; i < 20; i++) {
            assertThat(network.awaitAddresses(inside.pid(), List.of(FIRST), Duration.ZERO))
                    .isFalse();
        }
        inside.kill();
        assertThatThrownBy(() -> network.awaitAddresses(inside.pid(), List.of(FIRST), LONG))
                .isInstanceOf(NotFoundException.class);
        assertThat(kernelDescriptors()).isEqualTo(before);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().equals("nspawn-watch-" + inside.pid()));
    }

    /** The sockets, event counters and processes that this JVM has open. */
    private static long kernelDescriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(AwaitAddressesLiveTest::isOfKernel).count();
        }
    }

    private static boolean isOfKernel(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:") || target.startsWith("anon_inode:") || target.startsWith("pidfd:");
        } catch (IOException e) {
            return false;
        }
    }

    private final class Waiting {
        private final CompletableFuture<Boolean> result = new CompletableFuture<>();
        private final Thread thread;

        Waiting(List<Prefix> addresses, Duration deadline) {
            thread = new Thread(
                    () -> {
                        try {
                            result.complete(network.awaitAddresses(inside.pid(), addresses, deadline));
                        } catch (RuntimeException e) {
                            result.completeExceptionally(e);
                        }
                    },
                    "waiting");
            thread.setDaemon(true);
            thread.start();
        }

        void expectStillWaiting() {
            assertThatThrownBy(() -> result.get(SHORT.toMillis(), TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
        }

        boolean result() throws InterruptedException, ExecutionException, TimeoutException {
            return result.get(10, TimeUnit.SECONDS);
        }
    }
}
