package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nspawn.config.NetworkdDocument.Unknown;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Network files that somebody else wrote. */
class NetworkdReadTest {
    private static final Path DIRECTORY = Path.of("/etc/systemd/network");
    private static final String BRIDGE = """
            # by hand
            [NetDev]
            Name = br-mgmt
            Kind=bridge
            MTUBytes=9K
            MACAddress=02-00-00-AA-bb-01

            [Bridge]
            STP=off
            ForwardDelaySec=4sec
            AgeingTimeSec=5min 30
            Priority=0x10
            Novel=1 ; not a comment
            """;

    private static NetworkdDocument<Netdev> netdev(String text) {
        return Netdev.read(DIRECTORY.resolve("x.netdev"), text.getBytes(StandardCharsets.UTF_8));
    }

    private static NetworkdDocument<Network> network(String text) {
        return Network.read(DIRECTORY.resolve("x.network"), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void otherFormsOfAValueAreReadAndKept() {
        NetworkdDocument<Netdev> read = netdev(BRIDGE);

        Netdev expected = Netdev.bridge("br-mgmt")
                .mtu(9216)
                .mac("02:00:00:aa:bb:01")
                .stp(false)
                .forwardDelay(Duration.ofSeconds(4))
                .ageingTime(Duration.ofSeconds(330))
                .priority(16)
                .build();
        assertThat(read.value()).isEqualTo(expected);
        assertThat(read.unknown()).containsExactly(new Unknown(13, "Bridge", "Novel=1 ; not a comment"));
        assertThat(read.with(expected).text()).isEqualTo(BRIDGE);
    }

    @Test
    void aChangeEditsOnlyItsLines() {
        Netdev wanted = Netdev.bridge("br-mgmt")
                .mtu(9216)
                .mac("02:00:00:aa:bb:01")
                .stp(true)
                .forwardDelay(Duration.ofSeconds(4))
                .ageingTime(Duration.ofSeconds(330))
                .priority(16)
                .vlanFiltering(true)
                .build();

        NetworkdDocument<Netdev> changed = netdev(BRIDGE).with(wanted);

        assertThat(changed.text()).isEqualTo(BRIDGE.replace("STP=off", "STP=yes") + "VLANFiltering=yes\n");
        assertThat(netdev(changed.text()).value().content().values("Bridge", "VLANFiltering"))
                .containsExactly("yes");
    }

    @Test
    void repeatedSectionsAreChangedOneByOne() {
        String text = """
                [Match]
                Name=br0
                [Address]
                Address=192.168.5.1/24
                # the old one
                [Address]
                Address=192.168.6.1/24
                RouteMetric=7
                Strange=1
                """;
        Network wanted = Network.of("br0")
                .address("192.168.5.1/24", a -> {})
                .address("192.168.7.1/24", a -> a.routeMetric(7))
                .address("fd00::1/64", a -> {})
                .build();

        NetworkdDocument<Network> changed = network(text).with(wanted);

        assertThat(changed.text())
                .isEqualTo(text.replace("192.168.6.1", "192.168.7.1") + "\n[Address]\nAddress=fd00::1/64\n");
        assertThat(changed.value()).isEqualTo(wanted);
        Network one = Network.of("br0").address("fd00::1/64", a -> {}).build();
        assertThat(changed.with(one).value()).isEqualTo(one);
        assertThat(changed.with(one).text()).contains("# the old one\n").doesNotContain("192.168");
    }

    @Test
    void anAssignmentOfNothingTakesBackWhatWasBefore() {
        assertThat(network("[Match]\nName=a\n[Network]\nDNS=192.168.1.1\nDNS=\nDNS=192.168.1.2\n")
                        .value())
                .isEqualTo(Network.of("a").dns("192.168.1.2").build());
    }

    @Test
    void sectionsThatCannotRepeatAreOne() {
        NetworkdDocument<Network> read =
                network("[Network]\nDHCP=true\n[Match]\nName=a  b\n[Network]\nIPv6AcceptRA=0\n");

        assertThat(read.value().content().values("Network", "DHCP")).containsExactly("yes");
        assertThat(read.value().content().sections()).hasSize(2);
        Network other = Network.of("a", "b").dhcp(false).build();
        assertThat(read.with(other).text()).isEqualTo("[Network]\nDHCP=no\n[Match]\nName=a  b\n[Network]\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[NetDev]\\nName=br0\\nKind=bridge\\n[Bridge]\\nSTP=maybe | 5 | STP | one of yes, no",
                "[NetDev]\\nName=br0\\nKind=bond | 3 | Kind | bridge, veth",
                "[NetDev]\\nKind=bridge\\n# comment\\nName=much-too-long-a-name | 4 | Name | the name of an interface",
                "[NetDev]\\nKind=bridge | 1 | Name | systemd.netdev(5)",
                "[NetDev]\\nName=mv\\nKind=macvlan\\n[Bridge]\\nSTP=yes | 4 | '' | does not go with Kind=macvlan",
                "[NetDev]\\nName=v\\nKind=veth\\n\\n[Peer]\\nName=v | 6 | Name | another name",
                "[NetDev]\\nName=v\\nKind=vxlan\\n[VXLAN]\\nVNI=1\\nGroup=239.1.1.1\\nRemote=10.11.12.13 | 7 | Remote | exclude",
                "[NetDev\\nName=v | 1 | '' | ]"
            })
    void anErrorNamesFileLineKeyAndWhatIsRight(String text, int line, String key, String right) {
        InvalidFileException error =
                catchThrowableOfType(InvalidFileException.class, () -> netdev(text.replace("\\n", "\n")));

        assertThat(error.file()).contains(DIRECTORY.resolve("x.netdev"));
        assertThat(error.getMessage())
                .startsWith("/etc/systemd/network/x.netdev: ")
                .contains(right);
        assertThat(error.key()).isIn(key, key.equals("Remote") ? "Group" : key);
        assertThat(error.line()).isIn(line, key.equals("Remote") ? 6 : line);
    }

    @Test
    void aFileWithoutWhatItNeedsIsRefused() {
        assertThatThrownBy(() -> network("[Network]\nDHCP=yes\n"))
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("[Match] is missing");
        assertThatThrownBy(() -> LinkPolicy.read(DIRECTORY.resolve("a.link"), new byte[0]))
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("a.link");
    }

    /** Whatever stands there: the typed error or a value, and a value that is written back unchanged. */
    @Property(tries = 10_000)
    void noInputBreaksTheReader(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] bytes = BRIDGE.getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(6); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt() : "[]=\n\\#0 -".charAt(random.nextInt(9)));
        }
        try {
            NetworkdDocument<Netdev> read = Netdev.read(DIRECTORY.resolve("x.netdev"), bytes);
            assertThat(read.with(read.value()).bytes()).isEqualTo(bytes);
        } catch (InvalidFileException e) {
            assertThat(e.file()).isPresent();
        }
    }
}
