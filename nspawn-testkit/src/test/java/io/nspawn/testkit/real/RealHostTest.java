package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.nspawn.Container;
import io.nspawn.Host;
import io.nspawn.Image;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.ContainerStatus.Interface;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.ExecResult;
import io.nspawn.model.NotFoundException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.NspawnMacs;
import io.nspawn.net.NspawnNames;
import io.nspawn.net.Prefix;
import io.nspawn.testkit.lab.Lab;
import io.nspawn.testkit.lab.LabTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two booted containers with two macvlans each, seen and used in every way. */
@LabTest({"bookworm", "trixie"})
class RealHostTest {
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Path JOURNALS = Path.of("/var/log/journal");
    private static final Path POOL = Path.of("/var/lib/machines");

    private static Optional<Host> opened = Optional.empty();
    private static boolean madeJournals;

    @BeforeAll
    static void deploy() throws IOException {
        madeJournals = !Files.exists(JOURNALS);
        Files.createDirectories(JOURNALS);
        Host host = Host.local();
        opened = Optional.of(host);
        host.network().apply(Setup.TOPOLOGY);
        host.deployAll(specs(), progress -> {});
    }

    @AfterAll
    static void remove() throws IOException {
        Setup.remove(host(), "lt_one", "lt-two");
        host().network().remove(Setup.TOPOLOGY);
        host().close();
        if (madeJournals) {
            Files.deleteIfExists(JOURNALS);
        }
    }

    private static List<ContainerSpec> specs() {
        return List.of(
                Setup.booted("lt_one", 11).build(),
                Setup.booted("lt-two", 12).persistentJournal().build());
    }

    private static Host host() {
        return opened.orElseThrow();
    }

    private static Container one() {
        return host().container("lt_one");
    }

    private static Container two() {
        return host().container("lt-two");
    }

    @Test
    void theHostIsTheOneBelow() {
        assertThat(host().systemdVersion().major()).isEqualTo(Lab.release().systemd());
        assertThat(host().images().list())
                .extracting(image -> image.name().value())
                .containsExactly(Setup.image());
        assertThat(host().images().find(Setup.image())).get().matches(Image::sealed);
        assertThat(host().images().find("lt-one")).get().matches(image -> !image.sealed());
        assertThat(host().containers()).extracting(c -> c.name().value()).containsExactly("lt-one", "lt-two");
    }

    @Test
    void statusTellsWhatRuns() {
        Instant now = Instant.now();

        ContainerStatus status = one().awaitReady(READY);

        assertThat(status.state()).isEqualTo(ContainerState.READY);
        assertThat(status.leader().orElseThrow()).isGreaterThan(1);
        assertThat(status.since()).get().matches(since -> since.isBefore(now.plusSeconds(1)));
        assertThat(status.memoryBytes().orElseThrow()).isGreaterThan(1 << 20);
        assertThat(status.tasks().orElseThrow()).isGreaterThan(3);
        assertThat(status.cpu().isPresent()).isEqualTo(isAccounted("CPUUsageNSec"));
        assertThat(status.cpu().orElse(Duration.ofSeconds(1)).toMillis()).isGreaterThan(10);
    }

    /** A cgroup v1 host that mounts cpuacct apart from cpu has no CPU time of units. */
    private static boolean isAccounted(String property) {
        return !Command.run("systemctl", "show", "--value", "--property=" + property, "systemd-nspawn@lt-one.service")
                .strip()
                .equals("[not set]");
    }

    @Test
    void interfacesAreThePredictedOnes() throws IOException {
        String machineId = Files.readString(Path.of("/etc/machine-id"));
        for (ContainerSpec spec : specs()) {
            ContainerStatus status = host().container(spec.machine()).awaitReady(READY);
            NspawnMacs macs = new NspawnMacs(machineId, spec.machine().value());

            assertThat(status.interfaces())
                    .filteredOn(i -> i.name().value().startsWith("mv"))
                    .extracting(Interface::name, i -> i.mac().orElseThrow(), Interface::up)
                    .containsExactlyInAnyOrder(
                            tuple(inside(0), macs.macvlan(0), true), tuple(inside(1), macs.macvlan(1), true));
            assertThat(status.addresses())
                    .containsAll(spec.nics().stream()
                            .flatMap(nic -> nic.addresses().stream())
                            .toList());
        }
    }

    private static InterfaceName inside(int bridge) {
        return NspawnNames.HASHED.macvlan(InterfaceName.of(Setup.BRIDGES.get(bridge)));
    }

    @Test
    void containersAndTheHostReachEachOther() {
        one().awaitReady(READY);
        two().awaitReady(READY);

        assertThat(one().exec("ping", "-c1", "-W5", "10.77.0.12").exitCode()).isZero();
        assertThat(two().exec("ping", "-c1", "-W5", "fd77::11").exitCode()).isZero();
        assertThat(one().exec("ping", "-c1", "-W5", "10.77.0.1").exitCode()).isZero();
        assertThat(Command.result("ping", "-c1", "-W5", "10.77.0.12").status()).isZero();
    }

    @Test
    void execKeepsTheExitCodeAndTheTwoOutputsApart() {
        ExecResult result = one().exec("/bin/sh", "-c", "echo out; echo err >&2; exit 7");

        assertThat(result.exitCode()).isEqualTo(7);
        assertThat(result.stdout()).isEqualTo("out\n");
        assertThat(result.stderr()).isEqualTo("err\n");
        assertThat(one().exec("/bin/true").ok()).isTrue();
        assertThat(one().exec("/bin/sh", "-c", "exit 255").exitCode()).isEqualTo(255);
    }

    @Test
    void execPassesArgumentsAsTheyAre() {
        List<String> words = List.of(
                "$HOME",
                "${HOME}",
                "$$",
                "%i",
                "%%",
                "a b",
                " lead",
                "'",
                "\"",
                "\\n",
                "two\nlines",
                "*",
                "",
                "-c",
                "ä");
        String[] command = new String[words.size() + 2];
        command[0] = "/usr/bin/printf";
        command[1] = "<%s>";
        for (int i = 0; i < words.size(); i++) {
            command[i + 2] = words.get(i);
        }

        ExecResult result = one().exec(command);

        assertThat(result.stderr()).isEmpty();
        assertThat(result.stdout()).isEqualTo("<" + String.join("><", words) + ">");
    }

    @Test
    void execReadsOutputsLargerThanAPipe() {
        ExecResult result = one().exec("/bin/sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x; echo end >&2");

        assertThat(result.stdout()).hasSize(300_000);
        assertThat(result.stderr()).isEqualTo("end\n");
    }

    @Test
    void execRunsAsRootInTheContainersOwnGroup() {
        assertThat(one().exec("id", "-u").stdout()).isEqualTo("0\n");
        assertThat(one().exec("cat", "/proc/self/cgroup").stdout()).doesNotContain("/../");
    }

    @Test
    void execOfNoSuchProgramFails() {
        ExecResult result = one().exec("/no/such/program");

        assertThat(result.exitCode()).isEqualTo(203);
    }

    @Test
    void aDeadlineKillsTheCommandInside() {
        String seconds = "98765";

        assertThatThrownBy(() -> one().exec(Duration.ofMillis(700), "/bin/sleep", seconds))
                .isInstanceOf(DeadlineExceededException.class);

        assertThat(one().exec("/bin/sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
                        .stdout())
                .contains("systemd")
                .doesNotContain("sleep " + seconds);
        assertThat(Command.run("ps", "-eo", "args")).doesNotContain("sleep " + seconds);
    }

    @Test
    void eachHasAnIdentityOfItsOwn() throws IOException {
        String first = one().exec("cat", "/etc/machine-id").stdout().strip();
        String second = two().exec("cat", "/etc/machine-id").stdout().strip();

        assertThat(first).matches("[0-9a-f]{32}").isNotEqualTo(second);
        assertThat(second).matches("[0-9a-f]{32}");
        assertThat(Files.readString(POOL.resolve(Setup.image()).resolve("etc/machine-id")))
                .doesNotContain(first)
                .doesNotContain(second);
        assertThat(Files.readString(Path.of("/etc/machine-id"))).doesNotContain(first);
        assertThat(one().exec("hostname").stdout()).isEqualTo("lt-one\n");
        assertThat(two().exec("hostname").stdout()).isEqualTo("lt-two\n");
    }

    @Test
    void theJournalIsLinkedToTheHostOnlyWhenAskedFor() {
        String first = one().exec("cat", "/etc/machine-id").stdout().strip();
        String second = two().exec("cat", "/etc/machine-id").stdout().strip();

        assertThat(JOURNALS.resolve(first)).doesNotExist();
        assertThat(POOL.resolve("lt-one/var/log/journal").resolve(first)).doesNotExist();
        assertThat(JOURNALS.resolve(second)).isSymbolicLink();
        assertThat(POOL.resolve("lt-two/var/log/journal").resolve(second)).isDirectory();
    }

    @Test
    void aSecondDeployChangesNothing() {
        assertThat(host().plan(specs()).changesNothing())
                .as("%s", host().plan(specs()))
                .isTrue();
        int before = one().status().leader().orElseThrow();

        assertThat(host().deployAll(specs(), progress -> {}).changed()).isZero();

        assertThat(one().status().leader().orElseThrow()).isEqualTo(before);
    }

    @Test
    void stoppedItKeepsItsFilesAndStartsAgain() {
        int before = two().awaitReady(READY).leader().orElseThrow();
        assertThat(two().exec("touch", "/root/kept").ok()).isTrue();

        two().stop();

        assertThat(two().status())
                .matches(s -> s.state() == ContainerState.STOPPED && s.leader().isEmpty());
        assertThat(two().status().interfaces()).isEmpty();
        assertThatThrownBy(() -> two().exec("true")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> two().awaitReady(READY)).isInstanceOf(NotFoundException.class);
        two().stop();

        two().start();

        assertThat(two().awaitReady(READY).leader().orElseThrow()).isNotEqualTo(before);
        assertThat(two().exec("test", "-e", "/root/kept").ok()).isTrue();
        two().start();
    }

    @Test
    void killedItIsFailedAndADeployBringsItBack() {
        Command.run("systemctl", "kill", "--signal=SIGKILL", "systemd-nspawn@lt-two.service");
        assertThat(Await.state(two(), ContainerState.FAILED).leader()).isEmpty();

        assertThat(host().deployAll(specs(), progress -> {}).changed()).isEqualTo(1);

        assertThat(two().awaitReady(READY).addresses()).contains(Prefix.parse("10.77.0.12/24"));
    }

    @Test
    void oneThatIsNotThereIsAbsent() {
        Container nobody = host().container("lt-nobody");

        assertThat(nobody.status().state()).isEqualTo(ContainerState.ABSENT);
        assertThat(host().removeAll(List.of(nobody.name()), progress -> {}).changed())
                .isZero();
        assertThatThrownBy(() -> nobody.exec("true")).isInstanceOf(NotFoundException.class);
    }
}
