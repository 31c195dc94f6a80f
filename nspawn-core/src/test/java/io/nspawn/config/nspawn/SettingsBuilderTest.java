package io.nspawn.config.nspawn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.config.InvalidFileException;
import io.nspawn.net.InterfaceName;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SettingsBuilderTest {
    private static SettingsBuilder in(int version) {
        return SettingsBuilder.forVersion(version);
    }

    private static void refused(ThrowingCallable call, String... parts) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(parts);
    }

    @Test
    void theCompanionsAreAlwaysThere() {
        NspawnSettings settings = in(257).boots(List.of("systemd.unit=rescue.target"))
                .users(UserNamespace.pick(), Ownership.AUTO)
                .network(NetworkMode.isolated()
                        .macvlan(InterfaceName.of("br-mgmt"), InterfaceName.of("eth1"))
                        .macvlan(InterfaceName.of("br-storage-net"))
                        .build())
                .mount(Mount.Bind.of("/srv/a:b", "/srv"))
                .build();

        assertThat(SettingsWriter.forVersion(257).write(settings).text()).isEqualTo("""
                        [Exec]
                        Boot=yes
                        Parameters=systemd.unit=rescue.target
                        PrivateUsers=pick

                        [Files]
                        PrivateUsersOwnership=auto
                        Bind=/srv/a\\:b:/srv

                        [Network]
                        Private=yes
                        VirtualEthernet=no
                        MACVLAN=br-mgmt:eth1 br-storage-net
                        """);
    }

    @Test
    void theLastNetworkIsTheOnlyOne() {
        NspawnSettings.Network network = in(257).network(
                        NetworkMode.zone("z").publish(PublishedPort.tcp(80, 80)).build())
                .network(NetworkMode.host())
                .build()
                .network();

        assertThat(network.isolates()).isFalse();
        assertThat(network.ports()).isEmpty();
        assertThat(network.veth()).hasValue(false);
    }

    @Test
    void whatTheVersionLacksIsRefusedWithTheVersionThatHasIt() {
        InterfaceName link = InterfaceName.of("eth0");
        refused(
                () -> in(253).network(NetworkMode.isolated()
                        .macvlan(link, InterfaceName.of("lan0"))
                        .build()),
                "MACVLAN=",
                "254");
        refused(() -> in(257).network(NetworkMode.joined("/run/netns/a")), "NamespacePath=", "259");
        refused(() -> in(257).users(UserNamespace.managed(), Ownership.AUTO), "managed", "258");
        refused(() -> in(257).users(UserNamespace.pick(), Ownership.FOREIGN), "foreign", "258");
        refused(() -> in(259).managedUsers(Ownership.AUTO, 1), "PrivateUsersDelegate=", "260");
        refused(() -> in(260).addressFamilies(AddressFamilies.NONE), "RestrictAddressFamilies=", "261");
        Mount mapped = new Mount.Bind(Optional.of("/a"), "/b", Optional.of("owneridmap"), false);
        refused(() -> in(255).mount(mapped).build(), "owneridmap", "256");
        assertThat(in(256).mount(mapped).build().files().mounts()).containsExactly(mapped);
    }

    @Test
    void whatTheFormatCannotHoldIsRefused() {
        refused(() -> in(257).boots(List.of("a\nb")).build(), "line break");
        refused(() -> in(257).environment("A", "b\0").build(), "NUL");
        refused(() -> in(257).environment("A B", "c"), "A B");
        refused(() -> in(257).user("it's").build(), "User=");
        refused(() -> in(257).user(" root").build(), "blanks");
        refused(() -> in(257).hostname("a_b").build(), "Hostname=");
        refused(() -> in(257).workingDirectory("rel").build(), "WorkingDirectory=", "absolute");
        refused(() -> in(257).workingDirectory("/a/").build(), "otherwise");
        refused(() -> in(257).pivotRoot(new PivotRoot("//a", Optional.empty())).build(), "PivotRoot=");
        refused(() -> in(257).machineId("0".repeat(32)).build(), "MachineID=");
        refused(() -> in(257).mount(Mount.Bind.of("/a", "b")).build(), "Bind=", "absolute");
        refused(() -> in(257).mount(Mount.Bind.of("a", "/b")).build(), "otherwise");
        refused(() -> in(257).mount(new Mount.Inaccessible("/a ")).build(), "blanks");
        refused(() -> in(257).mount(new Mount.TemporaryFileSystem("/a", "x\\")).build(), "backslash");
        refused(() -> in(257).systemCalls(List.of("read write"), List.of()).build(), "SystemCallFilter=");
        refused(() -> in(257).killSignal(65).build(), "KillSignal=");
        refused(() -> in(257).limit(ResourceLimit.NICE, new LimitRange(41, 41)).build(), "LimitNICE=");
        refused(() -> in(257).boots(List.of("x".repeat(1 << 20))).build(), "1 MiB");
        refused(() -> new LimitRange(2, 1), "soft");
        refused(() -> new LimitRange(LimitRange.INFINITY, 1), "soft");
        refused(() -> in(257).network(NetworkMode.zone("thirteen_bytes").build()), "12 bytes");
    }

    @Test
    void contradictionsAreRefusedBeforeTheStart() {
        refused(() -> in(257).ambientCapabilities(CapabilitySet.ALL).build(), "AmbientCapability=");
        refused(
                () -> in(257).boots(List.of())
                        .ambientCapabilities(CapabilitySet.of("CAP_BPF"))
                        .build(),
                "Boot=yes");
        refused(() -> in(257).capabilities(CapabilitySet.of("CAP_BPF"), CapabilitySet.of("CAP_BPF")), "CAP_BPF");
        refused(() -> in(257).ephemeral(true).linkJournal(LinkJournal.HOST).build(), "LinkJournal=", "try-guest");
        refused(
                () -> in(257).users(UserNamespace.pick(), Ownership.CHOWN)
                        .readOnly(true)
                        .build(),
                "PrivateUsersOwnership=",
                "map");
        refused(() -> in(257).users(UserNamespace.none(), Ownership.MAP), "map");
        refused(() -> in(257).runs(List.of()), "program");
        refused(() -> in(257).cpus(List.of()), "processors");
        refused(
                () -> in(257).network(NetworkMode.veth()
                        .publish(PublishedPort.tcp(80, 1))
                        .publish(PublishedPort.tcp(80, 2))
                        .build()),
                "twice");
        refused(
                () -> in(257).users(UserNamespace.none(), Ownership.OFF)
                        .mount(new Mount.Bind(Optional.of("/a"), "/b", Optional.of("idmap"), false))
                        .build(),
                "idmap");
    }

    @Test
    void anErrorHasNoLineBeforeTheFileIsThere() {
        assertThatThrownBy(() -> in(257).hostname("-").build())
                .isInstanceOfSatisfying(InvalidFileException.class, e -> {
                    assertThat(e.line()).isZero();
                    assertThat(e.key()).isEqualTo("Hostname");
                    assertThat(e.remedy()).contains("letters");
                });
    }

    @Test
    void whatIsOutOfRangeNamesItsKeyAndWhatWouldBeRight() {
        outOfRange("Parameters", () -> in(257).runs(List.of()));
        outOfRange("PrivateUsersOwnership", () -> in(257).users(UserNamespace.none(), Ownership.MAP));
        outOfRange("PrivateUsers", () -> UserNamespace.fixed(1, 0));
        outOfRange("Port", () -> PublishedPort.tcp(0, 80));
        outOfRange(
                "Zone",
                () -> in(257).network(NetworkMode.zone("more-than-twelve").build()));
        outOfRange("BindUser", () -> in(257).bindUsers(List.of(), Optional.empty()));
        outOfRange("Environment", () -> in(257).environment("1A", "x"));
        outOfRange("CPUAffinity", () -> in(257).cpus(List.of()));
        outOfRange("OOMScoreAdjust", () -> in(257).oomScoreAdjust(-1001));
        outOfRange("Capability", () -> CapabilitySet.of("NET_ADMIN"));
        outOfRange(
                "DropCapability",
                () -> in(257).capabilities(CapabilitySet.of("CAP_MKNOD"), CapabilitySet.of("CAP_MKNOD")));
        outOfRange("RestrictAddressFamilies", () -> AddressFamilies.allow("INET"));
        outOfRange("Limit", () -> new LimitRange(2, 1));
    }

    private static void outOfRange(String key, ThrowingCallable call) {
        InvalidFileException error = catchThrowableOfType(InvalidFileException.class, call);

        assertThat(error.key()).isEqualTo(key);
        assertThat(error.remedy()).isNotEmpty();
        assertThat(error.getMessage()).startsWith(key + "= ").endsWith(error.remedy());
    }
}
