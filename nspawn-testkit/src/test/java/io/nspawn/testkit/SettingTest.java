package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.deploy.Plan;
import io.nspawn.model.Bind;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.InvalidSpecException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Further settings of a container, held against the host's systemd before anything is touched. */
class SettingTest {
    @RegisterExtension
    static final FakeHost host = Sample.host();

    private static ContainerSpec.Builder web() {
        return ContainerSpec.named("web").image(Sample.IMAGE);
    }

    private static List<String> problems(ContainerSpec... specs) {
        String before = host.dump();
        InvalidSpecException refused =
                catchThrowableOfType(InvalidSpecException.class, () -> host.deployAll(Arrays.asList(specs), p -> {}));
        assertThat(host.changesSince(before)).isEmpty();
        return refused.findings().stream()
                .map(f -> f.subject() + ": " + f.problem())
                .toList();
    }

    private static String file() {
        return host.readFile("/etc/systemd/nspawn/web.nspawn").orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "Exec, Hostname, other",
        "Exec, Capability, CAP_NET_RAW CAP_SYS_PTRACE",
        "Exec, SystemCallFilter, ~@mount",
        "Exec, LimitNOFILE, 1024:4096",
        "Exec, ResolvConf, copy-host",
        "Exec, PrivateUsers, 524288:65536",
        "Files, TemporaryFileSystem, /scratch:mode=0700",
        "Files, BindUser, somebody",
        "Network, VirtualEthernet, yes",
        "Network, Bridge, br-mgmt",
        "Network, Port, tcp:8080:80"
    })
    void aSettingIsInTheFileOnce(String section, String key, String value) {
        host.deploy(web().setting(section, key, value).build());

        assertThat(file().lines().filter(line -> line.startsWith(key + "="))).containsExactly(key + "=" + value);
        assertThat(host.deployAll(List.of(web().setting(section, key, value).build()), p -> {})
                        .changed())
                .isZero();
    }

    @Test
    void aSettingThatThisSystemdLacksIsRefusedAndTakenByOneThatHasIt() {
        ContainerSpec spec =
                web().setting("Exec", "RestrictAddressFamilies", "AF_INET").build();
        assertThat(problems(spec)).singleElement().asString().contains("RestrictAddressFamilies");

        host.setSystemd("262");
        host.deploy(spec);

        assertThat(file()).contains("RestrictAddressFamilies=AF_INET\n");
    }

    @Test
    void everyProblemIsToldAtOnce() {
        assertThat(problems(
                        web().setting("Exec", "Boot", "no")
                                .setting("Exec", "PrivateUsers", "no")
                                .setting("Exec", "NoSuchKey", "1")
                                .setting("Exec", "OOMScoreAdjust", "many")
                                .setting("Network", "MACVLAN", "br-mgmt")
                                .build(),
                        ContainerSpec.named("cache").image("debian-13").build()))
                .hasSizeGreaterThanOrEqualTo(6)
                .anyMatch(p -> p.startsWith("web: Boot= the spec says that by itself"))
                .anyMatch(p -> p.startsWith("web: PrivateUsers= the spec says that by itself"))
                .anyMatch(p -> p.startsWith("web: MACVLAN= the spec says that by itself"))
                .anyMatch(p -> p.contains("NoSuchKey"))
                .anyMatch(p -> p.contains("OOMScoreAdjust"))
                .anyMatch(p -> p.contains("image debian-13 is not in the pool"));
    }

    @Test
    void aContradictionThatFailsAtTheStartIsRefused() {
        assertThat(problems(web().setting("Network", "Bridge", "br-mgmt")
                        .setting("Network", "Zone", "z")
                        .build()))
                .anyMatch(p -> p.contains("the start fails"));
    }

    @Test
    void mappedOwnersNeedAUserNamespaceAndASystemdThatCan() {
        assertThat(problems(web().bind("/srv/data", "/d", b -> b.mapped(Bind.Mapping.OWNER))
                        .withoutUserNamespace()
                        .build()))
                .containsExactly(
                        "web: bind of /srv/data: owneridmap is not known to systemd 252.39-1~deb12u2",
                        "web: bind of /srv/data: without a user namespace there are no owners to map");

        host.deploy(
                web().bind("/srv/data", "/d", b -> b.mapped(Bind.Mapping.ROOT)).build());
        assertThat(file()).contains("Bind=/srv/data:/d:rootidmap\n");
    }

    @Test
    void mappedOwnersNeedAFileSystemThatCan() {
        host.addFile("/proc/self/mountinfo", """
                22 1 0:20 / / rw - btrfs /dev/vda rw
                23 22 0:21 / /srv rw,relatime shared:1 - nfs4 server:/srv rw
                """);

        assertThat(problems(web().bind("/srv/data", "/d", b -> b.mapped(Bind.Mapping.IDS))
                        .build()))
                .containsExactly("web: bind source /srv/data: its file system, nfs4, cannot map owners");
    }

    @Test
    void addressesThatSomebodyElseHas() {
        host.deploy(Sample.spec(1));
        host.addLink(new io.nspawn.spi.HostNetwork.HostLink(
                io.nspawn.net.InterfaceName.of("br-mgmt"),
                "bridge",
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                1500,
                true,
                false,
                List.of(io.nspawn.net.Prefix.parse("172.29.236.1/22"))));

        assertThat(problems(
                        web().macvlan(
                                        "br-mgmt",
                                        nic -> nic.address("172.29.236.11/22")
                                                .address("172.29.236.1/22")
                                                .mac("02:00:00:00:00:01")
                                                .gateway("192.168.1.1")
                                                .route("192.168.40.0/24", "172.29.236.7"))
                                .build(),
                        ContainerSpec.named("cache")
                                .image(Sample.IMAGE)
                                .macvlan("br-storage-net", nic -> nic.mac("02:00:00:00:00:01"))
                                .build()))
                .containsExactly(
                        "web: address 172.29.236.11 is also given to infra_node-1",
                        "web: address 172.29.236.1 is also given to the host on br-mgmt",
                        "web: next hop 192.168.1.1 is on no network of its interface on br-mgmt",
                        "cache: MAC 02:00:00:00:00:01 is also given to web");
    }

    @Test
    void thePlanTellsWhatUnitAndFileDoTogether() {
        Plan plan = host.plan(web().setting("Network", "VirtualEthernet", "yes").build());

        assertThat(plan.effective(web().build().machine()).orElseThrow().describe())
                .isNotEmpty();
        assertThat(plan.effective(Sample.spec(1).machine())).isEmpty();
    }
}
