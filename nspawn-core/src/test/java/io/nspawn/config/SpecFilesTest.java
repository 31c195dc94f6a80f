package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.MachineName;
import io.nspawn.model.SystemdVersion;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The files that a spec with everything in it comes down to, letter by letter. */
class SpecFilesTest {
    private static final SystemdVersion DEBIAN_12 = SystemdVersion.parse("252.39-1~deb12u2");
    private static final ContainerSpec RICH = ContainerSpec.named("infra1_galera_container-4ed0d84a")
            .image("debian-12")
            .macvlan(
                    "br-mgmt",
                    nic -> nic.address("172.29.236.11/22")
                            .address("fd00::b/64")
                            .gateway("172.29.236.1")
                            .dns("172.29.236.2")
                            .dns("fd00::2")
                            .mac("02:00:00:00:00:01")
                            .mtu(1400))
            .macvlan("br-storage-net", nic -> nic.dhcp())
            .bind("/openstack/a b:c\\d", "/var/lib/mysql")
            .bindReadOnly("/srv/100%", "/srv")
            .device("/dev/net/tun")
            .limits(l -> l.memory("4G").tasks(4096).cpuPercent(250))
            .environment("LANG", "C.UTF-8")
            .environment("MOTD", "it's \"fine\" \\o/")
            .persistentJournal()
            .build();

    @Test
    void theSettingsOfABootedContainer() {
        assertThat(SettingsFile.path(RICH.machine()))
                .isEqualTo(Path.of("/etc/systemd/nspawn/infra1-galera-container-4ed0d84a.nspawn"));
        assertThat(SettingsFile.of(RICH, DEBIAN_12).text()).isEqualTo("""
                        [Exec]
                        Boot=yes
                        Environment=LANG=C.UTF-8
                        Environment="MOTD=it's "'"fine" \\o/'
                        PrivateUsers=pick
                        NotifyReady=yes
                        ResolvConf=off
                        Timezone=off
                        LinkJournal=try-guest

                        [Files]
                        PrivateUsersOwnership=auto
                        Bind=/openstack/a b\\:c\\\\d:/var/lib/mysql
                        BindReadOnly=/srv/100%:/srv
                        Bind=/dev/net/tun:/dev/net/tun

                        [Network]
                        Private=yes
                        VirtualEthernet=no
                        MACVLAN=br-mgmt br-storage-net
                        """);
    }

    @Test
    void theSettingsOfAnApplicationContainer() {
        ContainerSpec app = ContainerSpec.named("app")
                .image("debian-12")
                .runs("/usr/bin/app", "", "two words", "say \"it's\"")
                .withoutUserNamespace()
                .build();

        assertThat(SettingsFile.of(app, DEBIAN_12).text()).isEqualTo("""
                        [Exec]
                        Boot=no
                        ProcessTwo=yes
                        Parameters=/usr/bin/app "" "two words" "say "'"it'"'s"'"'
                        KillSignal=SIGRTMIN+4
                        PrivateUsers=no
                        ResolvConf=off
                        Timezone=off
                        LinkJournal=no

                        [Files]
                        PrivateUsersOwnership=off

                        [Network]
                        Private=yes
                        VirtualEthernet=no
                        """);
    }

    @Test
    void theDropInOfTheUnit() {
        assertThat(UnitDropIn.path(MachineName.of("web")))
                .isEqualTo(Path.of("/etc/systemd/system/systemd-nspawn@web.service.d/20-nspawn.conf"));
        assertThat(UnitDropIn.of(RICH, true, DEBIAN_12).text()).isEqualTo("""
                        [Unit]
                        Wants=sys-subsystem-net-devices-br\\x2dmgmt.device
                        After=sys-subsystem-net-devices-br\\x2dmgmt.device
                        Wants=sys-subsystem-net-devices-br\\x2dstorage\\x2dnet.device
                        After=sys-subsystem-net-devices-br\\x2dstorage\\x2dnet.device
                        RequiresMountsFor="/openstack/a b:c\\\\d"
                        RequiresMountsFor=/srv/100%%

                        [Service]
                        CPUAccounting=yes
                        MemoryAccounting=yes
                        TasksAccounting=yes
                        MemoryMax=4294967296
                        TasksMax=4096
                        CPUQuota=250%
                        DeviceAllow=/dev/net/tun rwm
                        """);
        assertThat(UnitDropIn.of(RICH, false, DEBIAN_12).text()).doesNotContain(".device");
    }

    @Test
    void theNetworkFilesInside() {
        assertThat(NetworkFile.path(RICH.nics().get(0))).isEqualTo("etc/systemd/network/10-nspawn-mv-br-mgmt.network");
        assertThat(NetworkFile.of(RICH.nics().get(0)).text()).isEqualTo("""
                        [Match]
                        Name=mv-br-mgmt

                        [Link]
                        MACAddress=02:00:00:00:00:01
                        MTUBytes=1400

                        [Network]
                        Address=172.29.236.11/22
                        Address=fd00::b/64
                        Gateway=172.29.236.1
                        DNS=172.29.236.2
                        DNS=fd00::2
                        DHCP=no
                        """);
        assertThat(NetworkFile.path(RICH.nics().get(1)))
                .isEqualTo("etc/systemd/network/10-nspawn-mv-br-storaiEOq.network");
        assertThat(NetworkFile.of(RICH.nics().get(1)).text())
                .isEqualTo("[Match]\nName=mv-br-storaiEOq\n\n[Network]\nDHCP=yes\n");
        assertThat(NetworkFile.isOurs("10-nspawn-mv-br-mgmt.network")).isTrue();
        assertThat(NetworkFile.isOurs("50-other.network")).isFalse();
    }

    /** A key of these groups without its companion would turn off what the template unit gives. */
    @Test
    void everyGroupHasItsCompanions() {
        for (ContainerSpec spec :
                List.of(RICH, ContainerSpec.named("bare").image("i").build())) {
            SystemdFile file = SettingsFile.of(spec, DEBIAN_12);
            assertThat(file.value("Network", "VirtualEthernet")).hasValue("no");
            assertThat(file.value("Exec", "Boot")).isPresent();
            assertThat(file.value("Exec", "PrivateUsers")).isPresent();
            assertThat(file.value("Files", "PrivateUsersOwnership")).isPresent();
        }
    }

    @Property
    void aCommandIsHandedOnWordByWord(@ForAll("commands") List<String> command) {
        ContainerSpec app = ContainerSpec.named("app")
                .image("i")
                .runs(command.toArray(String[]::new))
                .build();

        String text = Provenance.stamp(SettingsFile.of(app, DEBIAN_12), java.util.Map.of());
        String read = SystemdFileLexer.read(text).value("Exec", "Parameters").orElseThrow();
        assertThat(Splitters.words(read)).isEqualTo(command);
    }

    @Provide
    Arbitrary<List<String>> commands() {
        return Texts.line()
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .filter(c -> !c.get(0).isEmpty());
    }
}
