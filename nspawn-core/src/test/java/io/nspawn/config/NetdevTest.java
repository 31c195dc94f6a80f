package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nspawn.model.SystemdVersion;
import io.nspawn.model.UnsupportedException;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetdevTest {
    private static final SystemdVersion V252 = SystemdVersion.parse("252.39-1~deb12u2");
    private static final SystemdVersion V257 = SystemdVersion.parse("257.13-1~deb13u1");

    @Test
    void aBridgeIsWrittenToTheLetter() {
        Netdev bridge = Netdev.bridge("br-mgmt")
                .description("management")
                .mtu(9000)
                .kernelMac()
                .stp(true)
                .forwardDelay(Duration.ofSeconds(4))
                .defaultPvid(1)
                .vlanFiltering(true)
                .mtu(1500)
                .build();

        assertThat(bridge.name()).isEqualTo(InterfaceName.of("br-mgmt"));
        assertThat(bridge.kind()).isEqualTo("bridge");
        assertThat(bridge.extension()).isEqualTo("netdev");
        assertThat(bridge.contentFor(V252).text()).isEqualTo("""
                [NetDev]
                Name=br-mgmt
                Kind=bridge
                Description=management
                MTUBytes=1500
                MACAddress=none

                [Bridge]
                STP=yes
                ForwardDelaySec=4s
                DefaultPVID=1
                VLANFiltering=yes
                """);
    }

    @Test
    void everyKindIsWrittenToTheLetter() {
        assertThat(text(Netdev.veth("v0", "v1").peerMac("02:00:00:00:00:0A").build()))
                .isEqualTo("[NetDev]\nName=v0\nKind=veth\n\n[Peer]\nName=v1\nMACAddress=02:00:00:00:00:0a\n");
        assertThat(text(Netdev.macvlan("mv0", MacvlanMode.SOURCE)
                        .source("02:00:00:00:00:01")
                        .source("02:00:00:00:00:02")
                        .build()))
                .isEqualTo("""
                        [NetDev]
                        Name=mv0
                        Kind=macvlan

                        [MACVLAN]
                        Mode=source
                        SourceMACAddress=02:00:00:00:00:01
                        SourceMACAddress=02:00:00:00:00:02
                        """);
        assertThat(text(Netdev.vxlan("vx0", 42)
                        .group("239.1.1.1")
                        .destinationPort(4789)
                        .sourcePorts(32768, 61000)
                        .inheritTtl()
                        .build()))
                .isEqualTo("""
                        [NetDev]
                        Name=vx0
                        Kind=vxlan

                        [VXLAN]
                        VNI=42
                        Group=239.1.1.1
                        DestinationPort=4789
                        PortRange=32768-61000
                        TTL=inherit
                        """);
        assertThat(text(Netdev.vlan("vl0", 4094)
                        .protocol("802.1ad")
                        .egressQos(7, 2)
                        .build()))
                .isEqualTo("[NetDev]\nName=vl0\nKind=vlan\n\n[VLAN]\nId=4094\nProtocol=802.1ad\nEgressQOSMaps=7-2\n");
        assertThat(text(Netdev.dummy("d0").mac("02:00:00:00:00:01").build()))
                .isEqualTo("[NetDev]\nName=d0\nKind=dummy\nMACAddress=02:00:00:00:00:01\n");
    }

    private static String text(Netdev netdev) {
        return netdev.contentFor(V252).text();
    }

    @ParameterizedTest
    @CsvSource({"0,true", "65535,true", "65536,false", "-1,false"})
    void aPriorityHasSixteenBits(int value, boolean isTaken) {
        taken(b -> b.priority(value), isTaken);
    }

    @ParameterizedTest
    @CsvSource({"0,false", "1,true", "10,true", "11,false"})
    void aHelloTimeIsTheKernels(int value, boolean isTaken) {
        taken(b -> b.helloTime(Duration.ofSeconds(value)), isTaken);
    }

    @ParameterizedTest
    @CsvSource({"0,true", "8,true", "65528,true", "1,false", "7,false", "65535,false", "65536,false"})
    void aGroupThatTheKernelNeverForwardsIsRefused(int mask, boolean isTaken) {
        taken(b -> b.groupForwardMask(mask), isTaken);
    }

    @ParameterizedTest
    @CsvSource({"1,true,false", "2,true,true", "30,true,true", "31,false,false", "0,false,true"})
    void aForwardDelayIsTheKernels(int delay, boolean stp, boolean isTaken) {
        taken(b -> b.stp(stp).forwardDelay(Duration.ofSeconds(delay)), isTaken);
    }

    private static void taken(UnaryOperator<BridgeBuilder> options, boolean isTaken) {
        if (isTaken) {
            assertThatCode(() -> options.apply(Netdev.bridge("br0")).build()).doesNotThrowAnyException();
        } else {
            assertThatThrownBy(() -> options.apply(Netdev.bridge("br0")).build())
                    .isInstanceOf(InvalidFileException.class)
                    .hasMessageContaining("[Bridge] ")
                    .hasMessageContaining("takes ");
        }
    }

    @Test
    void aRefusalNamesTheKeyAndWhatWouldBeRight() {
        assertThatThrownBy(() -> Netdev.vlan("vl0", 4095))
                .hasMessage("[VLAN] Id= does not take \"4095\"; it takes an integer from 0 to 4094");
        assertThatThrownBy(() -> Netdev.vxlan("vx0", 1 << 24))
                .hasMessage("[VXLAN] VNI= does not take \"16777216\"; it takes an integer from 1 to 16777215");
        assertThatThrownBy(() -> Netdev.bridge("br0").helloTime(Duration.ofMillis(1500)))
                .hasMessage("[Bridge] HelloTimeSec= does not take \"1500ms\"; it takes a time span from 1s to 10s");
        assertThatThrownBy(() -> Netdev.dummy("d0").mac("01:00:00:00:00:00"))
                .hasMessageContaining("neither zero nor multicast");
        assertThatThrownBy(() -> Netdev.dummy("d0").mtu(67)).hasMessageContaining("from 68 to 65535");
        assertThatThrownBy(() -> Netdev.dummy("a name that is too long")).hasMessageContaining("[NetDev] Name=");
        assertThatThrownBy(() -> Netdev.dummy("d0").description("a\nb")).hasMessageContaining("line break");
        assertThatThrownBy(() -> Netdev.vlan("vl0", 1).egressQos(2, 7)).hasMessageContaining("M not below N");
        assertThatThrownBy(() -> Netdev.bridge("b").ageingTime(Duration.ofSeconds(-1)))
                .hasMessageContaining("from 0 to 3650 days");
    }

    @Test
    void optionsThatExcludeEachOtherAreRefused() {
        assertThatThrownBy(() -> Netdev.veth("v0", "v0").build())
                .hasMessageContaining("[Peer] Name= does not take \"v0\"");
        assertThatThrownBy(() -> Netdev.macvlan("m0", MacvlanMode.BRIDGE)
                        .source("02:00:00:00:00:01")
                        .build())
                .hasMessageContaining("Mode=source only");
        assertThatThrownBy(() -> Netdev.vxlan("x", 1)
                        .group("239.1.1.1")
                        .remote("10.0.0.1")
                        .build())
                .hasMessageContaining("exclude each other");
        assertThatThrownBy(() ->
                        Netdev.vxlan("x", 1).group("239.1.1.1").independent().build())
                .hasMessageContaining("needs a lower interface");
        assertThatThrownBy(() -> Netdev.vxlan("x", 1).group("10.0.0.1").build())
                .hasMessageContaining("takes a multicast address");
        assertThatThrownBy(() -> Netdev.vxlan("x", 1).remote("ff02::1").build())
                .hasMessageContaining("no multicast address");
        assertThatThrownBy(() ->
                        Netdev.vxlan("x", 1).local("10.0.0.1").remote("fd00::1").build())
                .hasMessageContaining("one family");
    }

    @Test
    void aKeyThatASystemdLacksIsRefusedForIt() {
        Netdev bridge = Netdev.bridge("br0").stp(false).fdbMaxLearned(100).build();
        Netdev macvlan = Netdev.macvlan("m0", MacvlanMode.BRIDGE)
                .broadcastQueueThreshold(7)
                .build();

        assertThatThrownBy(() -> bridge.contentFor(V252))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("[Bridge] FDBMaxLearned= needs systemd 257")
                .hasMessageContaining("252.39")
                .hasMessageNotContaining("STP");
        assertThat(bridge.contentFor(V257)).isEqualTo(bridge.content());
        assertThatThrownBy(() -> macvlan.contentFor(V252)).hasMessageContaining("needs systemd 256");
        assertThat(macvlan.contentFor(V257)).isEqualTo(macvlan.content());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[NetDev]\nName=a\n",
                "[NetDev]\nKind=bridge\n",
                "[NetDev]\nName=a\nKind=tun\n",
                "[NetDev]\nName=a\nKind=vlan\n",
                "[NetDev]\nName=a\nKind=vxlan\n",
                "[NetDev]\nName=a\nKind=macvlan\n",
                "[NetDev]\nName=a\nKind=veth\n",
                "[NetDev]\nName=a\nKind=dummy\n[Bridge]\nSTP=yes\n",
                "[NetDev]\nName=a\nKind=dummy\nMTU=1\n",
                "[Netdev]\nName=a\nKind=dummy\n",
                "[NetDev]\nName=a\nKind=bridge\n[Bridge]\nSTP=maybe\n",
                "[NetDev]\nName=a\nKind=bridge\n[Bridge]\nPriority=010\n"
            })
    void whatThisLibraryDoesNotWriteIsNotRead(String text) {
        SystemdFile file = SystemdFileLexer.read(text);

        assertThatThrownBy(() -> new Netdev(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[");
    }
}
