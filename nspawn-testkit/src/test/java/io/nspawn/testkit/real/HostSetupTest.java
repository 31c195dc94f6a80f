package io.nspawn.testkit.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Host;
import io.nspawn.Image;
import io.nspawn.host.HostSetup;
import io.nspawn.host.ImageRecipe;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerState;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PoolState;
import io.nspawn.model.Size;
import io.nspawn.testkit.lab.LabTest;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host without pool, image or network carries containers after one value was applied, whatever happened meanwhile. */
@LabTest({"bookworm", "trixie"})
class HostSetupTest {
    /** Where the lab's own pool is meanwhile. */
    private static final Path ASIDE = Path.of("/mnt");

    private static final String PLENTY = "4096";
    private static final Path INSTANCES = Path.of("/proc/sys/fs/inotify/max_user_instances");
    private static final List<String> UNITS = List.of("machines.target", "systemd-networkd.service");

    private Set<String> before = Set.of();
    private List<String> disabled = List.of();
    private PoolScratch scratch;
    private Host host;

    @BeforeEach
    void uncover() throws IOException {
        // The bound is the machine's, and others live by it: what raises it is tried where that is what is tried.
        Files.writeString(INSTANCES, PLENTY);
        before = HostState.now();
        disabled = UNITS.stream()
                .filter(unit -> Command.result("systemctl", "is-enabled", "--quiet", unit)
                                .status()
                        != 0)
                .toList();
        scratch = new PoolScratch();
        host = Host.local();
    }

    @AfterEach
    void cover() {
        try (PoolScratch covered = scratch;
                Host used = host) {
            if (used.pool().state() instanceof PoolState.Ready) {
                Setup.remove(used, machines());
            }
            used.network().remove(setup().topology());
            used.readiness().undo();
        }
        disabled.forEach(unit -> Command.result("systemctl", "disable", unit));
        Command.result("systemctl", "stop", "systemd-networkd.socket", "systemd-networkd.service");
        assertThat(HostState.changesSince(before)).isEmpty();
    }

    private static String[] machines() {
        return BareHost.machines(Setup.image()).stream()
                .map(machine -> machine.value())
                .toArray(String[]::new);
    }

    private static Path root() {
        return ASIDE.resolve(Setup.image());
    }

    private static HostSetup setup() {
        return BareHost.setup(Setup.image(), () -> BareHost.archiveOf(root()));
    }

    @Test
    void oneValueMakesABareHostCarryContainers() {
        List<String> traces = traces();
        List<String> plan = host.planSetUp(setup());
        assertThat(traces()).isEqualTo(traces);
        assertThat(plan)
                .anyMatch(change -> change.startsWith("make a pool"))
                .contains("import image " + Setup.image(), "make bridge " + BareHost.BRIDGE);

        List<String> told = new ArrayList<>();
        List<String> changes = host.setUp(setup(), told::add);

        assertThat(told).isEqualTo(changes);
        assertThat(changes).contains("prepare image " + Setup.image() + "-lean");
        host.deployAll(BareHost.specs(Setup.image()), progress -> {});
        BareHost.awaitAll(host, Setup.image());
        assertThat(host.statuses(BareHost.machines(Setup.image())))
                .hasSize(3)
                .extracting(ContainerStatus::state)
                .containsOnly(ContainerState.READY);
        List<String> done = traces();
        assertThat(host.planSetUp(setup())).isEmpty();
        assertThat(host.setUp(setup(), told::add)).isEmpty();
        assertThat(traces()).isEqualTo(done);
    }

    @Test
    void anArchiveThatFailsLeavesNoImageAndTheNextRunGoesOn() {
        assertThatThrownBy(() -> host.setUp(BareHost.setup(Setup.image(), HostSetupTest::broken), change -> {}))
                .isInstanceOf(NspawnException.class)
                .hasMessageContaining(Setup.image());

        assertThat(entries()).isEmpty();
        assertThat(Path.of("/sys/class/net", BareHost.BRIDGE)).doesNotExist();
        assertDoneByTheNext();
    }

    @Test
    void aRecipeThatFailsLeavesTheImageAndNoPartOfItsOwn() {
        ImageRecipe failing = ImageRecipe.leanOf(Setup.image()).command("/bin/false");

        assertThatThrownBy(() -> host.setUp(
                        BareHost.setup(Setup.image(), () -> BareHost.archiveOf(root()), failing), change -> {}))
                .isInstanceOf(NspawnException.class)
                .hasMessageContaining("/bin/false");

        assertThat(entries()).containsExactly(Setup.image());
        assertThat(Path.of("/sys/class/net", BareHost.BRIDGE)).doesNotExist();
        assertDoneByTheNext();
    }

    @Test
    void oneThatWasKilledIsDoneByTheNext() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Command.java(SetupMain.class, "endless", Setup.image(), root().toString()))
                .redirectErrorStream(true)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            StringBuilder said = new StringBuilder();
            for (String line = output.readLine(); !EngineMain.HERE.equals(line); line = output.readLine()) {
                assertThat(line).as("it said %s", said).isNotNull();
                said.append(line).append('\n');
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(host.images().list()).isEmpty();
        assertThat(Command.run("machinectl", "list-images", "--no-legend")).isBlank();

        assertDoneByTheNext();
    }

    /** The pool is whole, so that it is not made again. */
    private void assertDoneByTheNext() {
        assertThat(host.setUp(setup(), change -> {}))
                .noneMatch(change -> change.startsWith("make a pool"))
                .contains("prepare image " + Setup.image() + "-lean", "make bridge " + BareHost.BRIDGE);

        assertThat(host.planSetUp(setup())).isEmpty();
        assertThat(host.images().find(Setup.image() + "-lean")).get().matches(Image::sealed);
        assertThat(entries()).containsExactlyInAnyOrder(Setup.image(), Setup.image() + "-lean");
    }

    @Test
    void whatCannotWorkHereIsRefusedBeforeAnythingIsTouched() {
        List<String> traces = traces();
        HostSetup overlapping = HostSetup.forContainers(3)
                .loopback(Size.parse("2G"))
                .topology(Topology.builder()
                        .bridge("br-bare", s -> s.host("172.30.4.1/24").throughVeth())
                        .bridge("br-more", s -> s.host("172.30.4.129/25").throughVeth())
                        .build())
                .build();
        assertThatThrownBy(() -> host.setUp(overlapping, change -> {}))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("overlaps with 172.30.4.0/24 on br-bare")
                .hasMessageContaining("no address in common");
        assertThat(traces()).isEqualTo(traces);

        Command.run("mkdir", PoolScratch.POOL.resolve("precious").toString());
        List<String> populated = traces();
        assertThatThrownBy(() -> host.setUp(setup(), change -> {}))
                .isInstanceOf(HostNotReadyException.class)
                .hasMessageContaining("precious");
        assertThat(traces()).isEqualTo(populated);
    }

    private static InputStream broken() {
        return new FilterInputStream(BareHost.archiveOf(root())) {
            private int left = 16 << 20;

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (left <= 0) {
                    throw new IOException("the server hung up");
                }
                int count = super.read(buffer, offset, Math.min(length, left));
                left -= count;
                return count;
            }
        };
    }

    /** What is in the pool, hidden or not, but for locks. */
    private static List<String> entries() {
        return Command.run("ls", "-A", PoolScratch.POOL.toString())
                .lines()
                .filter(name -> !name.endsWith(".lck"))
                .toList();
    }

    /** All that a setup can change. */
    private static List<String> traces() {
        List<String> traces = new ArrayList<>();
        for (String directory : List.of("/etc/systemd", "/etc/sysctl.d", "/run/systemd/network")) {
            traces.addAll(Command.result("find", directory, "-printf", "%p %y %l %s %C@\\n")
                    .output()
                    .lines()
                    .sorted()
                    .toList());
        }
        traces.addAll(Command.run("ls", "-A", PoolScratch.POOL.toString(), "/var/lib")
                .lines()
                .toList());
        traces.add(Command.run("findmnt", "--noheadings", "--list", "--output", "TARGET,SOURCE"));
        traces.add(Command.run("ip", "-br", "address"));
        traces.add(Command.run("cat", INSTANCES.toString()));
        traces.add(Command.run("systemctl", "list-units", "--plain", "--no-legend", "systemd-networkd*", "machines*"));
        return traces;
    }
}
