package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.model.BusyException;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.FailureCause;
import io.nspawn.model.Finding;
import io.nspawn.model.InvalidNameException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.Outcome;
import io.nspawn.model.Size;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostNetwork.HostLink;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Input that cannot work is refused before anything is touched, with a finding for each cause and its remedy. */
class RefusalTest {
    @RegisterExtension
    static final FakeHost host = Sample.host();

    private static void assertRefused(List<ContainerSpec> specs, String... problems) {
        String before = host.dump();
        InvalidSpecException refused =
                catchThrowableOfType(InvalidSpecException.class, () -> host.deployAll(specs, p -> {}));

        assertThat(refused.findings()).extracting(Finding::problem).containsExactly(problems);
        assertThat(refused.findings()).allSatisfy(f -> assertThat(f.remedy()).isNotBlank());
        assertThat(refused.outcome()).isEqualTo(Outcome.NOT_APPLIED);
        assertThat(refused).hasMessageContaining(problems[0]);
        assertThat(host.changesSince(before)).isEmpty();
        assertThatThrownBy(() -> host.plan(specs)).hasMessage(refused.getMessage());
    }

    private static ContainerSpec.Builder web() {
        return ContainerSpec.named("web").image(Sample.IMAGE);
    }

    @Test
    void anImageThatIsNotThere() {
        assertRefused(
                List.of(ContainerSpec.named("web").image("debian-13").build()), "image debian-13 is not in the pool");
    }

    /** What else is sealed there is a snapshot of a container, which nobody means. */
    @Test
    void theRemedyNamesTheImagesThatAreThere() {
        host.deploy(web().build()).snapshot("before");

        assertThatThrownBy(() ->
                        host.plan(ContainerSpec.named("db").image("debian-13").build()))
                .hasMessageEndingWith(
                        "(pull, import or prepare it with host.images(); the pool has " + Sample.IMAGE + ")");
    }

    @Test
    void aContainerThatWasNeverDeployedIsNotStarted() {
        assertThatThrownBy(() -> host.container("nope").start())
                .hasMessageContaining("No image for machine 'nope'")
                .hasMessageEndingWith(". " + FailureCause.ROOT_MISSING.remedy());
    }

    @Test
    void aNameThatMachinedWouldRefuse() {
        String before = host.dump();

        assertThatThrownBy(() -> ContainerSpec.named("-web")).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> host.container("a..b")).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> web().macvlan("br mgmt", nic -> {})).isInstanceOf(InvalidNameException.class);
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void twoSpecsThatMapToOneMachine() {
        assertRefused(
                List.of(
                        ContainerSpec.named("a_b").image(Sample.IMAGE).build(),
                        ContainerSpec.named("a-b").image(Sample.IMAGE).build()),
                "and a_b both become the machine a-b");
        assertRefused(List.of(web().build(), web().build()), "is there twice");
    }

    @Test
    void aParentInterfaceThatIsNotThere() {
        assertRefused(List.of(web().macvlan("br-none", nic -> nic.dhcp()).build()), "interface br-none does not exist");
    }

    @Test
    void aLoopbackAsParent() {
        assertRefused(List.of(web().macvlan("lo", nic -> nic.dhcp()).build()), "interface lo is a loopback");
    }

    @Test
    void aPortOfABridgeAsParent() {
        host.addLink(new HostLink(
                InterfaceName.of("eth0"),
                "",
                Optional.empty(),
                Optional.of(InterfaceName.of("br-mgmt")),
                1500,
                true,
                false,
                List.of()));

        assertRefused(List.of(web().macvlan("eth0", nic -> nic.dhcp()).build()), "interface eth0 is a port of br-mgmt");
    }

    @Test
    void twoMacvlansOnOneParent() {
        assertRefused(
                List.of(web().macvlan("br-mgmt", nic -> nic.dhcp())
                        .macvlan("br-mgmt", nic -> nic.dhcp())
                        .build()),
                "has two macvlans on br-mgmt");
    }

    @Test
    void anMtuAboveThatOfTheParent() {
        assertRefused(
                List.of(web().macvlan("br-mgmt", nic -> nic.mtu(9000)).build()),
                "MTU 9000 is above the 1500 of br-mgmt");
    }

    @Test
    void anAddressGivenTwice() {
        assertRefused(
                List.of(
                        web().macvlan("br-mgmt", nic -> nic.address("10.0.0.1/24"))
                                .build(),
                        ContainerSpec.named("db")
                                .image(Sample.IMAGE)
                                .macvlan("br-mgmt", nic -> nic.address("10.0.0.1/16"))
                                .build()),
                "address 10.0.0.1 is also given to web");
    }

    @Test
    void aBindSourceOrDeviceThatIsNotThere() {
        assertRefused(
                List.of(web().bind("/srv/none", "/x").device("/dev/none").build()),
                "bind source /srv/none does not exist",
                "device /dev/none does not exist");
    }

    @Test
    void everyCauseAtOnce() {
        assertRefused(
                List.of(ContainerSpec.named("web")
                        .image("none")
                        .macvlan("br-none", nic -> nic.dhcp())
                        .bind("/none", "/x")
                        .build()),
                "image none is not in the pool",
                "interface br-none does not exist",
                "bind source /none does not exist");
    }

    @Test
    void aRootThatSomebodyElseMade() {
        host.addForeignRoot("web");

        assertRefused(List.of(web().build()), "the pool has a root web that was not made from a spec");
        assertRemovalRefused();
    }

    @Test
    void aSettingsFileThatSomebodyElseWrote() {
        host.addFile("/etc/systemd/nspawn/web.nspawn", "[Exec]\nBoot=yes\n");

        assertRefused(List.of(web().build()), "/etc/systemd/nspawn/web.nspawn was not made by this library");
        assertRemovalRefused();
    }

    @Test
    void aDropInThatSomebodyElseWrote() {
        host.addFile("/etc/systemd/system/systemd-nspawn@web.service.d/20-nspawn.conf", "[Service]\nNice=5\n");

        assertRefused(
                List.of(web().build()),
                "/etc/systemd/system/systemd-nspawn@web.service.d/20-nspawn.conf was not made by this library");
    }

    @Test
    void filesOfOursThatWereEdited() {
        host.deploy(web().macvlan("br-mgmt", nic -> nic.dhcp()).build());
        String settings = "/etc/systemd/nspawn/web.nspawn";
        String network = "etc/systemd/network/10-nspawn-mv-br-mgmt.network";
        host.addFile(settings, host.readFile(settings).orElseThrow().replace("Boot=yes", "Boot=no"));
        host.writeInRoot("web", network, host.readInRoot("web", network).orElseThrow() + "DNS=10.0.0.1\n");

        assertRefused(
                List.of(web().macvlan("br-mgmt", nic -> nic.dhcp()).build()),
                settings + " was edited by hand",
                network + " was edited inside the container");
    }

    @Test
    void anotherImageForAContainerThatIsThere() {
        host.addImage("debian-13").deploy(web().build());

        assertRefused(
                List.of(ContainerSpec.named("web").image("debian-13").build()),
                "was cloned from image debian-12, not debian-13");
    }

    @Test
    void aPoolWithoutRoom() {
        host.setPoolSize(Size.parse("190M"));
        String before = host.dump();

        assertThatThrownBy(() -> host.deployAll(Sample.specs(3), p -> {}))
                .isInstanceOf(NoSpaceException.class)
                .hasMessageContaining("3 new containers need about 15.0M")
                .hasMessageContaining("Grow the pool");
        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    void anotherDeployUnderWay() {
        host.holdLock("/run/nspawn/deploy.lock");
        String before = host.dump();

        assertThatThrownBy(() -> host.deploy(web().build())).isInstanceOf(BusyException.class);
        assertThat(host.changesSince(before)).isEmpty();
    }

    private static void assertRemovalRefused() {
        String before = host.dump();
        assertThatThrownBy(() -> host.container("web").remove())
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("was not made by this library");
        assertThat(host.changesSince(before)).isEmpty();
    }
}
