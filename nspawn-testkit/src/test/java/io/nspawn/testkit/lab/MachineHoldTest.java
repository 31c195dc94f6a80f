package io.nspawn.testkit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who needs the machine alone has it alone, among processes, and a killed one keeps nobody off. */
@Tag("lab")
class MachineHoldTest {
    private static final String SHARED = "shared";
    private static final String ALONE = "exclusive";
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    Path directory;

    private Optional<Process> holder = Optional.empty();

    @BeforeEach
    void scriptsCanRun() {
        List<String> missing = LabHost.debian("bookworm").missing();
        Assumptions.assumeTrue(missing.isEmpty(), () -> "missing: " + String.join("; ", missing));
    }

    @AfterEach
    void endTheOther() {
        holder.ifPresent(LabProcess::kill);
    }

    private Path lock() {
        return directory.resolve("run/machine");
    }

    private Process holdElsewhere(String mode) throws IOException {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        LabClassPath.entries().stream().map(Path::toString).collect(Collectors.joining(":")),
                        HoldMain.class.getName(),
                        mode,
                        lock().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        holder = Optional.of(other);
        assertThat(other.inputReader().readLine()).isEqualTo("held");
        return other;
    }

    @Test
    void manyShareTheMachine() throws IOException {
        holdElsewhere(SHARED);
        try (MachineHold one = MachineHold.take(SHARED, lock(), LONG);
                MachineHold two = MachineHold.take(SHARED, lock(), LONG)) {
            assertThat(one).isNotSameAs(two);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARED, ALONE})
    void nobodyIsBesideOneAlone(String mode) throws Exception {
        Process other = holdElsewhere(ALONE);
        assertThatThrownBy(() -> MachineHold.take(mode, lock(), SHORT))
                .isInstanceOf(LabUnavailableException.class)
                .hasMessageContaining(lock().toString());
        CompletableFuture<MachineHold> waiting =
                CompletableFuture.supplyAsync(() -> MachineHold.take(mode, lock(), LONG));
        assertThat(waiting).isNotDone();

        other.getOutputStream().close();

        waiting.get(1, TimeUnit.MINUTES).close();
    }

    @Test
    void oneAloneWaitsForAllOthers() throws IOException {
        Process other = holdElsewhere(SHARED);
        assertThatThrownBy(() -> MachineHold.take(ALONE, lock(), SHORT)).isInstanceOf(LabUnavailableException.class);
        other.getOutputStream().close();
        MachineHold.take(ALONE, lock(), LONG).close();
    }

    @ParameterizedTest
    @ValueSource(strings = {SHARED, ALONE})
    void whoIsKilledGivesItBack(String mode) throws Exception {
        Process other = holdElsewhere(mode);
        other.destroyForcibly().waitFor();
        MachineHold.take(ALONE, lock(), LONG).close();
    }

    /** The script that waits ends too: it must not get the lock later, for nobody. */
    @Test
    void whoIsInterruptedWaitsNoMore() throws Exception {
        Process other = holdElsewhere(ALONE);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> MachineHold.take(SHARED, lock(), LONG)).isInstanceOf(LabException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(ProcessHandle.current().children())
                .filteredOn(child -> child.pid() != other.pid())
                .noneMatch(child -> child.info().commandLine().orElse("").contains(lock().toString()));
    }
}
