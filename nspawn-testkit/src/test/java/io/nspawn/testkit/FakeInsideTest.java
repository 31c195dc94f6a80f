package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.nspawn.Container;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.ExecSpec;
import io.nspawn.model.FailureCause;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.JobFailedException;
import io.nspawn.model.JournalEntry;
import io.nspawn.model.JournalQuery;
import io.nspawn.model.Limits;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.JournalFollower;
import io.nspawn.spi.Terminal;
import io.nspawn.testkit.ExecScript.Reply;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The fake's containers from inside: what {@code real} tests find on a real host. */
class FakeInsideTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private static final ContainerSpec SPEC = ContainerSpec.named("web_1")
            .image("debian-12")
            .limits(limits -> limits.memory("4G").tasks(4096))
            .build();

    private final FakeHost host = FakeHost.withImages("debian-12");

    private Container deployed() {
        return host.deploy(SPEC);
    }

    @Test
    void scriptsSeeAllThatWasSaidOfACommand() {
        host.onExec(new ExecScript() {
            @Override
            public Optional<Reply> answer(io.nspawn.model.MachineName machine, List<String> command) {
                return Optional.empty();
            }

            @Override
            public Optional<Reply> answer(io.nspawn.model.MachineName machine, ExecSpec spec, byte[] stdin) {
                return spec.user().equals("app")
                        ? Optional.of(Reply.ok(spec.environment() + " " + new String(stdin, StandardCharsets.UTF_8)))
                        : Optional.empty();
            }
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        ExecResult result = deployed()
                .exec(ExecSpec.of("x")
                        .user("app")
                        .environment("K", "v")
                        .stdin("typed")
                        .stdout(out));

        assertThat(result.stdout()).isEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{K=v} typed");
        assertThat(host.container(SPEC.machine())
                        .exec(ExecSpec.of("cat").stdin("in"))
                        .stdout())
                .isEqualTo("in");
    }

    @Test
    void endsAreToldAsOnARealHost() {
        host.onExec(
                (machine, command) -> command.get(0).equals("dies") ? Optional.of(Reply.killed(9)) : Optional.empty());
        Container container = deployed();

        assertThat(container.exec("dies").signal()).hasValue(9);
        assertThat(container.exec("dies").exitCode()).isEqualTo(137);
        assertThatThrownBy(
                        () -> container.exec(ExecSpec.of("cat").stdin("12345").keepAtMost(4)))
                .isInstanceOf(HostFailureException.class);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> container.exec("true")).isInstanceOf(InterruptedOperationException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void filesGoInAndOut() throws IOException {
        host.addFile("/srv/tree/d/f", "text");
        Container container = deployed();

        container.copyTo(Path.of("/srv/tree"), "/opt");
        container.write("/etc/new", new ByteArrayInputStream(new byte[] {1, 2}), 0600);
        container.copyFrom("/opt/d", Path.of("/srv/back"));

        try (InputStream read = container.read("/opt/d/f")) {
            assertThat(read).hasContent("text");
        }
        assertThat(host.readFile("/srv/back/f")).hasValue("text");
        assertThatThrownBy(() -> container.copyTo(Path.of("/srv/missing"), "/opt"))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container.copyTo(Path.of("/srv/tree"), "/no/such"))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container.read("/opt").close()).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> container.bind(Path.of("/srv"), "/mnt", true))
                .isInstanceOf(UnsupportedException.class);
        container.stop();
        assertThatThrownBy(() -> container.read("/opt/d/f").close()).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(container::shell).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aTerminalShowsWhatAScriptAnswers() throws IOException {
        host.onExec((machine, command) -> Optional.of(Reply.ok("shown\n")));

        try (Terminal terminal = deployed().shell()) {
            assertThat(terminal.output()).hasContent("shown\r\n");
        }
    }

    @Test
    void journalsAreReadAndFollowed() {
        Container container = deployed();
        String name = container.name().value();
        host.log(name, "a.service", "one").log(name, "b.service", "two");

        assertThat(container.journal(JournalQuery.LATEST.unit("b.service")))
                .extracting(JournalEntry::message)
                .containsExactly("two");
        try (JournalFollower follower = container.followJournal(JournalQuery.LATEST.lines(1))) {
            assertThat(follower.next(SOON))
                    .get()
                    .extracting(JournalEntry::message)
                    .isEqualTo("two");
            assertThat(follower.next(SOON)).isEmpty();
            host.log(name, "a.service", "three");
            assertThat(follower.next(SOON))
                    .get()
                    .extracting(JournalEntry::message)
                    .isEqualTo("three");
            container.stop();
            assertThatThrownBy(() -> follower.next(SOON)).isInstanceOf(NotFoundException.class);
        }
        assertThat(container.unitJournal(JournalQuery.LATEST))
                .extracting(JournalEntry::message)
                .anyMatch(message -> message.startsWith("Stopped"));
    }

    @Test
    void theUnitsJournalKnowsWhoSaidWhatWhen() {
        Container container = deployed();
        host.clock().advance(SOON);
        Instant later = host.clock().now();
        container.stop();

        List<JournalEntry> all = container.unitJournal(JournalQuery.LATEST);
        assertThat(all.get(0).message()).startsWith("Starting");
        assertThat(all.get(0).identifier()).contains("systemd");
        assertThat(all.get(0).time()).isBefore(later);
        assertThat(container.unitJournal(JournalQuery.LATEST.since(later)))
                .singleElement()
                .extracting(JournalEntry::message, as(STRING))
                .startsWith("Stopped");
    }

    @Test
    void usageAndLimitsAreThoseOfTheVersion() {
        Container container = deployed();
        assertThat(container.metrics().orElseThrow().memoryPeakBytes()).isEmpty();
        assertThat(container.metrics().orElseThrow().oomKills()).isEmpty();
        host.setSystemd("258");
        assertThat(container.metrics().orElseThrow().memoryPeakBytes()).isPresent();
        assertThat(container.metrics().orElseThrow().oomKills()).hasValue(0);

        Limits before = container.limits();
        assertThat(container.limit(Limits.NONE.tasks(77))).isEqualTo(before.tasks(77));
        host.clock().advance(Unsynced.COMMIT);
        host.crash();
        host.awaitAllReady(List.of(container.name()), Duration.ofSeconds(60));
        assertThat(container.limits()).isEqualTo(before);
        assertThat(container.processes().get(0).insidePid()).hasValue(1);
        container.stop();
        assertThat(container.metrics()).isEmpty();
        assertThatThrownBy(() -> container.limit(Limits.NONE.tasks(77))).isInstanceOf(NotFoundException.class);
    }

    @Test
    void aKnownCauseHasItsRemedy() {
        host.failNextStart("web_1", "Directory tree /var/lib/machines/x is currently busy.");

        assertThatThrownBy(this::deployed).isInstanceOfSatisfying(DeployException.class, e -> {
            assertThat(e.remedy()).hasValue(FailureCause.IMAGE_BUSY.remedy());
            assertThat(e.getCause())
                    .isInstanceOfSatisfying(
                            JobFailedException.class,
                            job -> assertThat(job.unitFailure().cause()).hasValue(FailureCause.IMAGE_BUSY));
        });
    }
}
