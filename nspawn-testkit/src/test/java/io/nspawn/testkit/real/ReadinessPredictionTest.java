package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.Host;
import io.nspawn.host.ReadinessCheck;
import io.nspawn.host.ReadinessCheck.Level;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.Finding;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What readiness foretells comes true: with the limit that it asks for containers run, with what one container takes less
 * they do not. The limit is the machine's: no other lab test runs meanwhile, and what others have of it is counted.
 */
@LabTest(alone = true)
class ReadinessPredictionTest {
    private static final Path INSTANCES = Path.of("/proc/sys/fs/inotify/max_user_instances");
    private static final Path SYSCTL = Path.of("/etc/sysctl.d/90-nspawn.conf");
    private static final String SUBJECT = "fs.inotify.max_user_instances";
    private static final int COUNT = 3;
    private static final int ONE_CONTAINER = 8;
    private static final int PLENTY = 4096;
    /** More than there can be with plenty, so that the report tells what is needed to the last instance. */
    private static final int FAR_TOO_MANY = 1000;

    private Host host;

    /** Plenty from now on; the last lab puts back what the machine had. */
    @BeforeEach
    void open() {
        host = Host.local();
        set(PLENTY);
    }

    @AfterEach
    void putBack() {
        host.readiness().undo();
        set(PLENTY);
        Setup.remove(host, names());
        host.close();
    }

    private static String[] names() {
        return IntStream.range(0, COUNT).mapToObj(i -> "lt-ready" + i).toArray(String[]::new);
    }

    private static List<ContainerSpec> specs(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i ->
                        ContainerSpec.named(names()[i]).image(Setup.image()).build())
                .toList();
    }

    private static void set(long limit) {
        try {
            Files.writeString(INSTANCES, Long.toString(limit));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel hands such a file out in one read or not at all, and the JDK's own methods begin with a byte. */
    private static String limit() {
        return Command.run("cat", INSTANCES.toString());
    }

    private ReadinessCheck check(int containers) {
        return host.readiness().forContainers(containers).checks().stream()
                .filter(check -> check.subject().equals(SUBJECT))
                .findFirst()
                .orElseThrow();
    }

    private long neededFor(int containers) {
        ReadinessCheck check = check(FAR_TOO_MANY);
        assertThat(check.level()).isEqualTo(Level.ERROR);
        return Long.parseLong(check.needed()) - (long) ONE_CONTAINER * (FAR_TOO_MANY - containers);
    }

    private void assertAllWell(List<ContainerSpec> specs) {
        host.awaitAllReady(specs.stream().map(ContainerSpec::machine).toList(), Duration.ofMinutes(2));
        for (ContainerSpec spec : specs) {
            ExecResult failed = host.container(spec.machine())
                    .exec("systemctl", "list-units", "--failed", "--plain", "--no-legend");
            assertThat(failed.stdout()).isEmpty();
        }
    }

    /** Without any instance an init gives up, with one or two it comes up and some of its units do not. */
    private boolean goesWell(List<ContainerSpec> specs) {
        try {
            host.deployAll(specs, progress -> {});
        } catch (DeployException e) {
            return false;
        }
        return specs.stream()
                .map(spec -> host.container(spec.machine())
                        .exec("systemctl", "list-units", "--failed", "--plain", "--no-legend"))
                .allMatch(failed -> failed.ok() && failed.stdout().isBlank());
    }

    @Test
    void atTheLimitTheyRun() {
        set(neededFor(COUNT));
        assertThat(check(COUNT).level()).isNotEqualTo(Level.ERROR);

        host.deployAll(specs(0, COUNT), progress -> {});

        assertAllWell(specs(0, COUNT));
        assertThat(check(COUNT).level()).isNotEqualTo(Level.ERROR);
    }

    @Test
    void oneStepBelowTheyFail() {
        set(neededFor(COUNT - 1));
        host.deployAll(specs(0, COUNT - 1), progress -> {});
        assertAllWell(specs(0, COUNT - 1));
        // Some systemds take an instance less than others: what they left is not the next one's.
        set(neededFor(COUNT) - ONE_CONTAINER);
        assertThat(check(COUNT).level()).isEqualTo(Level.ERROR);
        assertThat(check(COUNT - 1).level()).isNotEqualTo(Level.ERROR);

        assertThat(goesWell(specs(COUNT - 1, COUNT))).isFalse();

        Setup.remove(host, names()[COUNT - 1]);
        host.readiness().forContainers(COUNT).fix();
        host.readiness().forContainers(COUNT).requireOk();
        host.deployAll(specs(COUNT - 1, COUNT), progress -> {});
        assertAllWell(specs(0, COUNT));
    }

    /** The boot of a lab keeps the kernel, so systemd's own program is asked to do what it does at each. */
    @Test
    void theFixHoldsAtEachBootAndIsTakenBack() {
        long low = neededFor(1) - ONE_CONTAINER;
        set(low);
        List<String> done = host.readiness().forContainers(COUNT).fix();
        assertThat(done).anyMatch(change -> change.startsWith("raise " + SUBJECT + " from " + low + " to "));
        String raised = limit();
        set(low);

        // The lab may not set the other settings that a systemd brings.
        Command.run("/usr/lib/systemd/systemd-sysctl", SYSCTL.toString());

        assertThat(limit()).isEqualTo(raised);
        assertThat(host.readiness().undo()).anyMatch(change -> change.endsWith(" back to " + low));
        assertThat(limit()).isEqualTo(low + "\n");
        assertThat(SYSCTL).doesNotExist();
    }

    /** Every other line of the report is about this host as it is. */
    @Test
    void aLabIsReadyForAFew() {
        assertThat(host.readiness().forContainers(COUNT).findings()).isEmpty();
        assertThat(host.readiness().forContainers(COUNT).checks())
                .extracting(ReadinessCheck::subject)
                .contains("kernel", "btrfs", "user namespaces", "pool", "pool metadata room", "machines.target");
        assertThat(host.readiness().forContainers(100_000).findings())
                .extracting(Finding::subject)
                .contains("pool room", SUBJECT);
    }
}
