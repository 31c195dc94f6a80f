package io.nspawn.dbus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Outcome;
import io.nspawn.model.UnsupportedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.freedesktop.dbus.types.UInt32;
import org.freedesktop.dbus.types.UInt64;
import org.freedesktop.dbus.types.Variant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BusTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Remote PEER = new Remote("org.example.Peer", "/peer", "org.example.Peer");

    private PrivateDaemon daemon;
    private ScriptedService peer;
    private SocketBus bus;

    @BeforeEach
    void connect(@TempDir Path directory) throws Exception {
        daemon = PrivateDaemon.start(directory);
        peer = ScriptedService.owning(daemon.address(), PEER.destination());
        bus = (SocketBus) Bus.at(daemon.address());
    }

    @AfterEach
    void disconnect() throws Exception {
        try {
            bus.close();
            peer.close();
        } finally {
            daemon.close();
        }
    }

    @Test
    void repliesArePlainValues() throws Exception {
        peer.on(
                "Everything",
                call -> call.reply(
                        "ytuxsoba(ss)aya{sv}",
                        (byte) 0xFE,
                        new UInt64(0xFFFF_FFFFL, 0xFFFF_FFFFL),
                        new UInt32(0xFFFF_FFFFL),
                        -7L,
                        "schön",
                        "/a/b",
                        true,
                        List.<Object[]>of(new Object[] {"x", "y"}),
                        new byte[] {1, (byte) 0x80},
                        Map.of("k", new Variant<>(new UInt32(5)))));

        List<Object> reply = bus.call(PEER, "Everything", SOON);

        assertThat(reply.subList(0, 8))
                .isEqualTo(List.of(0xFEL, -1L, 0xFFFF_FFFFL, -7L, "schön", "/a/b", true, List.of(List.of("x", "y"))));
        assertThat((byte[]) reply.get(8)).containsExactly(1, 0x80);
        assertThat(reply.get(9)).isEqualTo(Map.of("k", 5L));
    }

    @Test
    void argumentsArriveAsGiven() throws Exception {
        peer.on("Take", call -> call.reply("s", call.arguments().toString()));

        List<Object> reply = bus.call(
                PEER,
                "Take",
                "sba(sv)tasa{ss}",
                List.of(
                        "u",
                        true,
                        List.of(List.of("MemoryMax", new io.nspawn.dbus.Variant("t", -1L))),
                        -1L,
                        List.of(),
                        Map.of("a", "b")),
                SOON);

        assertThat(reply).isEqualTo(List.of("[u, true, [[MemoryMax, -1]], -1, [], {a=b}]"));
    }

    private static List<Property> properties(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new Property(PEER.at("/o/" + i, PEER.interfaceName()), "Path"))
                .toList();
    }

    @Test
    void propertiesOfManyObjectsComeInTheOrderAsked() throws Exception {
        peer.on("Get", call -> call.reply("v", new Variant<>(call.message().getPath())));

        assertThat(bus.find(properties(0, 200), SOON))
                .isEqualTo(IntStream.range(0, 200)
                        .mapToObj(i -> Optional.of("/o/" + i))
                        .toList());
        assertThat(bus.find(List.of(), SOON)).isEmpty();
        assertThat(bus.inFlight()).isZero();
    }

    @Test
    void aPropertyThatAnObjectDoesNotHaveIsEmpty() throws Exception {
        peer.on("Get", call -> {
            if (call.message().getPath().equals("/o/1")) {
                call.fail("org.freedesktop.DBus.Error.UnknownProperty", "no such property");
            } else {
                call.reply("v", new Variant<>(7));
            }
        });

        assertThat(bus.find(properties(0, 3), SOON))
                .isEqualTo(List.of(Optional.of(7), Optional.empty(), Optional.of(7)));
    }

    @Test
    void oneOfManyThatFailsLeavesNothingUnderWay() throws Exception {
        peer.on("Get", call -> {
            if (call.message().getPath().equals("/o/3")) {
                call.fail("org.freedesktop.DBus.Error.UnknownObject", "gone");
            } else if (!call.message().getPath().equals("/o/7")) {
                call.reply("v", new Variant<>(7));
            }
        });

        assertThatThrownBy(() -> bus.find(properties(0, 100), SOON)).isInstanceOf(NotFoundException.class);
        assertThat(bus.inFlight()).isZero();
        assertThatThrownBy(() -> bus.find(properties(5, 8), SHORT)).isInstanceOf(DeadlineExceededException.class);
        assertThat(bus.inFlight()).isZero();
    }

    /** More than the socket takes, in messages so small that callers write them: nobody waits for room that is not there. */
    @Test
    void aBusThatDoesNotReadHoldsNobodyPastTheDeadline() throws Exception {
        peer.on("Take", call -> call.reply("s", "taken"));
        String text = "x".repeat(800);
        daemon.freeze();
        try {
            for (int i = 0; i < 500; i++) {
                assertThatThrownBy(() -> bus.call(PEER, "Take", "s", List.of(text), Duration.ofMillis(1)))
                        .isInstanceOf(DeadlineExceededException.class);
            }
        } finally {
            daemon.thaw();
        }

        assertThat(bus.call(PEER, "Take", "s", List.of(text), SOON)).isEqualTo(List.of("taken"));
        assertThat(bus.inFlight()).isZero();
    }

    @Test
    void aLostReplyIsAnUnknownOutcomeAndLeavesNothing() throws Exception {
        DeadlineExceededException failure = catchThrowableOfType(
                DeadlineExceededException.class, () -> bus.call(PEER, "Silent", "s", List.of("web1"), SHORT));

        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure.operation()).isEqualTo("Silent");
        assertThat(failure.subject()).isEqualTo("web1");
        assertThat(bus.inFlight()).isZero();

        peer.calls().take().reply("s", "too late");
        peer.on("Ping", call -> call.reply("s", "pong"));
        assertThat(bus.call(PEER, "Ping", SOON)).isEqualTo(List.of("pong"));
    }

    @Test
    void anOwnerThatLeavesInTheMiddleIsAnUnknownOutcome() throws Exception {
        peer.on("Leave", call -> peer.close());

        ConnectionLostException failure =
                catchThrowableOfType(ConnectionLostException.class, () -> bus.call(PEER, "Leave", SOON));

        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(failure.errorName()).contains("org.freedesktop.DBus.Error.NoReply");
        assertThat(bus.state()).isEqualTo(Bus.State.CONNECTED);
        assertThatThrownBy(() -> bus.call(PEER, "Ping", SOON))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("ServiceUnknown");
    }

    @Test
    void anErrorReplyIsTyped() {
        peer.on("Find", call -> call.fail("org.freedesktop.machine1.NoSuchMachine", "No machine 'x' known"));

        NotFoundException failure =
                catchThrowableOfType(NotFoundException.class, () -> bus.call(PEER, "Find", "s", List.of("x"), SOON));

        assertThat(failure.errorName()).contains("org.freedesktop.machine1.NoSuchMachine");
        assertThat(failure).hasMessageContaining("Find x: No machine 'x' known");
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    }

    @Test
    void anInterruptedThreadSendsNothing() throws Exception {
        Thread.currentThread().interrupt();
        InterruptedOperationException failure =
                catchThrowableOfType(InterruptedOperationException.class, () -> bus.call(PEER, "Change", SOON));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        peer.on("Ping", call -> call.reply("s", "pong"));
        bus.call(PEER, "Ping", SOON);
        assertThat(peer.calls()).extracting(ScriptedService.Call::member).containsExactly("Ping");
    }

    @Test
    void anInterruptionWhileWaitingIsAnUnknownOutcome() throws Exception {
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                bus.call(PEER, "Silent", SOON);
            } catch (RuntimeException e) {
                flag.set(Thread.currentThread().isInterrupted());
                failure.complete(e);
            }
        });
        caller.start();
        peer.calls().take();
        caller.interrupt();

        assertThat(failure.get(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        InterruptedOperationException.class,
                        e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));
        assertThat(flag.get()).isTrue();
        assertThat(bus.inFlight()).isZero();
        assertThat(bus.state()).isEqualTo(Bus.State.CONNECTED);
    }

    @Test
    void aThousandSignalsComeInOrder() throws Exception {
        List<Long> heard = new ArrayList<>();
        CountDownLatch all = new CountDownLatch(1000);
        try (Bus.Subscription subscription = bus.subscribe(Match.of(PEER, "Tick"), event -> {
            heard.add(((Number) ((BusEvent.Signal) event).arguments().get(0)).longValue());
            all.countDown();
        })) {
            for (long i = 0; i < 1000; i++) {
                peer.signal(PEER.path(), PEER.interfaceName(), "Tick", "x", i);
            }
            assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(subscription).isNotNull();
        }
        assertThat(heard).hasSize(1000).isSorted();
    }

    @Test
    void aThrowingHandlerHarmsNobody() throws Exception {
        CountDownLatch twice = new CountDownLatch(2);
        CountDownLatch other = new CountDownLatch(2);
        bus.subscribe(Match.of(PEER, "Tick"), event -> {
            twice.countDown();
            throw new IllegalStateException("on purpose");
        });
        bus.subscribe(Match.of(PEER), event -> other.countDown());

        peer.signal(PEER.path(), PEER.interfaceName(), "Tick", "x", 1L);
        peer.signal(PEER.path(), PEER.interfaceName(), "Tick", "x", 2L);

        assertThat(twice.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(other.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClosedSubscriptionHearsNothingMore() throws Exception {
        List<BusEvent> heard = new ArrayList<>();
        CountDownLatch last = new CountDownLatch(1);
        Bus.Subscription closed = bus.subscribe(Match.of(PEER, "Tick"), heard::add);
        closed.close();
        bus.subscribe(Match.of(PEER, "Tick"), event -> last.countDown());

        peer.signal(PEER.path(), PEER.interfaceName(), "Tick", "x", 1L);

        assertThat(last.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(heard).isEmpty();
    }

    @Test
    void aSignalInAnothersNameIsNotHeard() throws Exception {
        List<String> senders = new ArrayList<>();
        CountDownLatch last = new CountDownLatch(1);
        bus.subscribe(Match.of(PEER, "Tick"), event -> {
            senders.add(String.valueOf(((BusEvent.Signal) event).arguments().get(0)));
            last.countDown();
        });
        try (ScriptedService liar = ScriptedService.owning(daemon.address(), "org.example.Liar")) {
            liar.signal(PEER.path(), PEER.interfaceName(), "Tick", "s", "liar");
            peer.signal(PEER.path(), PEER.interfaceName(), "Tick", "s", "peer");
            assertThat(last.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(senders).containsExactly("peer");
    }

    @Test
    void aHandlerMayCallTheBus() throws Exception {
        peer.on("Ping", call -> call.reply("s", "pong"));
        CompletableFuture<List<Object>> answer = new CompletableFuture<>();
        bus.subscribe(Match.of(PEER, "Tick"), event -> answer.complete(bus.call(PEER, "Ping", SOON)));

        peer.signal(PEER.path(), PEER.interfaceName(), "Tick", "x", 1L);

        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(List.of("pong"));
    }

    @Test
    void aDaemonThatComesBackIsUsedAgain() throws Exception {
        CountDownLatch resynced = new CountDownLatch(1);
        CountDownLatch ticked = new CountDownLatch(1);
        bus.subscribe(Match.of(PEER, "Tick"), event -> {
            if (event instanceof BusEvent.Resynced) {
                resynced.countDown();
            } else {
                ticked.countDown();
            }
        });
        peer.on("Kill", call -> daemon.kill());
        ConnectionLostException failure =
                catchThrowableOfType(ConnectionLostException.class, () -> bus.call(PEER, "Kill", SOON));
        assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(bus.inFlight()).isZero();

        daemon.restart();
        assertThat(resynced.await(20, TimeUnit.SECONDS)).isTrue();
        peer = ScriptedService.owning(daemon.address(), PEER.destination());
        peer.signal(PEER.path(), PEER.interfaceName(), "Tick", "x", 1L);

        assertThat(ticked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(bus.state()).isEqualTo(Bus.State.CONNECTED);
    }

    @Test
    void theNextCallConnectsAgain() throws Exception {
        peer.on("Kill", call -> daemon.kill());
        assertThatThrownBy(() -> bus.call(PEER, "Kill", SOON)).isInstanceOf(ConnectionLostException.class);
        assertThat(bus.state()).isEqualTo(Bus.State.DISCONNECTED);
        assertThatThrownBy(() -> bus.call(PEER, "Ping", SOON)).isInstanceOf(HostNotReadyException.class);

        daemon.restart();
        peer = ScriptedService.owning(daemon.address(), PEER.destination());
        peer.on("Ping", call -> call.reply("s", "pong"));

        assertThat(bus.call(PEER, "Ping", SOON)).isEqualTo(List.of("pong"));
    }

    @Test
    void argumentsThatDoNotFitAreRefusedBeforeSending() {
        assertThatThrownBy(() -> bus.call(PEER, "M", "s", List.of(1), SOON))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bus.call(PEER, "M", "ss", List.of("a"), SOON))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bus.call(PEER, "M", "o", List.of("no path"), SOON))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bus.call(PEER, "M", "s", List.of("a\0b"), SOON))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bus.call(PEER, "M", "u", List.of(-1L), SOON))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bus.call(PEER, "no member", SOON)).isInstanceOf(IllegalArgumentException.class);
        assertThat(bus.state()).isEqualTo(Bus.State.CONNECTED);
        assertThat(peer.calls()).isEmpty();
    }

    @Test
    void aReplyOfAnotherShapeIsAFailureOfTheHost() {
        peer.on("Rows", call -> call.reply("s", "not rows"));
        List<Object> reply = bus.call(PEER, "Rows", SOON);
        assertThatThrownBy(() -> Reply.of("Rows", PEER, reply).rows(0))
                .isInstanceOf(HostFailureException.class)
                .hasMessageContaining("String, not List");
    }

    @Test
    void closingEndsCallsAndThreads() throws Exception {
        CompletableFuture<List<Object>> waiting = CompletableFuture.supplyAsync(() -> bus.call(PEER, "Silent", SOON));
        peer.calls().take();
        bus.close();

        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(ConnectionLostException.class);
        assertThat(bus.state()).isEqualTo(Bus.State.CLOSED);
        assertThatThrownBy(() -> bus.call(PEER, "Ping", SOON)).isInstanceOf(IllegalStateException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("nspawn-bus-reader") && thread.isAlive());
        bus.close();
    }

    @Test
    void whereNoBusRunsTheErrorSaysSo(@TempDir Path directory) {
        assertThatThrownBy(() -> Bus.at("unix:path=" + directory.resolve("none")))
                .isInstanceOf(HostNotReadyException.class)
                .hasMessageContaining("no message bus runs here");
    }

    @Test
    void aStrangeAddressIsRefused() {
        assertThatThrownBy(() -> Bus.at("tcp:host=localhost")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Bus.at("")).isInstanceOf(IllegalArgumentException.class);
        assertThat(BusAddress.parse("unix:path=/a%20b,guid=1;unix:abstract=c"))
                .containsExactly(new BusAddress("/a b", false), new BusAddress("c", true));
    }
}
