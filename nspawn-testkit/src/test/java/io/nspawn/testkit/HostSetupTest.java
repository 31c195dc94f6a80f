package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.host.HostSetup;
import io.nspawn.host.ImageRecipe;
import io.nspawn.host.Topology;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.PoolState;
import io.nspawn.model.Size;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One value makes a bare host ready, and says before what it will do. */
class HostSetupTest {
    private static final String NETWORKD = "systemd-networkd.service";
    private static final String WANTS = "/etc/systemd/system/multi-user.target.wants/";

    @RegisterExtension
    static final FakeHost HOST = Sample.host();

    private static final HostSetup SETUP = HostSetup.forContainers(32)
            .loopback(Size.parse("8G"))
            .simpleQuotas()
            .image("debian-13", HostSetupTest::archive)
            .recipe(ImageRecipe.leanOf("debian-13"))
            .topology(Topology.compatible(Map.of("br-new", "172.29.4.1/22")))
            .build();

    private static InputStream archive() {
        return new ByteArrayInputStream(new byte[1024]);
    }

    @BeforeEach
    void bare() {
        HOST.replacePool(new PoolState.Empty(Path.of("/var/lib/machines"), Size.parse("10G")));
        HOST.deleteFile(WANTS + NETWORKD);
    }

    @Test
    void aBareHostIsMadeReadyAndASecondTimeNothingIsDone() {
        String before = HOST.dump();
        List<String> plan = HOST.planSetUp(SETUP);
        assertThat(HOST.changesSince(before)).isEmpty();
        assertThat(plan)
                .anyMatch(change -> change.startsWith("raise fs.inotify.max_user_instances"))
                .anyMatch(change -> change.startsWith("make a pool"))
                .contains(
                        "enable simple quotas",
                        "import image debian-13",
                        "prepare image debian-13-lean",
                        "make bridge br-new",
                        "enable " + NETWORKD);

        List<String> told = new ArrayList<>();
        List<String> changes = HOST.setUp(SETUP, told::add);

        assertThat(told).isEqualTo(changes).isEqualTo(plan);
        HOST.readiness().forContainers(32).requireOk();
        assertThat(HOST.images().find("debian-13")).isPresent();
        assertThat(HOST.readFile("/etc/systemd/network/10-nspawn-br-new.netdev"))
                .isPresent();
        assertThat(HOST.planSetUp(SETUP)).isEmpty();
        assertThat(HOST.setUp(SETUP, told::add)).isEmpty();
    }

    @Test
    void whatNoSetupCuresIsSaidBeforeAnythingIsChanged() {
        HOST.addFile("/proc/sys/kernel/osrelease", "5.4.0\n");
        HOST.deleteFile("/etc/machine-id");
        String before = HOST.dump();

        assertThatThrownBy(() -> HOST.setUp(SETUP, change -> {}))
                .isInstanceOfSatisfying(
                        HostNotReadyException.class,
                        e -> assertThat(e.findings()).hasSize(2))
                .hasMessageContaining("kernel")
                .hasMessageContaining("machine-id");

        assertThat(HOST.changesSince(before)).isEmpty();
    }

    @Test
    void aPlaceWithSomethingInItIsRefused() {
        HOST.replacePool(new PoolState.Populated(Path.of("/var/lib/machines"), List.of("theirs")));
        String before = HOST.dump();

        assertThatThrownBy(() -> HOST.setUp(SETUP, change -> {}))
                .isInstanceOf(HostNotReadyException.class)
                .hasMessageContaining("theirs");

        assertThat(HOST.changesSince(before)).isEmpty();
    }

    /** The networkd of systemd 252 gives no carrier to a bridge without ports. */
    @Test
    void aTopologyThatCannotLastIsRefusedBeforeAnythingIsChanged() {
        HostSetup setup = HostSetup.forContainers(32)
                .loopback(Size.parse("8G"))
                .topology(Topology.builder().bridge("br-new", "172.29.4.1/22").build())
                .build();
        String before = HOST.dump();

        assertThatThrownBy(() -> HOST.planSetUp(setup)).isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> HOST.setUp(setup, change -> {}))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("throughVeth()");

        assertThat(HOST.changesSince(before)).isEmpty();
    }

    @Test
    void aLargerPoolIsPlannedAndMade() {
        HOST.setUp(SETUP, change -> {});
        HostSetup larger =
                HostSetup.forContainers(32).loopback(Size.parse("9G")).build();
        List<String> plan = HOST.planSetUp(larger);

        assertThat(plan).containsExactly("grow the pool from 8.0G to 9.0G");
        assertThat(HOST.setUp(larger, change -> {})).isEqualTo(plan);
        assertThat(HOST.planSetUp(larger)).isEmpty();
        assertThat(HOST.planSetUp(SETUP)).isEmpty();
    }

    @Test
    void networkdThatIsEnabledAndDoesNotRunIsStarted() {
        HOST.setUp(SETUP, change -> {});
        HOST.networkd(false);

        assertThat(HOST.planSetUp(SETUP)).containsExactly("enable " + NETWORKD);
        assertThat(HOST.setUp(SETUP, change -> {})).containsExactly("enable " + NETWORKD);
        assertThat(HOST.planSetUp(SETUP)).isEmpty();
    }

    @Test
    void networksComeBackAfterAReboot() {
        HOST.setUp(SETUP, change -> {});

        HOST.crash();

        assertThat(HOST.planSetUp(SETUP)).isEmpty();
    }

    @Test
    void noContainersNeedNoSetup() {
        assertThatThrownBy(() -> HostSetup.forContainers(0).build()).isInstanceOf(IllegalArgumentException.class);
    }
}
