package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:0, ::",
        "::1, ::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:DB8::, 2001:db8::",
        "::ffff:10.0.0.1, ::ffff:10.0.0.1",
        "1::10.0.0.1, 1::a00:1",
        "fe80::, fe80::",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "10.0.0.1, 10.0.0.1"
    })
    void addressesAreWrittenInTheirCanonicalForm(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "10.0.0",
                "10.0.0.256",
                "10.0.0.01",
                "10.0.0.1.",
                "1",
                "0x7f.0.0.1",
                ":",
                ":::",
                "1:2:3:4:5:6:7:8:9",
                "1::2::3",
                "fe80::1%lo",
                "12345::",
                "::10.0.0",
                "1:2:3:4:5:6:7:10.0.0.1",
                "10.0.0.1::",
                "::g",
                "1:2:3:4:5:6:7:8::",
                " ::1",
                "٠.0.0.1"
            })
    void otherTextIsNoAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> IpAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.1",
                "10.0.0.1/",
                "/8",
                "10.0.0.1/33",
                "::/129",
                "10.0.0.1/-1",
                "10.0.0.1/08",
                "10.0.0.1/8/8"
            })
    void otherTextIsNoPrefix(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "02:00:00:00:00",
                "02-00-00-00-00-01",
                "02:00:00:00:00:0g",
                "02:00:00:00:00:01:02",
                "0200:00:00:00:01 "
            })
    void otherTextIsNoMacAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MacAddress.parse(text));
    }

    @Test
    void macAddressesTellWhatTheyAre() {
        assertThat(MacAddress.parse("01:00:5e:00:00:01").isUnicast()).isFalse();
        assertThat(MacAddress.parse("00:00:00:00:00:00").isUnicast()).isFalse();
        MacAddress random = MacAddress.random(new java.util.Random(1));
        assertThat(random.isUnicast()).isTrue();
        assertThat(random.isLocal()).isTrue();
    }

    /** The example of the paper: key 00…0f, message 00…0e. */
    @Test
    void sipHashIsThatOfThePaper() {
        byte[] key = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");
        byte[] message = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e");
        assertThat(SipHash.hash(key, message)).isEqualTo(0xa129ca6149be45e5L);
    }

    @Test
    void segmentsAreNamedAfterTheirBridge() {
        MacvlanSegment segment = MacvlanSegment.of(InterfaceName.of("br-mgmt"));
        assertThat(segment.port()).hasToString("veth-mgmt1");
        assertThat(segment.lower()).hasToString("veth-mgmt2");
        MacvlanSegment longer = MacvlanSegment.of(InterfaceName.of("br-management1"));
        assertThat(longer.port()).isNotEqualTo(longer.lower());
    }

    @Test
    void badSpecsAreRefusedBeforeAnythingIsTouched() {
        assertThatIllegalArgumentException().isThrownBy(() -> LinkSpec.bridge("br/0"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkSpec.bridge("br0").mtu(67));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinkSpec.bridge("br0").master(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new LinkKind.Vxlan(1 << 24));
        assertThatIllegalArgumentException().isThrownBy(() -> new LinkKind.Vlan(4095));
        assertThatIllegalArgumentException().isThrownBy(() -> LinkRequest.deleteGroup(0));
        assertThatIllegalArgumentException().isThrownBy(() -> NetworkNamespace.named("../x"));
        assertThatIllegalArgumentException().isThrownBy(() -> NetworkNamespace.ofProcess(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new NspawnMacs("123", "web"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.of(1, Prefix.parse("10.0.0.1/8")).broadcast(IpAddress.parse("::1")));
    }

    @Test
    void routesAreWrittenAsIpWritesThem() {
        Prefix network = Prefix.parse("10.0.0.0/8");
        IpAddress gateway = IpAddress.parse("10.1.0.1");

        assertThat(Route.on(network, 5).source(IpAddress.parse("10.1.0.2")))
                .hasToString("10.0.0.0/8 dev 5 src 10.1.0.2");
        assertThat(Route.via(Prefix.parse("0.0.0.0/0"), gateway).metric(100).table(7))
                .hasToString("default via 10.1.0.1 metric 100 table 7");
        assertThat(Route.dropping(network, Route.Type.BLACKHOLE)).hasToString("blackhole 10.0.0.0/8");
        assertThat(Route.via(network, List.of(Route.Hop.via(gateway, 5, 1), Route.Hop.via(gateway, 6, 2))))
                .hasToString("10.0.0.0/8 nexthop via 10.1.0.1 dev 5 weight 1 nexthop via 10.1.0.1 dev 6 weight 2");
    }
}
