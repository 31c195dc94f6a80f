package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.Timeouts;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecSpec;
import io.nspawn.testkit.lab.LabTest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container that is frozen: what needs it ends at its deadline, what does not goes on. */
@LabTest({"bookworm", "trixie"})
class FrozenTest {
    /** A reader and a writer for the bus and for PID 1, and what delivers the signals of the bus. */
    private static final int OF_THE_HOST = 5;

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration READY = Duration.ofSeconds(60);
    private static final String NAME = "lt-frozen";
    private static final Set<ContainerState> ENDED = Set.of(ContainerState.STOPPED, ContainerState.FAILED);

    private static Optional<Host> opened = Optional.empty();

    private Optional<ControlGroup> frozen = Optional.empty();

    @BeforeAll
    static void open() {
        opened = Optional.of(Host.local());
    }

    @AfterAll
    static void remove() {
        Setup.remove(host(), NAME);
        host().close();
    }

    @BeforeEach
    void freeze() {
        host().deploy(ContainerSpec.named(NAME).image(Setup.image()).build()).awaitReady(READY);
        assertThat(container().exec("true").ok()).isTrue();
        Await.until("end of earlier threads", () -> threads() <= OF_THE_HOST);
        ControlGroup group = ControlGroup.of(NAME);
        frozen = Optional.of(group);
        group.freeze();
    }

    @AfterEach
    void thaw() {
        frozen.ifPresent(ControlGroup::thaw);
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static Container container() {
        return host().container(NAME);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("nspawn-"))
                .count();
    }

    @Test
    void aCommandEndsAtItsDeadlineAndLeavesNoThread() {
        assertThatThrownBy(() -> container().exec(ExecSpec.of("true").deadline(SHORT)))
                .isInstanceOf(DeadlineExceededException.class);

        Await.until("end of the threads", () -> threads() <= OF_THE_HOST);
        thaw();
        assertThat(container().exec("true").ok()).isTrue();
    }

    @Test
    void whatTheHostKnowsIsTold() {
        assertThat(container().status().state()).isEqualTo(ContainerState.READY);
        assertThat(container().metrics().orElseThrow().tasks().orElseThrow()).isGreaterThan(2);
        assertThat(container().processes()).hasSize(1);
        assertThat(container().limits()).isNotNull();
    }

    @Test
    void filesGoInAndOut(@TempDir Path directory) throws Exception {
        Path source = Files.writeString(directory.resolve("source"), "text");
        container().copyTo(source, "/root/copied");
        container().copyFrom("/root/copied", directory.resolve("back"));
        assertThat(directory.resolve("back")).hasContent("text");

        container().write("/root/written", new ByteArrayInputStream("more".getBytes(StandardCharsets.UTF_8)), 0644);
        try (InputStream written = container().read("/root/written")) {
            assertThat(written).hasContent("more");
        }
    }

    /** On cgroup v1 the kernel does not even kill what is frozen, on v2 it does. */
    @Test
    void aKillThatReachesNobodyEndsAtItsDeadline() {
        try (Host impatient = Host.local(new Timeouts(Duration.ofSeconds(2), SHORT))) {
            Throwable thrown = catchThrowable(() -> impatient.container(NAME).terminate());

            if (ControlGroup.isUnified()) {
                assertThat(thrown).isNull();
            } else {
                assertThat(thrown).isInstanceOf(DeadlineExceededException.class);
            }
        }
        thaw();
        Await.until("end of " + NAME, () -> ENDED.contains(container().status().state()));
        container().terminate();
        assertThat(container().status().state()).isIn(ENDED);
    }
}
