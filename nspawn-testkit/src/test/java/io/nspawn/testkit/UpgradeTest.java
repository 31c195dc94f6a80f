package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeployException;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.ImageName;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NotFoundException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Upgrades to another image: that come up, that do not, and that are cut off in the middle. */
class UpgradeTest {
    private static final String NAME = "infra-node-0";
    private static final String NEW = "debian-13";
    private static final String MARK = "etc/new-image";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final FakeHost host = prepared();

    private static FakeHost prepared() {
        FakeHost host = Sample.host();
        deploy(host);
        return host;
    }

    private static void deploy(FakeHost host) {
        host.addImage(NEW);
        host.writeInRoot(NEW, MARK, "13");
        host.writeInRoot(NEW, "var/lib/mysql/seed", "of the image");
        host.deploy(spec());
        host.writeInRoot(NAME, "var/lib/mysql/table", "rows");
        host.writeInRoot(NAME, "var/lib/forgotten", "gone");
        host.writeInRoot(NAME, "etc/ssh/ssh_host_ed25519_key", "secret of this container");
        SnapshotTest.makeDurable(host.container(NAME));
        host.clock().advance(Duration.ofMinutes(1));
    }

    private static ContainerSpec spec() {
        return Sample.builder(0)
                .persistent("/var/lib/mysql", "/srv/never-there")
                .build();
    }

    private static void upgrade(FakeHost host) {
        host.upgrade(spec(), NEW, PATIENCE);
    }

    @Test
    void theNewRootKeepsIdentityAndWhatIsPersistent() {
        String id = host.readInRoot(NAME, "etc/machine-id").orElseThrow();
        var before = host.container(NAME).status().interfaces();

        Container container = host.upgrade(spec(), NEW);

        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
        assertThat(host.readInRoot(NAME, MARK)).contains("13");
        assertThat(host.readInRoot(NAME, "etc/machine-id")).contains(id);
        assertThat(host.readInRoot(NAME, "etc/hostname")).contains(NAME + "\n");
        assertThat(host.readInRoot(NAME, "etc/ssh/ssh_host_ed25519_key")).contains("secret of this container");
        assertThat(host.readInRoot(NAME, "var/lib/mysql/table")).contains("rows");
        assertThat(host.readInRoot(NAME, "var/lib/mysql/seed")).isEmpty();
        assertThat(host.readInRoot(NAME, "var/lib/forgotten")).isEmpty();
        host.clock().advance(Duration.ofMinutes(1));
        assertThat(container.status().interfaces()).isEqualTo(before);
        assertThat(host.dump()).doesNotContain(".#").doesNotContain("replacing");
        assertThat(host.plan(spec().withImage(ImageName.of(NEW))).changesNothing())
                .isTrue();
    }

    @Test
    void aRootThatDoesNotComeUpGoesBack() {
        String before = Sample.settled(host);
        host.failNextStart(NAME, "cannot find its init");

        assertThatThrownBy(() -> upgrade(host))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("cannot find its init")
                .hasMessageContaining("the old root runs again");
        assertThat(Sample.changes(host, before)).isEmpty();
        assertThat(host.container(NAME).status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void anImageThatIsNoOperatingSystemGoesBack() {
        host.deleteInRoot(NEW, "sbin/init").deleteInRoot(NEW, "usr/lib/systemd/systemd");
        String before = Sample.settled(host);

        assertThatThrownBy(() -> upgrade(host)).isInstanceOf(DeployException.class);
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void anImageWhoseNetworkDoesNotComeUpGoesBack() {
        host.deleteInRoot(NEW, "etc/systemd/system/multi-user.target.wants/systemd-networkd.service");
        String before = Sample.settled(host);

        assertThatThrownBy(() -> upgrade(host))
                .isInstanceOf(DeployException.class)
                .hasMessageContaining("addresses");
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void oneThatWasStoppedRunsAfterwardsAndIsStoppedAgainWhenItGoesBack() {
        host.container(NAME).stop();
        host.failNextStart(NAME, "broken");
        String before = Sample.settled(host);

        assertThatThrownBy(() -> upgrade(host)).isInstanceOf(DeployException.class);
        assertThat(Sample.changes(host, before)).isEmpty();

        upgrade(host);
        assertThat(host.container(NAME).status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void theOldRootIsKeptWhenAsked() {
        host.upgradeKeeping("before-13", spec(), NEW, PATIENCE);
        assertThat(host.readInRoot(NAME, MARK)).isPresent();

        host.container(NAME).rollback("before-13");

        assertThat(host.readInRoot(NAME, MARK)).isEmpty();
        assertThat(host.readInRoot(NAME, "var/lib/forgotten")).contains("gone");
        assertThat(host.plan(spec()).changesNothing()).isTrue();
    }

    @Test
    void theOldRootIsNotKeptWhenItGoesBack() {
        String before = Sample.settled(host);
        host.failNextStart(NAME, "broken");

        assertThatThrownBy(() -> host.upgradeKeeping("before-13", spec(), NEW, PATIENCE))
                .isInstanceOf(DeployException.class);
        assertThat(Sample.changes(host, before)).isEmpty();
    }

    @Test
    void aChangedSpecIsPartOfIt() {
        host.upgrade(Sample.builder(0).limits(l -> l.tasks(17)).build(), NEW, PATIENCE);

        assertThat(host.container(NAME).limits().tasks()).hasValue(17);
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        String before = host.dump();
        ContainerSpec bad = Sample.builder(0).bind("/not/there", "/x").build();

        assertThatThrownBy(() -> host.upgrade(bad, "no-such-image"))
                .isInstanceOfSatisfying(
                        InvalidSpecException.class,
                        e -> assertThat(e.findings())
                                .extracting(Finding::problem)
                                .anyMatch(p -> p.contains("no-such-image"))
                                .anyMatch(p -> p.contains("/not/there")));
        assertThatThrownBy(() -> host.upgrade(Sample.spec(1), NEW)).isInstanceOf(NotFoundException.class);
        host.addForeignRoot("infra-node-2");
        assertThatThrownBy(() -> host.upgrade(Sample.spec(2), NEW)).isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> Sample.builder(0).persistent("relative").build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sample.builder(0).persistent("/").build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Sample.builder(0).persistent("/var/../etc").build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(host.readInRoot(NAME, MARK)).isEmpty();
        assertThat(host.changesSince(before)).noneMatch(line -> line.contains(NAME));
    }

    @Test
    void aLinkInTheOldRootIsTakenAsALink() {
        host.deleteInRoot(NAME, "var/lib/mysql");
        host.linkInRoot(NAME, "var/lib/mysql", "/etc");

        upgrade(host);

        assertThat(host.readInRoot(NAME, "var/lib/mysql/new-image")).contains("13");
        assertThat(host.dump()).contains("/var/lib/mysql -> /etc");
    }

    @TestFactory
    Stream<DynamicTest> killedAndRunAgain() {
        return SnapshotTest.everyAct(UpgradeTest::deploy, UpgradeTest::upgrade);
    }

    @TestFactory
    Stream<DynamicTest> keepingKilledAndRunAgain() {
        Consumer<FakeHost> keeping = h -> {
            if (h.container(NAME).snapshots().isEmpty()) {
                h.upgradeKeeping("old", spec(), NEW, PATIENCE);
            }
        };
        String undone = SnapshotTest.after(UpgradeTest::deploy, h -> {});
        String done = SnapshotTest.after(UpgradeTest::deploy, keeping);
        return SnapshotTest.killed(UpgradeTest::deploy, keeping, false)
                .map(kill -> DynamicTest.dynamicTest(kill.name(), () -> {
                    FakeHost killed = kill.run();
                    killed.removeAll(List.of(), p -> {});
                    SnapshotTest.assertIsOneOf(killed, undone, done);
                }));
    }

    /** The next run of anything finishes it or takes it back. */
    @TestFactory
    Stream<DynamicTest> killedAndSomethingElseRun() {
        String undone = SnapshotTest.after(UpgradeTest::deploy, h -> {});
        String done = SnapshotTest.after(UpgradeTest::deploy, UpgradeTest::upgrade);
        return SnapshotTest.killed(UpgradeTest::deploy, UpgradeTest::upgrade, false)
                .map(kill -> DynamicTest.dynamicTest(kill.name(), () -> {
                    FakeHost killed = kill.run();
                    killed.container("nobody").remove();
                    SnapshotTest.assertIsOneOf(killed, undone, done);
                }));
    }

    @TestFactory
    Stream<DynamicTest> killedAndTheContainerRemoved() {
        String gone =
                SnapshotTest.after(UpgradeTest::deploy, h -> h.container(NAME).remove());
        return SnapshotTest.killed(UpgradeTest::deploy, UpgradeTest::upgrade, false)
                .map(kill -> DynamicTest.dynamicTest(kill.name(), () -> {
                    FakeHost killed = kill.run();
                    killed.container(NAME).remove();
                    assertThat(Sample.changes(killed, gone)).isEmpty();
                }));
    }

    /** Power is lost as well: whatever starts then has a whole root with its own settings. */
    @TestFactory
    Stream<DynamicTest> powerLostAndRunAgain() {
        String done = SnapshotTest.after(UpgradeTest::deploy, UpgradeTest::upgrade);
        return SnapshotTest.killed(UpgradeTest::deploy, UpgradeTest::upgrade, true)
                .map(kill -> DynamicTest.dynamicTest(kill.name(), () -> {
                    FakeHost killed = kill.run();
                    String settings = killed.readFile("/etc/systemd/nspawn/" + NAME + ".nspawn")
                            .orElseThrow();
                    if (killed.readInRoot(NAME, "etc/machine-id").isPresent()) {
                        boolean upgraded = killed.readInRoot(NAME, MARK).isPresent();
                        assertThat(settings).contains("Image=" + (upgraded ? NEW : Sample.IMAGE));
                    }
                    upgrade(killed);
                    assertThat(Sample.changes(killed, done)).isEmpty();
                }));
    }

    /** A reply that is lost, or a refusal, at every act. */
    @TestFactory
    Stream<DynamicTest> whatFailsIsTakenBack() {
        HostFailureException refusal = new HostFailureException(Failure.of("act", "the host", "refuses"));
        String undone = SnapshotTest.after(UpgradeTest::deploy, h -> {});
        String done = SnapshotTest.after(UpgradeTest::deploy, UpgradeTest::upgrade);
        int acts = SnapshotTest.acts(UpgradeTest::deploy, UpgradeTest::upgrade).size();
        return IntStream.range(0, acts)
                .boxed()
                .flatMap(act -> Stream.of(Fault.refuse(refusal), Fault.failAfter(refusal))
                        .map(fault -> DynamicTest.dynamicTest("act " + act, () -> {
                            FakeHost disturbed = prepared();
                            disturbed.faults().atAct(act, fault);
                            try {
                                upgrade(disturbed);
                            } catch (DeployException e) {
                                SnapshotTest.assertIsOneOf(disturbed, undone);
                            } catch (HostFailureException e) {
                                disturbed.removeAll(List.<MachineName>of(), p -> {});
                                SnapshotTest.assertIsOneOf(disturbed, undone, done);
                            }
                        })));
    }
}
