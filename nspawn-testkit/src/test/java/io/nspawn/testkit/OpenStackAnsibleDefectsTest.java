package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.Container;
import io.nspawn.config.Network;
import io.nspawn.config.SystemdFile;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.Finding;
import io.nspawn.model.InvalidNameException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.MachineName;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.PoolState;
import io.nspawn.model.Size;
import io.nspawn.model.Verify;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The defects of the OpenStack-Ansible driver that this library continues. Each has a test here that fails when it comes
 * back; those marked with a star are also proven on a real systemd, by {@code OpenStackAnsibleDefectsLabTest}.
 *
 * <ol>
 * <li>names with underscores: {@link #names()} *
 * <li>escaped unit names: {@link #unitNames()} *
 * <li>routes by source: {@link #routesHaveADestination()}
 * <li>repeated sections that become one: {@link #repeatedSectionsStay()}
 * <li>the whole journal deleted: {@link #removalKeepsJournals()} *
 * <li>what all networks share stopped with one of them: {@link #oneNetworkGoesAlone()}
 * <li>a macvlan's mode that is ignored: {@link #noModeThatNobodyHeeds()}
 * <li>silent drift: {@link #driftIsReportedAndReconciled()} *
 * <li>the image prepared at every run: {@link #deploysLeaveTheImageAlone()} *
 * <li>a template that can be written: {@link #imagesAreSealed()} *
 * <li>a MachineID= that nspawn ignores: {@link #oneMachineId()} *
 * <li>binds that hide each other: {@link #bindsAreThereOnce()}
 * <li>an MTU of 1500: {@link #noMtuUnlessAsked()} *
 * <li>a cap of 128 containers: {@link #moreThan128Containers()}
 * <li>hostnames that are too long: {@link #longNamesAreHostnames()} *
 * <li>a release that is guessed: {@link #theImageIsNamed()}
 * <li>vendor units replaced: {@link #vendorUnitsStay()} *
 * <li>a filter for one unit that matches another: {@link #oneContainerAlone()}
 * <li>specs changed while they are rendered: {@link #specsAreNotChanged()}
 * <li>a pool limit above the file system: {@link #aPoolThatCannotBeIsRefused()}
 * <li>a loop file although something is mounted: {@link #noLoopFileBesideAPool()}
 * <li>the host's /root in every container: {@link #nothingOfTheHostIsBound()} *
 * <li>limits that mean something else: {@link #aLimitIsWhatARootRefersTo()}
 * </ol>
 */
class OpenStackAnsibleDefectsTest {
    private static final String ALL_IN_ONE = "aio1_utility_container-67440f99";
    private static final String MACHINE = "aio1-utility-container-67440f99";

    private final FakeHost host = Sample.host();

    private static ContainerSpec.Builder utility() {
        return ContainerSpec.named(ALL_IN_ONE).image(Sample.IMAGE);
    }

    private String settings(String machine) {
        return host.readFile("/etc/systemd/nspawn/" + machine + ".nspawn").orElseThrow();
    }

    @Test
    @DisplayName("1. An inventory name with underscores could not start at all")
    void names() {
        Container container = host.deploy(utility().build());

        assertThat(container.name().value()).isEqualTo(MACHINE);
        assertThat(container.status().state()).isEqualTo(ContainerState.READY);
        assertThat(settings(MACHINE)).contains("Name=" + ALL_IN_ONE);
        assertThatThrownBy(() -> MachineName.of(ALL_IN_ONE)).isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> host.plan(List.of(
                        utility().build(),
                        ContainerSpec.named(MACHINE).image(Sample.IMAGE).build())))
                .isInstanceOf(InvalidSpecException.class)
                .hasMessageContaining("both become");
    }

    @Test
    @DisplayName("2. The unit was named by escaping, so that machinectl started another one")
    void unitNames() {
        assertThat(MachineName.of("a-b.c").unit()).isEqualTo("systemd-nspawn@a-b.c.service");
        host.deploy(utility().build());
        assertThat(host.dump()).contains("unit " + MACHINE + ": active").doesNotContain("\\x2d");
    }

    @Test
    @DisplayName("3. A static route was written with Source= and became a default route")
    void routesHaveADestination() {
        SystemdFile file = Network.of("mv-br-mgmt")
                .route("172.29.240.0/22", route -> route.gateway("172.29.236.1"))
                .build()
                .content();

        assertThat(file.values("Route", "Destination")).containsExactly("172.29.240.0/22");
        assertThat(file.values("Route", "Source")).isEmpty();
    }

    @Test
    @DisplayName("4. Of several [Route] sections one survived")
    void repeatedSectionsStay() {
        String text = Network.of("mv-br-mgmt")
                .route("172.29.240.0/22", route -> route.gateway("172.29.236.1"))
                .route("172.29.244.0/22", route -> route.gateway("172.29.236.2"))
                .build()
                .content()
                .text();

        assertThat(text.split("\\[Route\\]", -1)).hasSize(3);
        assertThat(text).contains("Destination=172.29.240.0/22").contains("Destination=172.29.244.0/22");
    }

    @Test
    @DisplayName("5. Removing a stopped container deleted the journals of the whole host")
    void removalKeepsJournals() {
        host.addFile("/var/log/journal/0123456789abcdef0123456789abcdef/system.journal", "the host's");
        Container container = host.deploy(utility().persistentJournal().build());
        container.stop();
        host.writeInRoot(MACHINE, "etc/machine-id", "\n");

        container.remove();

        assertThat(host.readFile("/var/log/journal/0123456789abcdef0123456789abcdef/system.journal"))
                .contains("the host's");
    }

    @Test
    @DisplayName("6. Taking one network away stopped the DHCP servers of all")
    void oneNetworkGoesAlone() {
        Topology one = Topology.builder().bridge("br-one", "172.29.1.1/24").build();
        Topology two = Topology.builder().bridge("br-two", "172.29.2.1/24").build();
        host.network().apply(one);
        String before = host.dump();
        host.network().apply(two);

        host.network().remove(two);

        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    @DisplayName("7. A macvlan mode could be set that the container never had")
    void noModeThatNobodyHeeds() {
        host.deploy(Sample.spec(0));

        assertThat(settings("infra-node-0")).contains("MACVLAN=").doesNotContain("Mode");
        assertThat(host.dump()).doesNotContain("MacvlanMode").doesNotContain("macvlan_mode");
    }

    @Test
    @DisplayName("8. Errors were ignored and nothing was reconciled: what drifted stayed so in silence")
    void driftIsReportedAndReconciled() {
        Container container = host.deploy(Sample.spec(0));
        String before = Sample.settled(host);
        host.deleteInRoot("infra-node-0", "etc/systemd/network/10-nspawn-mv-br-mgmt.network");
        container.disable();
        assertThat(container.drift()).hasSize(2);

        host.deploy(Sample.spec(0));

        assertThat(Sample.changes(host, before)).isEmpty();
        assertThatThrownBy(() -> host.plan(
                        Sample.builder(1).macvlan("br-none", nic -> nic.dhcp()).build()))
                .isInstanceOf(InvalidSpecException.class);
    }

    @Test
    @DisplayName("9. Every run prepared the image anew, so that two clones of it differed")
    void deploysLeaveTheImageAlone() {
        host.deploy(Sample.spec(0));
        host.clock().advance(Duration.ofMinutes(1));
        host.deploy(Sample.spec(1));
        host.deploy(Sample.spec(1));

        assertThat(host.faults().calls())
                .noneMatch(call -> call.operation() == Operation.TRANSFER)
                .noneMatch(call -> call.subject().startsWith(Sample.IMAGE + ":"));
    }

    @Test
    @DisplayName("10. The template could be written, and one stray start changed it")
    void imagesAreSealed() {
        host.addDownload("https://images.example/new.tar.xz");

        host.images()
                .pullTar(URI.create("https://images.example/new.tar.xz"), "new", Verify.SIGNATURE)
                .await(Duration.ofMinutes(5));

        assertThat(host.dump()).contains("root new (sealed)").contains("root " + Sample.IMAGE + " (sealed)");
    }

    @Test
    @DisplayName("11. A MachineID= was set beside the id in the file: the container had two")
    void oneMachineId() {
        host.deploy(Sample.spec(0));

        assertThat(settings("infra-node-0")).doesNotContain("MachineID");
        assertThat(host.readInRoot("infra-node-0", "etc/machine-id"))
                .hasValueSatisfying(id -> assertThat(id).matches("[0-9a-f]{32}\n"))
                .isNotEqualTo(host.readInRoot(Sample.IMAGE, "etc/machine-id"));
    }

    @Test
    @DisplayName("12. A bind was written twice, and a directory was made where another bind hid it")
    void bindsAreThereOnce() {
        host.deploy(Sample.spec(0));

        List<String> binds = settings("infra-node-0")
                .lines()
                .filter(line -> line.startsWith("Bind"))
                .toList();
        assertThat(binds).doesNotHaveDuplicates().hasSize(2);
    }

    @Test
    @DisplayName("13. The MTU was 1500 unless set, and jumbo frames of the lower interface were lost")
    void noMtuUnlessAsked() {
        host.deploy(Sample.spec(0));

        assertThat(host.readInRoot("infra-node-0", "etc/systemd/network/10-nspawn-mv-br-mgmt.network"))
                .hasValueSatisfying(text -> assertThat(text).doesNotContain("MTU"));
    }

    @Test
    @DisplayName("14. A host could not have more than 128 containers with DHCP")
    void moreThan128Containers() {
        host.addFile("/proc/sys/fs/inotify/max_user_instances", "65536\n");
        List<ContainerSpec> specs = IntStream.range(0, 140)
                .mapToObj(n -> ContainerSpec.named("many-" + n)
                        .image(Sample.IMAGE)
                        .macvlan("br-mgmt", nic -> nic.dhcp())
                        .build())
                .toList();

        host.deployAll(specs, p -> {});

        assertThat(host.containers()).hasSize(140);
    }

    @Test
    @DisplayName("15. A domain was added to the name, and hostnames of more than 64 characters were refused")
    void longNamesAreHostnames() {
        String name = "a".repeat(60);
        host.deploy(ContainerSpec.named(name).image(Sample.IMAGE).build());

        assertThat(host.readInRoot(name, "etc/hostname")).contains(name + "\n");
        assertThatThrownBy(() -> ContainerSpec.named("a".repeat(65))).isInstanceOf(InvalidNameException.class);
    }

    @Test
    @DisplayName("16. The image was guessed from the host's release, and the guess was wrong")
    void theImageIsNamed() {
        assertThatThrownBy(() -> ContainerSpec.named("web").build()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() ->
                        host.plan(ContainerSpec.named("web").image("focal").build()))
                .isInstanceOfSatisfying(
                        InvalidSpecException.class,
                        e -> assertThat(e.findings())
                                .extracting(Finding::toString)
                                .anyMatch(f -> f.contains("focal") && f.contains(Sample.IMAGE)));
    }

    @Test
    @DisplayName("17. The units of systemd were replaced as a whole, and stayed old when it was upgraded")
    void vendorUnitsStay() {
        host.deploy(Sample.spec(0));

        assertThat(host.faults().calls())
                .filteredOn(call -> call.operation() == Operation.WRITE_FILES)
                .hasSize(2)
                .extracting(Faults.Call::subject)
                .allMatch(file -> file.equals("etc/systemd/nspawn/infra-node-0.nspawn")
                        || file.startsWith("etc/systemd/system/systemd-nspawn@infra-node-0.service.d/"));
    }

    @Test
    @DisplayName("18. The filter for a service matched units of containers, which were restarted with it")
    void oneContainerAlone() {
        Container api =
                host.deploy(ContainerSpec.named("nova-api").image(Sample.IMAGE).build());
        Container nova =
                host.deploy(ContainerSpec.named("nova").image(Sample.IMAGE).build());
        var leader = api.status().leader();

        nova.stop();
        nova.start();
        nova.remove();

        assertThat(api.status().leader()).isEqualTo(leader);
    }

    @Test
    @DisplayName("19. Rendering one container changed the networks of the next")
    void specsAreNotChanged() {
        ContainerSpec spec = Sample.spec(0);
        String text = spec.toString();
        String alone = host.plan(List.of(spec)).toString();

        host.plan(List.of(Sample.spec(1), spec));

        assertThat(spec.toString()).isEqualTo(text);
        assertThat(host.plan(List.of(spec)).toString()).isEqualTo(alone);
        assertThatThrownBy(() -> spec.nics().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    @DisplayName("20. A pool limit above the file system's size was ignored in silence")
    void aPoolThatCannotBeIsRefused() {
        host.replacePool(new PoolState.Empty(Path.of("/var/lib/machines"), Size.parse("10G")));

        assertThatThrownBy(() -> host.pool().ensureLoopback(Size.parse("64G"))).isInstanceOf(NoSpaceException.class);
    }

    @Test
    @DisplayName("21. A loop file was made although the pool was mounted already")
    void noLoopFileBesideAPool() {
        String before = host.dump();

        host.pool().ensureLoopback(Size.parse("64G"));

        assertThat(host.changesSince(before)).isEmpty();
    }

    @Test
    @DisplayName("22. The host's /root and /opt were bound, writable, into every container, without user namespaces")
    void nothingOfTheHostIsBound() {
        host.deploy(utility().build());

        assertThat(settings(MACHINE)).doesNotContain("Bind").contains("PrivateUsers=pick");
        assertThat(utility().build().binds()).isEmpty();
    }

    @Test
    @DisplayName("23. What was called a limit for compression limited something else")
    void aLimitIsWhatARootRefersTo() {
        host.pool().enableSimpleQuotas();
        Container container = host.deploy(utility().build());

        host.pool().limit(container.name(), Size.parse("5G"));

        assertThat(host.pool().limitOf(container.name())).contains(Size.parse("5G"));
        host.pool().unlimit(container.name());
        assertThat(host.pool().limitOf(container.name())).isEmpty();
    }
}
