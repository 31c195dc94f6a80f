package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.deploy.Plan;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.DeployException;
import io.nspawn.model.Drift;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.UnmanagedContainer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Containers that somebody made by hand are seen, compared, and taken over only when asked; drift is reported. */
class AdoptionTest {
    private static final String NAME = "byhand";
    private static final MachineName MACHINE = MachineName.of(NAME);
    private static final String SETTINGS = "/etc/systemd/nspawn/byhand.nspawn";
    private static final String BY_HAND = "# mine\n[Exec]\nBoot=yes\n[Network]\nMACVLAN=br-mgmt\nVirtualEthernet=no\n";

    private final FakeHost host = prepared();

    private static FakeHost prepared() {
        FakeHost host = Sample.host();
        makeByHand(host);
        return host;
    }

    private static void makeByHand(FakeHost host) {
        host.addForeignRoot(NAME).addFile(SETTINGS, BY_HAND);
        host.writeInRoot(NAME, "etc/machine-id", "0123456789abcdef0123456789abcdef\n");
        host.writeInRoot(NAME, "srv/data", "theirs");
        Container container = host.container(NAME);
        container.start();
        host.clock().advance(Duration.ofSeconds(10));
    }

    private static ContainerSpec spec() {
        return ContainerSpec.named(NAME)
                .image(Sample.IMAGE)
                .macvlan("br-mgmt", nic -> nic.address("172.29.236.77/22"))
                .limits(l -> l.tasks(99))
                .build();
    }

    @Test
    void itIsRecognised() {
        host.deploy(Sample.spec(0));

        assertThat(host.unmanaged())
                .containsExactly(new UnmanagedContainer(MACHINE, List.of(Path.of(SETTINGS)), false, true));
        assertThat(host.containers()).extracting(Container::name).doesNotContain(MACHINE);
    }

    @Test
    void aDeployDoesNotTakeItOver() {
        String before = host.dump();

        assertThatThrownBy(() -> host.deploy(spec())).isInstanceOf(InvalidSpecException.class);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void itIsShownAsADiffAndNothingIsTouched() {
        String before = host.dump();

        Plan plan = host.planAdoption(spec());

        assertThat(plan.toString())
                .contains("~ write " + SETTINGS)
                .contains("+PrivateUsers=pick")
                .contains("+ write " + SETTINGS + ".adopted")
                .contains("+ enable")
                .contains("runs with its old settings until it is restarted")
                .doesNotContain("clone")
                .doesNotContain("start systemd");
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void itIsTakenOverWithItsRootAndRunsOn() {
        int leader = host.container(NAME).status().leader().getAsInt();

        Container container = host.adopt(spec());

        assertThat(host.readFile(SETTINGS + ".adopted")).contains(BY_HAND);
        assertThat(host.readInRoot(NAME, "etc/machine-id")).contains("0123456789abcdef0123456789abcdef\n");
        assertThat(host.readInRoot(NAME, "srv/data")).contains("theirs");
        assertThat(container.status().leader()).hasValue(leader);
        assertThat(host.unmanaged()).isEmpty();
        assertThat(host.plan(spec()).changesNothing()).isTrue();
        assertThat(host.planAdoption(spec()).changesNothing()).isTrue();
        container.stop();
        container.start();
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
    }

    @Test
    void oneThatHasNoSettingsIsTakenOverToo() {
        host.deleteFile(SETTINGS);
        assertThat(host.unmanaged()).hasSize(1).allMatch(u -> u.settings().isEmpty());

        host.adopt(spec());

        assertThat(host.readFile(SETTINGS + ".adopted")).isEmpty();
        assertThat(host.plan(spec()).changesNothing()).isTrue();
    }

    @Test
    void aRemovalLeavesNothingOfIt() {
        host.adopt(spec());

        host.container(NAME).remove();

        assertThat(host.dump()).doesNotContain(NAME);
    }

    @Test
    void whatCannotBeAdoptedIsRefused() {
        String before = host.dump();

        assertThatThrownBy(() -> host.adopt(Sample.spec(2)))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("no root");
        assertThatThrownBy(() -> host.adopt(
                        ContainerSpec.named(Sample.IMAGE).image(Sample.IMAGE).build()))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("read-only");
        host.addFile(SETTINGS + ".adopted", "from before");
        assertThatThrownBy(() -> host.adopt(spec()))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("move that file away");
        host.deleteFile(SETTINGS + ".adopted");
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void anEditedContainerCanBeTakenBackByAdoptingIt() {
        host.deploy(Sample.spec(0));
        String file = "/etc/systemd/nspawn/infra-node-0.nspawn";
        String edited = host.readFile(file).orElseThrow() + "[Exec]\nUser=me\n";
        host.addFile(file, edited);

        host.adopt(Sample.spec(0));

        assertThat(host.readFile(file + ".adopted")).contains(edited);
        assertThat(host.plan(Sample.spec(0)).changesNothing()).isTrue();
    }

    @TestFactory
    Stream<DynamicTest> killedAndRunAgain() {
        return SnapshotTest.everyAct(AdoptionTest::makeByHand, h -> h.adopt(spec()));
    }

    /** Refused in the middle, all that was done is taken back. */
    @TestFactory
    Stream<DynamicTest> whatFailsIsTakenBack() {
        HostFailureException refusal = new HostFailureException(Failure.of("act", "the host", "refuses"));
        int acts = SnapshotTest.acts(AdoptionTest::makeByHand, h -> h.adopt(spec()))
                .size();
        return Stream.iterate(0, act -> act + 1)
                .limit(acts)
                .map(act -> DynamicTest.dynamicTest("act " + act, () -> {
                    FakeHost disturbed = prepared();
                    String before = Sample.settled(disturbed);
                    disturbed.faults().atAct(act, Fault.refuse(refusal));

                    assertThatThrownBy(() -> disturbed.adopt(spec())).isInstanceOf(DeployException.class);
                    // The directory of the drop-in may stay, empty.
                    assertThat(Sample.changes(disturbed, before)).allMatch(line -> line.endsWith("/"));
                }));
    }

    @Test
    void withoutDriftThereIsNone() {
        host.deployAll(Sample.specs(2), p -> {});
        host.clock().advance(Duration.ofSeconds(1));

        assertThat(host.drift()).isEmpty();
    }

    @Test
    void everySortOfDriftIsReported() {
        Container container = host.deploy(Sample.spec(0));
        host.clock().advance(Duration.ofMinutes(1));
        MachineName machine = container.name();
        Path settings = Path.of("/etc/systemd/nspawn/infra-node-0.nspawn");
        Path dropIn = Path.of("/etc/systemd/system/systemd-nspawn@infra-node-0.service.d/20-nspawn.conf");
        Path network = Path.of("/etc/systemd/network/10-nspawn-mv-br-mgmt.network");

        host.addFile(settings.toString(), host.readFile(settings.toString()).orElseThrow() + "[Exec]\nUser=me\n");
        assertThat(host.drift())
                .containsExactlyInAnyOrder(
                        new Drift.FileEdited(machine, settings), new Drift.RunsWithOlderSettings(machine, settings));

        host.deleteFile(dropIn.toString());
        host.deleteInRoot("infra-node-0", network.toString().substring(1));
        container.disable();
        container.stop();
        assertThat(container.drift())
                .contains(
                        new Drift.FileMissing(machine, dropIn),
                        new Drift.FileMissing(machine, network),
                        new Drift.UnitDisabled(machine),
                        new Drift.NotRunning(machine, "inactive"));
        assertThat(container.drift()).extracting(Drift::problem).contains("its unit is disabled");

        host.deleteFile(settings.toString());
        assertThat(container.drift()).contains(new Drift.FileMissing(machine, settings));
    }

    @Test
    void whatIsGoneOfThePoolIsReported() {
        Container container =
                host.deploy(ContainerSpec.named("web").image(Sample.IMAGE).build());
        container.stop();
        host.images().unseal(Sample.IMAGE);
        host.images().remove(Sample.IMAGE);
        assertThat(container.drift()).contains(new Drift.ImageMissing(container.name(), Sample.IMAGE));

        host.images().remove("web");
        assertThat(host.drift()).contains(new Drift.RootMissing(container.name()));
    }

    @Test
    void filesThatPid1DidNotReadAreReported() {
        Container container = host.deploy(Sample.spec(0));
        host.addFile(
                "/etc/systemd/system/systemd-nspawn@infra-node-0.service.d/60-mine.conf", "[Service]\nTasksMax=5\n");

        assertThat(container.drift()).containsExactly(new Drift.UnitFilesNotRead(container.name()));
    }
}
