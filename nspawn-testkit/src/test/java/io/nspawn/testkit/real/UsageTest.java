package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.model.ContainerMetrics;
import io.nspawn.model.ContainerProcess;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.Limits;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import io.nspawn.spi.JournalFollower;
import io.nspawn.testkit.lab.LabTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What containers use, may use, run and log. */
@LabTest({"bookworm", "trixie"})
class UsageTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String BOOTED = "lt-usage";
    private static final String APPLICATION = "lt-usage-app";
    private static final String DOWN = "lt-usage-down";
    private static final String GREEDY = "lt-usage-greedy";

    private static Optional<Host> opened = Optional.empty();

    @BeforeAll
    static void deploy() {
        Host host = Host.local();
        opened = Optional.of(host);
        host.deploy(ContainerSpec.named(BOOTED)
                        .image(Setup.image())
                        .limits(limits -> limits.memory("768M").tasks(2000))
                        .build())
                .awaitReady(SOON);
        host.deploy(Setup.application(APPLICATION).build());
        host.deploy(Setup.application(DOWN).build()).stop();
    }

    @AfterAll
    static void remove() {
        Setup.remove(host(), BOOTED, APPLICATION, DOWN, GREEDY);
        host().close();
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static Container booted() {
        return host().container(BOOTED);
    }

    private static String property(String name) {
        return Command.run("systemctl", "show", "--value", "--property=" + name, "systemd-nspawn@lt-usage.service")
                .strip();
    }

    @Test
    void oneCallReadsWhatRunsAndLeavesOutWhatDoesNot() {
        List<MachineName> all = List.of(MachineName.of(BOOTED), MachineName.of(APPLICATION), MachineName.of(DOWN));

        Map<MachineName, ContainerMetrics> metrics = host().metrics(all);

        assertThat(metrics.keySet()).containsExactly(all.get(0), all.get(1));
        ContainerMetrics booted = booted().metrics().orElseThrow();
        assertThat(booted.memoryBytes().orElseThrow()).isGreaterThan(1 << 20);
        assertThat(booted.tasks().orElseThrow()).isGreaterThan(3);
        assertThat(host().container(DOWN).metrics()).isEmpty();
    }

    /** A figure is there exactly where this systemd has one: none is made up, none is lost. */
    @Test
    void whatIsNotCountedIsEmptyAndNeverZero() {
        ContainerMetrics metrics = booted().metrics().orElseThrow();

        assertThat(metrics.cpu().isPresent()).isEqualTo(isSet("CPUUsageNSec"));
        assertKnown(metrics.memoryPeakBytes(), "MemoryPeak");
        assertKnown(metrics.swapBytes(), "MemorySwapCurrent");
        assertKnown(metrics.ioReadBytes(), "IOReadBytes");
        assertKnown(metrics.ioWriteBytes(), "IOWriteBytes");
        assertKnown(metrics.ipReceivedBytes(), "IPIngressBytes");
        assertKnown(metrics.ipSentBytes(), "IPEgressBytes");
        assertKnown(metrics.oomKills(), "OOMKills");
    }

    private static void assertKnown(OptionalLong figure, String property) {
        assertThat(figure.isPresent()).as(property).isEqualTo(isSet(property));
    }

    private static boolean isSet(String property) {
        return property(property).matches("[0-9]+") && !property(property).equals("18446744073709551615");
    }

    /** Read from the kernel's own files, past systemd; that of a program that only sleeps stands still. */
    @Test
    void figuresAreThoseOfTheControlGroup() {
        ControlGroup group = ControlGroup.of(APPLICATION);
        Container application = host().container(APPLICATION);

        Await.until("memory of " + group, () -> {
            long memory = group.number("memory", "memory.usage_in_bytes", "memory.current");
            return metrics(application).memoryBytes().orElseThrow() == memory;
        });
        assertThat(metrics(application).tasks()).hasValue(group.number("pids", "pids.current", "pids.current"));
        assertThat(metrics(application).cpu().isPresent()).isEqualTo(isSet("CPUUsageNSec"));
        metrics(application).cpu().ifPresent(before -> {
            assertThat(before.toNanos()).isPositive().isLessThanOrEqualTo(group.cpu());
            long between = group.cpu();
            assertThat(metrics(application).cpu().orElseThrow().toNanos()).isGreaterThanOrEqualTo(between);
        });
    }

    private static ContainerMetrics metrics(Container container) {
        return container.metrics().orElseThrow();
    }

    /** What is too big is killed by the kernel and the rest lives on; systemd counts it from version 258 on. */
    @Test
    void aProcessThatIsTooBigIsKilledAndCountedWhereThatIsKnown() {
        host().deploy(ContainerSpec.named(GREEDY)
                .image(Setup.image())
                .runs("/bin/sh", "-c", "tail /dev/zero; echo over; exec sleep infinity")
                .limits(limits -> limits.memory("48M"))
                .build());
        ControlGroup group = ControlGroup.of(GREEDY);
        Container greedy = host().container(GREEDY);

        Await.until("kill for want of memory", () -> group.oomKills() > 0);

        Await.until(
                "end of what was killed",
                () -> greedy.processes().stream()
                        .flatMap(ContainerProcess::all)
                        .anyMatch(process -> process.command().equals("sleep infinity")));
        assertThat(metrics(greedy).oomKills().isPresent())
                .isEqualTo(host().systemdVersion().atLeast(258));
        metrics(greedy).oomKills().ifPresent(kills -> assertThat(kills).isPositive());
        assertThat(metrics(greedy).memoryBytes().orElseThrow()).isLessThanOrEqualTo(48 << 20);
    }

    @Test
    void theProcessesStandBelowTheFirstOne() {
        List<ContainerProcess> roots = booted().processes();

        assertThat(roots).hasSize(1);
        ContainerProcess init = roots.get(0);
        assertThat(init.pid()).isEqualTo(booted().status().leader().orElseThrow());
        assertThat(init.insidePid()).hasValue(1);
        assertThat(init.command()).contains("systemd");
        assertThat(init.controlGroup()).endsWith("/init.scope");
        assertThat(init.children())
                .anySatisfy(child -> {
                    assertThat(child.command()).contains("dbus-daemon");
                    assertThat(child.controlGroup()).endsWith("/dbus.service");
                })
                .allSatisfy(child -> assertThat(child.insidePid().orElseThrow()).isGreaterThan(1));
        assertThat(init.all()).noneMatch(process -> process.command().startsWith("systemd-nspawn"));
        ContainerProcess stub = host().container(APPLICATION).processes().get(0);
        assertThat(stub.all().map(ContainerProcess::command)).contains("/bin/sleep infinity");
        assertThatThrownBy(() -> host().container(DOWN).processes()).isInstanceOf(NotFoundException.class);
    }

    @Test
    void limitsThatAreChangedHoldAndAreReadBack() {
        Limits before = booted().limits();
        assertThat(before.memory())
                .hasValueSatisfying(size -> assertThat(size.exact()).isEqualTo("805306368"));
        assertThat(before.tasks()).hasValue(2000);
        assertThat(before.cpuPercent()).isEmpty();
        try {
            Limits after = booted().limit(Limits.NONE.tasks(120).cpuPercent(150));

            assertThat(after).isEqualTo(before.tasks(120).cpuPercent(150));
            assertThat(property("TasksMax")).isEqualTo("120");
            assertThat(booted().exec(ExecSpec.of(
                                    "/bin/bash",
                                    "-c",
                                    "for i in {1..200}; do /bin/sleep 5 & done; kill $(jobs -p); wait"))
                            .stderr())
                    .contains("Resource temporarily unavailable");
        } finally {
            booted().limit(before.cpuPercent(1000));
        }
        assertThatThrownBy(() -> host().container(DOWN).limit(Limits.NONE.tasks(100)))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void theJournalInsideIsReadByUnitSinceATimeAndAfterAnEntry() {
        Instant start = Instant.now();
        log("first ä");
        log("second");

        List<JournalEntry> own = read(JournalQuery.LATEST.since(start.minusMillis(1)), "lt-tag");

        assertThat(own).extracting(JournalEntry::message).containsExactly("first ä", "second");
        assertThat(own.get(0).time()).isAfterOrEqualTo(start.minusMillis(1));
        assertThat(own.get(0).priority()).hasValue(4);
        assertThat(read(JournalQuery.LATEST.after(own.get(0)), "lt-tag"))
                .extracting(JournalEntry::message)
                .containsExactly("second");
        assertThat(booted().journal(JournalQuery.LATEST.unit("dbus.service")))
                .isNotEmpty()
                .allMatch(e -> e.unit().orElse("").equals("dbus.service")
                        || e.text("UNIT").orElse("").equals("dbus.service"));
        assertThat(booted().journal(JournalQuery.LATEST.lines(2))).hasSize(2);
        assertThat(booted().journal(JournalQuery.LATEST.lines(0))).isEmpty();
    }

    @Test
    void fieldsAreBytes() {
        Instant start = Instant.now();
        booted().exec(ExecSpec.of("/bin/sh", "-c", "printf 'x\\377\\001y\\n' | systemd-cat -t lt-bytes"));

        List<JournalEntry> entries = new ArrayList<>();
        Await.until("binary entry", () -> {
            entries.clear();
            entries.addAll(read(JournalQuery.LATEST.since(start.minusMillis(1)), "lt-bytes"));
            return entries.stream()
                    .anyMatch(e ->
                            new String(e.values("MESSAGE").get(0), StandardCharsets.ISO_8859_1).equals("x\u00ff\1y"));
        });
    }

    @Test
    void aFollowerMissesNothingAndEndsWhenClosed() throws Exception {
        Instant start = Instant.now();
        log("before");
        try (JournalFollower follower = booted().followJournal(JournalQuery.LATEST.since(start.minusMillis(1)))) {
            assertThat(next(follower, "lt-tag").message()).isEqualTo("before");
            log("while");
            assertThat(next(follower, "lt-tag").message()).isEqualTo("while");
        }
        JournalFollower closed =
                booted().followJournal(JournalQuery.LATEST.lines(0).unit("no-such.service"));
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                thrown.completeExceptionally(
                        new AssertionError(closed.next(SOON).toString()));
            } catch (RuntimeException e) {
                thrown.complete(e);
            }
        });
        waiting.start();
        closed.close();
        assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        Await.until(
                "end of what followed",
                () -> booted().processes()
                        .get(0)
                        .all()
                        .noneMatch(p -> p.command().contains("--follow")));
    }

    @Test
    void theHostsJournalHasTheUnitOverStopsAndStarts() {
        Container application = host().container(APPLICATION);
        assertThat(application.unitJournal(JournalQuery.LATEST))
                .extracting(JournalEntry::message)
                .anyMatch(message -> message.contains("Started") && message.contains("lt-usage-app"));

        try (JournalFollower follower = application.followUnitJournal(JournalQuery.LATEST.since(Instant.now()))) {
            application.stop();
            List<String> said = new ArrayList<>();
            JournalEntry entry = next(follower, said);
            // The program is asked to end first, and a unit whose program has ended needs no stop.
            while (!entry.message().contains("Deactivated successfully")
                    && !entry.message().contains("Failed with result")) {
                entry = next(follower, said);
            }
            assertThat(entry.text("UNIT")).hasValue("systemd-nspawn@lt-usage-app.service");
        } finally {
            application.start();
        }
    }

    private static JournalEntry next(JournalFollower follower, List<String> said) {
        JournalEntry entry = follower.next(SOON).orElseThrow(() -> new AssertionError("only " + said));
        said.add(entry.message());
        return entry;
    }

    private static void log(String message) {
        assertThat(booted().exec("logger", "--tag", "lt-tag", "--priority", "user.warning", message)
                        .ok())
                .isTrue();
        Await.until(
                message + " in the journal",
                () -> read(JournalQuery.LATEST, "lt-tag").stream()
                        .anyMatch(e -> e.message().equals(message)));
    }

    private static List<JournalEntry> read(JournalQuery query, String tag) {
        return booted().journal(query).stream()
                .filter(entry -> entry.identifier().equals(Optional.of(tag)))
                .toList();
    }

    private static JournalEntry next(JournalFollower follower, String tag) {
        while (true) {
            JournalEntry entry = follower.next(SOON).orElseThrow();
            if (entry.identifier().equals(Optional.of(tag))) {
                return entry;
            }
        }
    }
}
