package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sockets, namespaces and threads: waiting, waking, closing, leaking. */
class SocketLiveTest {
    private static final int ROUNDS = 10_000;

    private Lab lab;
    private NetworkNamespace there;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @BeforeEach
    void open() {
        lab = Lab.open();
        there = lab.namespace();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        if (lab != null) {
            lab.close();
        }
    }

    /** Counts the descriptors of the sorts that are opened here; the JVM opens files of its own at any time. */
    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(SocketLiveTest::isOfOurSort).count();
        }
    }

    private static boolean isOfOurSort(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("socket:") || target.startsWith("net:") || target.contains("eventfd");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void nothingLeaksWhenOpenedAndClosedManyTimes() throws IOException {
        openAndClose(50);
        long before = descriptors();
        int threadsBefore = Thread.activeCount();
        openAndClose(ROUNDS);
        assertThat(descriptors()).isEqualTo(before);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threadsBefore + 1);
        awaitNoThreadInside();
    }

    /** A thread of Java ends a moment before that of the kernel, which holds the namespace, does. */
    private void awaitNoThreadInside() throws IOException {
        String namespace = "net:[" + Files.getAttribute(there.path(), "unix:ino") + "]";
        Lab.await("no thread is in the namespace", () -> holders(namespace) == 0);
    }

    private static long holders(String namespace) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.filter(task -> leadsTo(task.resolve("ns/net"), namespace))
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean leadsTo(Path link, String target) {
        try {
            return Files.readSymbolicLink(link).toString().equals(target);
        } catch (IOException e) {
            return false;
        }
    }

    private void openAndClose(int rounds) {
        for (int i = 0; i < rounds; i++) {
            try (RouteSocket socket = RouteSocket.open(i % 10 == 0 ? there : NetworkNamespace.current())) {
                assertThat(socket.links().find("lo")).isPresent();
            }
        }
    }

    @Test
    void aFailedOpenLeavesNothingOpen() throws IOException {
        openAndClose(1);
        long before = descriptors();
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> RouteSocket.open(NetworkNamespace.named("no-such-namespace")))
                    .isInstanceOf(NetlinkException.NotFound.class);
            assertThatThrownBy(() -> new NetworkNamespace(Path.of("/proc/self/status")).socket())
                    .isInstanceOf(NetlinkException.class);
        }
        assertThat(descriptors()).isEqualTo(before);
    }

    @Test
    void theCallersThreadStaysWhereItIs() throws IOException {
        Path mine = Path.of("/proc/thread-self/ns/net");
        Object before = Files.getAttribute(mine, "unix:ino");
        try (RouteSocket socket = RouteSocket.open(there)) {
            assertThat(socket.links().list()).extracting(Link::name).containsExactly("lo");
            assertThat(Files.getAttribute(mine, "unix:ino")).isEqualTo(before);
        }
        assertThat(there.isSameAs(NetworkNamespace.current())).isFalse();
        assertThat(there.isSameAs(there)).isTrue();
        long pid = ProcessHandle.current().pid();
        assertThat(NetworkNamespace.ofProcess(pid).isSameAs(NetworkNamespace.current()))
                .isTrue();
    }

    @Test
    void aProcessIsNamedByItsPidfd() throws IOException {
        Process process = new ProcessBuilder(
                        "ip", "netns", "exec", String.valueOf(there.path().getFileName()), "cat")
                .start();
        int pidfd = PidfdCall.open(process.pid());
        try {
            NetworkNamespace named = NetworkNamespace.ofPidfd(pidfd);
            // The process enters the namespace a moment after it has started.
            Lab.await("the process is inside", () -> named.isSameAs(there));
            try (RouteSocket socket = RouteSocket.open(named)) {
                assertThat(socket.links().list()).extracting(Link::name).containsExactly("lo");
            }
            process.destroyForcibly();
            process.onExit().join();
            assertThatThrownBy(() -> RouteSocket.open(named)).isInstanceOf(NetlinkException.NotFound.class);
            assertThatThrownBy(() -> NetworkNamespace.ofPidfd(pidfd)).isInstanceOf(NetlinkException.NotFound.class);
        } finally {
            process.destroyForcibly();
            Native.libc().close(pidfd);
        }
        assertThatThrownBy(() -> NetworkNamespace.ofPidfd(-1)).isInstanceOf(IllegalArgumentException.class);
        int noPidfd = Native.libc().open("/proc/self/status", Native.O_RDONLY | Native.O_CLOEXEC);
        assertThatThrownBy(() -> NetworkNamespace.ofPidfd(noPidfd)).isInstanceOf(IllegalArgumentException.class);
        Native.libc().close(noPidfd);
    }

    @Test
    void aClosedSocketSaysSo() {
        RouteSocket socket = RouteSocket.open(there);
        socket.close();
        socket.close();
        assertThatThrownBy(() -> socket.links().list()).isInstanceOf(NetlinkException.Closed.class);
    }

    @Test
    void anInterruptedThreadSendsNothing() {
        try (RouteSocket socket = RouteSocket.open(there)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> socket.links().create(LinkSpec.bridge("br0")))
                    .isInstanceOfSatisfying(
                            NetlinkException.Interrupted.class,
                            e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(socket.links().find("br0")).isEmpty();
        }
    }

    @Test
    void manyThreadsShareOneSocket() throws Exception {
        try (RouteSocket socket = RouteSocket.open(there)) {
            List<Future<Boolean>> results = threads.invokeAll(Collections.nCopies(8, () -> {
                for (int i = 0; i < 200; i++) {
                    assertThat(socket.links().list()).hasSize(1);
                    assertThat(socket.links().find("nothing")).isEmpty();
                }
                return true;
            }));
            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
        }
    }

    private static MessageEncoder loopback() {
        return MessageEncoder.link(Rtm.GETLINK, Nl.REQUEST, 1, 0, 0);
    }

    @Test
    void aRequestThatCannotBeginInTimeIsNotSent() throws Exception {
        try (RouteSocket socket = RouteSocket.open(there, Duration.ofMillis(20))) {
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch leave = new CountDownLatch(1);
            Future<Integer> slow = threads.submit(() -> socket.call(loopback(), message -> {
                        inside.countDown();
                        awaitQuietly(leave);
                        return LinkDecoder.decode(message);
                    })
                    .entries()
                    .size());
            assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> socket.links().create(LinkSpec.bridge("br0")))
                    .isInstanceOfSatisfying(
                            NetlinkException.Timeout.class,
                            e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
            leave.countDown();
            assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(socket.links().find("br0")).isEmpty();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The kernel ignores a control message that is no request, which looks like a lost reply. */
    private static MessageEncoder unanswered() {
        return new MessageEncoder(Nl.DONE, 0);
    }

    @Test
    void aLostReplyIsAnUnknownOutcomeAndTheNextRequestWorks() throws IOException {
        try (RouteSocket socket = RouteSocket.open(there, Duration.ofMillis(20))) {
            long before = descriptors();
            assertThatThrownBy(() -> socket.change(unanswered()))
                    .isInstanceOfSatisfying(
                            NetlinkException.Timeout.class,
                            e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
            assertThat(socket.links().list()).extracting(Link::name).containsExactly("lo");
            assertThat(descriptors()).isEqualTo(before);
        }
    }

    @Test
    void closingAndInterruptionEndALostReply() throws Exception {
        for (boolean close : new boolean[] {true, false}) {
            RouteSocket socket = RouteSocket.open(there, Duration.ofSeconds(60));
            AtomicReference<Thread> waiter = new AtomicReference<>();
            CountDownLatch started = new CountDownLatch(1);
            Future<NetlinkException> ended = threads.submit(() -> {
                waiter.set(Thread.currentThread());
                started.countDown();
                return catchThrowableOfType(NetlinkException.class, () -> socket.change(unanswered()));
            });
            assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> ended.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            if (close) {
                socket.close();
            } else {
                waiter.get().interrupt();
            }
            NetlinkException e = ended.get(10, TimeUnit.SECONDS);
            assertThat(e).isInstanceOf(close ? NetlinkException.Closed.class : NetlinkException.Interrupted.class);
            assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN);
            socket.close();
        }
    }

    @Test
    void aDamagedReplyCostsTheConnectionOnly() {
        try (RouteSocket socket = RouteSocket.open(there)) {
            assertThatThrownBy(() -> socket.call(loopback(), message -> {
                        throw NetlinkException.malformed("for the test");
                    }))
                    .isInstanceOf(NetlinkException.MalformedReply.class);
            assertThat(socket.links().find("lo")).isPresent();
        }
    }

    /** Waits in {@code next}, once the snapshot has been taken, and gives what ended the wait. */
    private Future<NetlinkException> waiting(RouteEvents events, AtomicReference<Thread> waiter)
            throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        Future<NetlinkException> ended = threads.submit(() -> {
            waiter.set(Thread.currentThread());
            events.next(Duration.ofSeconds(5));
            started.countDown();
            try {
                events.next(Duration.ofSeconds(60));
                throw new IllegalStateException("nothing should have come");
            } catch (NetlinkException e) {
                return e;
            }
        });
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        return ended;
    }

    @Test
    void closingWakesAWaiter() throws Exception {
        RouteEvents events = RouteEvents.open(there, Set.of(RouteEvents.Topic.LINKS));
        Future<NetlinkException> ended = waiting(events, new AtomicReference<>());
        assertThatThrownBy(() -> ended.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        events.close();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(NetlinkException.Closed.class);
    }

    @Test
    void interruptionWakesAWaiterAndTheSubscriptionGoesOn()
            throws InterruptedException, ExecutionException, TimeoutException {
        try (RouteEvents events = RouteEvents.open(there, Set.of(RouteEvents.Topic.LINKS))) {
            AtomicReference<Thread> waiter = new AtomicReference<>();
            Future<NetlinkException> ended = waiting(events, waiter);
            assertThatThrownBy(() -> ended.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            waiter.get().interrupt();
            assertThat(ended.get(10, TimeUnit.SECONDS)).isInstanceOf(NetlinkException.Interrupted.class);
            try (RouteSocket socket = RouteSocket.open(there)) {
                socket.links().create(LinkSpec.bridge("br0"));
            }
            assertThat(events.next(Duration.ofSeconds(10))).containsInstanceOf(RouteEvent.LinkChanged.class);
        }
    }

    @Test
    void aWaitEndsWhenItsTimeIsUp() {
        try (RouteEvents events = RouteEvents.open(there, Set.of(RouteEvents.Topic.LINKS))) {
            assertThat(events.next(Duration.ZERO)).containsInstanceOf(RouteEvent.Snapshot.class);
            assertThat(events.next(Duration.ZERO)).isEmpty();
            assertThat(events.next(Duration.ofMillis(5))).isEmpty();
        }
    }
}
