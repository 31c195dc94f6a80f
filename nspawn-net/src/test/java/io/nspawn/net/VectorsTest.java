package io.nspawn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Checks names and MAC addresses against what systemd itself computed. */
class VectorsTest {
    static List<String[]> vectors(String file) {
        try (InputStream in = Objects.requireNonNull(VectorsTest.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void interfaceNamesAreValidWhereSystemdSaysSo() {
        List<String[]> vectors = vectors("ifname-valid.tsv");
        assertThat(vectors)
                .hasSize(13)
                .allSatisfy(
                        v -> assertThat(InterfaceName.isValid(v[1])).as(v[1]).isEqualTo(v[2].equals("1")));
    }

    @Test
    void longNamesAreShortenedAsBySystemd() {
        List<String[]> vectors = vectors("shorten-ifname.tsv");
        assertThat(vectors).hasSize(8).allSatisfy(v -> {
            InterfaceName name = NspawnNames.HASHED.shorten(v[1]);
            assertThat(name.value()).isEqualTo(v[3]);
            assertThat(!name.value().equals(v[1])).isEqualTo(v[2].equals("1"));
        });
    }

    @Test
    void addressesAreThoseOfSystemd() {
        List<String[]> vectors = vectors("predictable-mac.tsv");
        assertThat(vectors)
                .hasSize(28)
                .allSatisfy(v -> assertThat(predict(new NspawnMacs(v[0], v[1]), v[2], Integer.parseInt(v[3])))
                        .as(String.join(" ", v))
                        .isEqualTo(MacAddress.parse(v[4])));
    }

    private static MacAddress predict(NspawnMacs macs, String kind, int index) {
        return switch (kind) {
            case "veth-host" -> macs.vethHost();
            case "veth-container" -> macs.vethContainer();
            case "veth-extra-host" -> macs.extraVethHost(index);
            case "veth-extra-container" -> macs.extraVethContainer(index);
            case "macvlan" -> macs.macvlan(index);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    /** These were read off a container that systemd-nspawn 252 had started. */
    @Test
    void aRealContainerHadThese() {
        NspawnMacs macs = new NspawnMacs("3d1219c7-c4c5-404a-aa1f-6d2a48adfda4", "webdb1");
        assertThat(macs.macvlan(0)).hasToString("a2:5a:e8:2a:86:25");
        assertThat(macs.macvlan(1)).hasToString("be:49:de:05:6d:13");
        assertThat(macs.macvlan(2)).hasToString("66:30:1d:35:d3:df");
        assertThat(macs.vethContainer()).hasToString("d2:1e:76:1e:57:3a");
        assertThat(NspawnNames.HASHED.macvlan(InterfaceName.of("br-management1")))
                .hasToString("mv-br-managU5bt");
    }

    @Test
    void oldSchemesCutTheName() {
        assertThat(NspawnNames.TRUNCATED.macvlan(InterfaceName.of("br-management1")))
                .hasToString("mv-br-managemen");
        assertThat(NspawnNames.TRUNCATED.veth("web")).hasToString("ve-web");
        assertThat(NspawnNames.HASHED.bridgedVeth("openstack-nova-api-container-1a2b3c"))
                .hasToString("vb-openstacxXac");
        assertThat(NspawnNames.zone("dmz")).hasToString("vz-dmz");
        assertThat(NspawnNames.containerVeth()).hasToString("host0");
        assertThat(NspawnNames.HASHED.ipvlan(InterfaceName.of("eth0"))).hasToString("iv-eth0");
    }
}
