package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.nspawn.deploy.Plan;
import io.nspawn.deploy.SpecChange;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.DeployException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolState.Backing;
import io.nspawn.model.PoolUsage;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a pool is asked for, decided the same on every host. */
class PoolTest {
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final PoolState EMPTY = new PoolState.Empty(POOL, Size.parse("10G"));

    @RegisterExtension
    static final FakeHost HOST = Sample.host();

    private static PoolState.Ready ready() {
        return (PoolState.Ready) HOST.pool().state();
    }

    @Test
    void aHostWithoutAPoolGetsOneAndIsDeployedTo() {
        HOST.replacePool(EMPTY);
        assertThatThrownBy(() -> HOST.plan(Sample.spec(1)))
                .isInstanceOf(HostNotReadyException.class)
                .hasMessageContaining("ensureLoopback");
        assertThatThrownBy(() -> HOST.pool().usage()).isInstanceOf(HostNotReadyException.class);

        PoolState.Ready pool = HOST.pool().ensureLoopback(Size.parse("4G"));
        HOST.addImage(Sample.IMAGE);
        HOST.deploy(Sample.spec(1));

        assertThat(pool.size()).isEqualTo(Size.parse("4G"));
        assertThat(HOST.pool().ensureLoopback(Size.parse("4G")).filesystem()).isEqualTo(pool.filesystem());
    }

    static Stream<PoolState> obstacles() {
        return Stream.of(
                new PoolState.Populated(POOL, List.of("precious")),
                new PoolState.Mounted(POOL, "ext4", "/dev/sdb1"),
                new PoolState.Obstructed(POOL, "a link to /srv"));
    }

    @ParameterizedTest
    @MethodSource("obstacles")
    void whatIsThereIsNeverReplaced(PoolState obstacle) {
        HOST.replacePool(obstacle);
        assertThatThrownBy(() -> HOST.pool().ensureLoopback(Size.parse("4G")))
                .isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> HOST.pool().ensureDevice(Path.of("/dev/sdz")))
                .isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> HOST.pool().grow(Size.parse("4G"))).isInstanceOf(AlreadyExistsException.class);
        assertThat(HOST.pool().state()).isEqualTo(obstacle);
    }

    @Test
    void aSizeThatCannotBeIsRefused() {
        HOST.replacePool(EMPTY);
        assertThatThrownBy(() -> HOST.pool().ensureLoopback(Size.parse("108M")))
                .isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> HOST.pool().ensureLoopback(Size.ofBytes((10L << 30) + 4096)))
                .isInstanceOf(NoSpaceException.class);
        assertThat(HOST.pool().state()).isEqualTo(EMPTY);

        // A part of a sector could never be reached, and would have the pool grown at each run.
        assertThat(HOST.pool().ensureLoopback(Size.ofBytes((10L << 30) + 4095)).size())
                .isEqualTo(Size.parse("10G"));
    }

    @Test
    void aFullPoolGrowsAndTakesWhatDidNotFit() {
        HOST.setPoolSize(Size.ofBytes(HOST.images().space().used()));
        assertThatThrownBy(() -> HOST.deploy(Sample.spec(1))).isInstanceOf(NoSpaceException.class);

        assertThat(HOST.pool().grow(Size.parse("1G")).size()).isEqualTo(Size.parse("1G"));
        HOST.deploy(Sample.spec(1));

        assertThat(HOST.pool().grow(Size.parse("512M")).size()).isEqualTo(Size.parse("1G"));
        assertThat(HOST.pool().ensureLoopback(Size.parse("512M")).size()).isEqualTo(Size.parse("1G"));
        assertThat(HOST.pool().ensureLoopback(Size.parse("2G")).size()).isEqualTo(Size.parse("2G"));
    }

    @Test
    void aPoolOnADeviceIsKept() {
        HOST.replacePool(EMPTY);
        Path device = Path.of("/dev/vg/machines");
        HOST.pool().ensureDevice(device);

        assertThat(ready().backing()).isEqualTo(new Backing.BlockDevice(device));
        assertThat(HOST.pool().ensureLoopback(Size.parse("128G"))).isEqualTo(ready());
        assertThatThrownBy(() -> HOST.pool().ensureDevice(Path.of("/dev/sdz")))
                .isInstanceOf(AlreadyExistsException.class);
    }

    @Test
    void aDirectoryOfAnotherBtrfsIsNotGrown() {
        PoolState.Ready was = ready();
        HOST.replacePool(new PoolState.Ready(
                POOL, was.filesystem(), new Backing.Directory(), Size.parse("10G"), Size.parse("10G")));
        assertThatThrownBy(() -> HOST.pool().grow(Size.parse("20G"))).isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> HOST.pool().growToBacking()).isInstanceOf(UnsupportedException.class);
    }

    @Test
    void aLimitIsOneContainersAndGoesWithIt() {
        HOST.deploy(Sample.spec(1));
        HOST.deploy(Sample.spec(2));
        MachineName first = Sample.spec(1).machine();
        MachineName second = Sample.spec(2).machine();
        assertThatThrownBy(() -> HOST.pool().limit(first, Size.parse("1G"))).isInstanceOf(UnsupportedException.class);
        HOST.pool().enableSimpleQuotas();
        assertThat(HOST.pool().quotaMode()).isEqualTo(QuotaMode.SIMPLE);
        assertThatThrownBy(() -> HOST.pool().limit(MachineName.of("none"), Size.parse("1G")))
                .isInstanceOf(NotFoundException.class);

        HOST.pool().limit(first, Size.parse("1G"));

        assertThat(HOST.pool().limitOf(first)).contains(Size.parse("1G"));
        assertThat(HOST.pool().limitOf(second)).isEmpty();
        HOST.removeAll(List.of(first), progress -> {});
        HOST.deploy(Sample.spec(1));
        assertThat(HOST.pool().limitOf(first)).isEmpty();
    }

    @Test
    void usageNamesEveryRoot() {
        HOST.deploy(Sample.spec(1));

        assertThat(HOST.pool().usage())
                .extracting(PoolUsage::root)
                .containsExactly(Sample.IMAGE, Sample.spec(1).machine().value());
        assertThat(HOST.pool().usage(Sample.IMAGE).content().total()).isPositive();
        assertThatThrownBy(() -> HOST.pool().usage("none")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void whatIsMadeAndGrownCanFail() {
        HOST.replacePool(EMPTY);
        HOST.faults().once(Operation.MAKE_POOL, Fault.noSpace());
        assertThatThrownBy(() -> HOST.pool().ensureLoopback(Size.parse("4G"))).isInstanceOf(NspawnException.class);
        assertThat(HOST.pool().state()).isEqualTo(EMPTY);
        HOST.pool().ensureLoopback(Size.parse("4G"));
        HOST.faults().once(Operation.GROW_POOL, Fault.noSpace());
        assertThatThrownBy(() -> HOST.pool().grow(Size.parse("8G"))).isInstanceOf(NoSpaceException.class);
        assertThat(ready().size()).isEqualTo(Size.parse("4G"));
    }

    @Test
    void onlyOneMakesAPoolAtATime() {
        HOST.holdLock("/run/nspawn/pool.lock");
        assertThatThrownBy(() -> HOST.pool().ensureLoopback(Size.parse("4G"))).isInstanceOf(BusyException.class);
    }

    @Test
    void aSpecLimitsWhatItsContainerWrites() {
        ContainerSpec limited =
                Sample.builder(1).limits(limits -> limits.disk("2G")).build();
        assertThatThrownBy(() -> HOST.plan(limited))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("enableSimpleQuotas");
        HOST.pool().enableSimpleQuotas();

        HOST.deploy(limited);

        assertThat(HOST.pool().limitOf(limited.machine())).contains(Size.parse("2G"));
        assertThat(HOST.deployAll(List.of(limited), progress -> {}).changed()).isZero();
    }

    @Test
    void aLimitThatWasChangedIsPutBackWhenALaterStepFails() {
        HOST.pool().enableSimpleQuotas();
        ContainerSpec small =
                Sample.builder(1).limits(limits -> limits.disk("2G")).build();
        HOST.deploy(small);
        ContainerSpec large = Sample.builder(1)
                .limits(limits -> limits.disk("4G").memory("1G"))
                .build();
        HOST.faults().once(Operation.WRITE_FILES, Fault.noSpace());

        assertThatThrownBy(() -> HOST.deploy(large)).isInstanceOf(DeployException.class);

        assertThat(HOST.pool().limitOf(small.machine())).contains(Size.parse("2G"));
        HOST.deploy(large);
        assertThat(HOST.pool().limitOf(small.machine())).contains(Size.parse("4G"));
    }

    @Test
    void aLimitOfOneThatRunsIsChangedLive() {
        HOST.pool().enableSimpleQuotas();
        HOST.deploy(limited("2G"));

        Plan plan = HOST.plan(limited("4G"));

        assertThat(plan.toString()).contains("~ limit what it writes to 4.0G (was 2.0G)");
        assertThat(plan.changes())
                .extracting(SpecChange::kind, SpecChange::line, SpecChange::waits)
                .containsExactly(
                        tuple(SpecChange.Kind.LIVE, "-disk limit 2.0G", false),
                        tuple(SpecChange.Kind.LIVE, "+disk limit 4.0G", false));
        HOST.deploy(limited("4G"));
        assertThat(HOST.plan(limited("4G")).changesNothing()).isTrue();
        assertThat(HOST.plan(limited("4G")).changes()).isEmpty();
    }

    @Test
    void aNewRootHasTheLimitOfItsSpecOrElseTheOldOnes() {
        HOST.addImage("debian-13");
        ContainerSpec none = Sample.builder(1).build();
        MachineName machine = none.machine();
        assertThatThrownBy(() -> HOST.upgrade(limited("2G"), "debian-13")).isInstanceOf(NotFoundException.class);
        HOST.deploy(none);
        assertThatThrownBy(() -> HOST.upgrade(limited("2G"), "debian-13"))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("enableSimpleQuotas");
        HOST.pool().enableSimpleQuotas();

        HOST.upgrade(limited("2G"), "debian-13");
        assertThat(HOST.pool().limitOf(machine)).contains(Size.parse("2G"));
        HOST.pool().limit(machine, Size.parse("3G"));
        HOST.upgrade(none, "debian-13");
        assertThat(HOST.pool().limitOf(machine)).contains(Size.parse("3G"));
        HOST.upgrade(limited("1G"), "debian-13");
        assertThat(HOST.pool().limitOf(machine)).contains(Size.parse("1G"));
    }

    @Test
    void oneThatIsAdoptedGetsTheLimitOfItsSpec() {
        ContainerSpec spec = limited("2G");
        HOST.addForeignRoot(spec.machine().value());
        assertThatThrownBy(() -> HOST.adopt(spec)).isInstanceOf(InvalidSpecException.class);
        HOST.pool().enableSimpleQuotas();

        HOST.adopt(spec);

        assertThat(HOST.pool().limitOf(spec.machine())).contains(Size.parse("2G"));
        assertThat(HOST.planAdoption(spec).changesNothing()).isTrue();
    }

    private static ContainerSpec limited(String most) {
        return Sample.builder(1).limits(limits -> limits.disk(most)).build();
    }
}
