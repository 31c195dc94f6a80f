package io.nspawn.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.nspawn.config.TypedDocument.Unknown;
import io.nspawn.model.Size;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Network files and drop-ins that somebody else wrote. */
class TypedFileReadTest {
    private static final Duration LONG = Duration.ofSeconds(60);
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

    private static TypedDocument<Netdev> netdev(String text) {
        return Netdev.read(DIRECTORY.resolve("x.netdev"), text.getBytes(StandardCharsets.UTF_8));
    }

    private static TypedDocument<Network> network(String text) {
        return Network.read(DIRECTORY.resolve("x.network"), text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void otherFormsOfAValueAreReadAndKept() {
        TypedDocument<Netdev> read = netdev(BRIDGE);

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

        TypedDocument<Netdev> changed = netdev(BRIDGE).with(wanted);

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

        TypedDocument<Network> changed = network(text).with(wanted);

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
        TypedDocument<Network> read = network("[Network]\nDHCP=true\n[Match]\nName=a  b\n[Network]\nIPv6AcceptRA=0\n");

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

    private static final String NETWORK = """
            [Match]
            Name=br-mgmt
            [Network]
            Address=10.1.2.3/24
            DNS=10.1.2.1
            DHCPServer=yes
            [DHCPServer]
            PoolOffset=7
            [Address]
            Address=fd00::1/64
            [Route]
            Gateway=10.1.2.254
            """;
    private static final String LINK = "[Match]\nOriginalName=en*\n[Link]\nMTUBytes=9K\nNamePolicy=keep path\n";
    private static final String DROP_IN = """
            [Unit]
            After=a.service b.service
            RequiresMountsFor="/srv/a b" /srv/c
            [Service]
            Environment="A=b c" D=e
            DeviceAllow=char-pts rw
            MemoryMax=4G
            AllowedCPUs=0-3,8
            """;

    /** One type of file. */
    enum Kind {
        NETDEVS(BRIDGE),
        NETWORKS(NETWORK),
        LINKS(LINK),
        DROP_INS(DROP_IN);

        private final String sample;

        Kind(String sample) {
            this.sample = sample;
        }

        private TypedDocument<? extends TypedFile> read(byte[] content) {
            Path file = DIRECTORY.resolve("x");
            return switch (this) {
                case NETDEVS -> Netdev.read(file, content);
                case NETWORKS -> Network.read(file, content);
                case LINKS -> LinkPolicy.read(file, content);
                case DROP_INS -> DropIn.read(file, content);
            };
        }
    }

    private static <T extends TypedFile> byte[] withItsOwnValue(TypedDocument<T> document) {
        return document.with(document.value()).bytes();
    }

    /** Whatever stands there: the typed error or a value, and a value that is written back unchanged. */
    @Property(tries = 40_000)
    void noInputBreaksAReader(@ForAll long seed, @ForAll Kind kind) {
        Random random = new Random(seed);
        byte[] bytes = kind.sample.getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(6); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] =
                    (byte) (random.nextBoolean() ? random.nextInt() : "[]=\n\\#0 -%\"".charAt(random.nextInt(11)));
        }
        if (random.nextInt(4) == 0) {
            random.nextBytes(bytes);
        }
        try {
            assertThat(withItsOwnValue(kind.read(bytes))).isEqualTo(bytes);
        } catch (InvalidFileException e) {
            assertThat(e.file()).isPresent();
            assertThat(e.remedy()).isNotEmpty();
        }
    }

    /** Far more than a second is for machines that do something else; alone they take a few hundred milliseconds. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void largeFilesTakeNoLongTime(Kind kind) {
        for (String start : List.of("Description=", "Name=", "DNS=", "Domains=", "Environment=\"", "After=", "X=")) {
            String line = kind.sample + start + "a ".repeat((1 << 19) - 40) + "\n";
            assertTimeout(LONG, () -> readOrRefuse(kind, line));
        }
        for (String many : List.of("[Address]\nAddress=", "[Network]\nDNS=\nDNS=", "[Service]\nEnvironment=A=", "X=")) {
            StringBuilder file = new StringBuilder(kind.sample);
            for (int i = 0; i < 100_000; i++) {
                file.append(many)
                        .append("10.")
                        .append(i >> 16)
                        .append('.')
                        .append(i >> 8 & 255)
                        .append('.');
                file.append(i & 255).append(many.contains("Address") ? "/24\n" : "\n");
            }
            assertTimeout(LONG, () -> readOrRefuse(kind, file.toString()));
        }
    }

    private static void readOrRefuse(Kind kind, String text) {
        try {
            kind.read(text.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidFileException e) {
            assertThat(e.line()).isPositive();
        }
    }

    @Test
    void aDropInThatSomebodyWroteIsRead() {
        TypedDocument<DropIn> read = dropIn("""
                # theirs
                [Unit]
                After=a.service  b.service
                After=
                RequiresMountsFor='/srv/a b' /srv/c
                Before=%i.service
                [Service]
                ExecStartPre=/bin/true
                Environment="A=b c" D='e f'
                MemoryMax=4G
                AllowedCPUs=0-3,8
                DeviceAllow=/dev/kvm
                DeviceAllow=char-pts wr
                TimeoutStartSec=2min
                """);

        DropIn expected = DropIn.builder()
                .after(UnitName.of("a.service"))
                .after(UnitName.of("b.service"))
                .requiresMountsFor(Path.of("/srv/a b"))
                .requiresMountsFor(Path.of("/srv/c"))
                .environment("A", "b c")
                .environment("D", "e f")
                .memoryMax(Size.parse("4G"))
                .allowedCpus(0, 1, 2, 3, 8)
                .deviceAllow(Path.of("/dev/kvm"), "rwm")
                .deviceGroupAllow("char-pts", "rw")
                .timeoutStart(Duration.ofMinutes(2))
                .build();
        assertThat(read.value()).isEqualTo(expected);
        assertThat(read.unknown())
                .extracting(Unknown::text)
                .containsExactly("Before=%i.service", "ExecStartPre=/bin/true");
        DropIn tighter =
                new DropIn(SystemdFileLexer.read(expected.content().text().replace("4294967296", "1048576")));
        assertThat(read.with(tighter).text()).isEqualTo(read.text().replace("MemoryMax=4G", "MemoryMax=1048576"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[Service]\\nCPUWeight=none | 2 | CPUWeight | an integer from 1 to 10000",
                "[Unit]\\nAfter=a.service b | 2 | After | the name of a unit",
                "[Service]\\n# c\\nMemoryMax=lots | 3 | MemoryMax | an integer",
                "[Service]\\nDeviceAllow=/dev/kvm x | 2 | DeviceAllow | some of rwm"
            })
    void anErrorOfADropInNamesFileLineKeyAndWhatIsRight(String text, int line, String key, String right) {
        InvalidFileException error =
                catchThrowableOfType(InvalidFileException.class, () -> dropIn(text.replace("\\n", "\n")));

        assertThat(error.file()).contains(DIRECTORY.resolve("50-x.conf"));
        assertThat(error.getMessage()).contains(right);
        assertThat(error.key()).isEqualTo(key);
        assertThat(error.line()).isEqualTo(line);
    }

    private static TypedDocument<DropIn> dropIn(String text) {
        return DropIn.read(DIRECTORY.resolve("50-x.conf"), text.getBytes(StandardCharsets.UTF_8));
    }
}
