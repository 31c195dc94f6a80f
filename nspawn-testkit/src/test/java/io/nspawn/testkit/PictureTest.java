package io.nspawn.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.host.HostTopology;
import io.nspawn.host.HostTopology.HostInterface;
import io.nspawn.host.HostTopology.Machine;
import io.nspawn.host.HostTopology.Macvlan;
import io.nspawn.host.HostTopology.Network;
import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.ContainerState;
import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.Prefix;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.w3c.dom.Document;

/** The picture of a host, drawn from what is there. */
class PictureTest {
    @RegisterExtension
    static final FakeHost host = FakeHost.withImages(Sample.IMAGE);

    private static final List<String> BRIDGES = List.of("br-mgmt", "br-vxlan", "br-storage", "br-vlan", "br-flat");
    private static final List<String> SERVICES = List.of("galera", "rabbit-mq", "keystone", "neutron-agents");

    private static void deployAllInOne() {
        host.readiness().forContainers(32).fix();
        Topology.Builder topology = Topology.builder();
        for (int i = 0; i < BRIDGES.size(); i++) {
            String address = "172.29." + (236 + 4 * i) + ".1/22";
            topology.bridge(BRIDGES.get(i), s -> s.host(address).throughVeth());
        }
        host.network()
                .apply(topology.bridge("br-flat2", s -> s.host("fd00:1::1/64")).build());
        List<ContainerSpec> specs = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            String number = Integer.toString(11 + i);
            String second = BRIDGES.get(1 + i % 4);
            String third = Integer.toString(236 + 4 * (1 + i % 4));
            ContainerSpec.Builder spec = ContainerSpec.named(
                            "aio1_" + SERVICES.get(i % 4) + "_container-" + (40000000 + 977 * i))
                    .image(Sample.IMAGE)
                    .macvlan("veth-mgmt2", nic -> nic.address("172.29.236." + number + "/22"))
                    .macvlan(
                            "veth-" + second.substring(3) + "2",
                            nic -> nic.address("172.29." + third + "." + number + "/22"));
            specs.add((i % 8 == 0 ? spec.macvlan("br-flat2", nic -> nic.address("fd00:1::" + number + "/64")) : spec)
                    .build());
        }
        host.deployAll(specs, progress -> {});
        host.awaitAllReady(specs.stream().map(ContainerSpec::machine).toList(), Duration.ofSeconds(30));
    }

    @Test
    void showsWhatIsThere() throws Exception {
        deployAllInOne();
        host.container("aio1_galera_container-40000000").stop();

        HostTopology topology = host.topology();

        assertThat(topology.networks())
                .extracting(n -> n.name().value())
                .containsExactly("br-flat", "br-flat2", "br-mgmt", "br-storage", "br-vlan", "br-vxlan");
        assertThat(topology.containers()).hasSize(32);
        Machine stopped = topology.containers().get(0);
        assertThat(stopped.runs()).isFalse();
        assertThat(stopped.nics())
                .extracting(nic -> nic.network().orElseThrow().value())
                .containsExactly("br-mgmt", "br-vxlan", "br-flat2");
        assertThat(stopped.nics()).allMatch(nic -> nic.addresses().isEmpty());
        assertThat(topology.containers().get(1).nics().get(0).addresses()).hasSize(1);

        Document svg = parsed(topology.toSvg());
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(32 * 2 + 4);
        assertThat(topology.toSvg())
                .contains("31 of 32 containers running, on 6 networks")
                .contains("172.29.236.12/22");
        assertThat(topology.toMermaid().lines().filter(l -> l.contains(" ---"))).hasSize(32 * 2 + 4);
        assertThat(topology.toDot().lines().filter(l -> l.contains(" -- "))).hasSize(32 * 2 + 4);
        write(topology);
    }

    /** For whoever wants to look. */
    private static void write(HostTopology topology) throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "pictures"));
        Files.writeString(directory.resolve("host.svg"), topology.toSvg());
        Files.writeString(directory.resolve("host.dot"), topology.toDot());
        Files.writeString(directory.resolve("host.mmd"), topology.toMermaid());
    }

    @Test
    void anEmptyHostIsAPictureToo() throws Exception {
        assertThat(parsed(host.topology().toSvg()).getDocumentElement().getTagName())
                .isEqualTo("svg");
        assertThat(host.topology().toDot()).endsWith("}\n");
    }

    @Test
    void hostileNamesMeanNothing() throws Exception {
        for (String name :
                List.of("a\"];x[b=\"", "<script>", "&lt;'\"&amp;", "a\\", "\\N\\G\\n", "`md`#quot;", "--><b>", "a$b")) {
            InterfaceName link = new InterfaceName(name);
            HostInterface own = new HostInterface(link, List.of(Prefix.parse("172.29.4.1/24")));
            Network network = new Network(link, "bri\"<&dge", 1500, true, List.of(link), List.of(own), false);
            Macvlan nic = new Macvlan(Optional.of(link), link, link, List.of(Prefix.parse("172.29.4.2/24")));
            HostTopology topology = new HostTopology(
                    List.of(network), List.of(new Machine(MachineName.of("c"), ContainerState.READY, List.of(nic))));

            Document svg = parsed(topology.toSvg());
            assertThat(svg.getElementsByTagName("script").getLength()).isZero();
            assertThat(svg.getElementsByTagName("text").item(1).getTextContent())
                    .isEqualTo(name);
            assertThat(topology.toMermaid().lines().toList())
                    .hasSize(5)
                    .allMatch(line -> line.chars().filter(c -> c == '"').count() % 2 == 0)
                    .noneMatch(line -> line.contains("<script") || line.contains("<b>") || line.contains("`"));
            for (String line : topology.toDot().lines().skip(1).toList()) {
                assertThat(line.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "Q"))
                        .doesNotContain("\"")
                        .doesNotContain("<");
            }
        }
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
