package io.nspawn.osa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.nspawn.config.NetworkFile;
import io.nspawn.host.Segment;
import io.nspawn.host.Topology;
import io.nspawn.model.Nic;
import io.nspawn.model.Nic.Route;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import java.util.List;
import org.junit.jupiter.api.Test;

class OsaNetworksTest {
    private static final String YAML = """
            ansible_host: 172.29.236.11
            container_networks:
              container_address:
                bridge: br-mgmt
                address: 172.29.236.11
                netmask: 255.255.252.0
                gateway: 172.29.236.1
                type: veth
              storage_address:
                bridge: br-storage
                address: fd00:244::11/64
                mtu: 9000
              flat_address:
                bridge: eth12
                macvlan_mode: private
                static_routes:
                  - cidr: 172.29.0.0/16
                    gateway: 172.29.236.1
            nspawn_networks:
              nspawn_address:
                bridge: nspawn0
                private_device: yes
                enable_dhcp: true
                dhcp_range: 10.11.4.2,10.11.4.129
                address: 10.11.4.1
                netmask: 255.255.255.0
                host_only: true
                static_routes:
                  - cidr: 10.99.0.0/16
                    gateway: 10.11.4.7
            """;

    @Test
    void cleanNames() {
        OsaNetworks networks = OsaNetworks.read("aio1.yml", YAML);

        Topology expected = Topology.builder()
                .given("br-mgmt", Segment.Builder::throughVeth)
                .given("br-storage", s -> s.throughVeth().mtu(9000))
                .given("eth12", s -> s.mode(MacvlanMode.PRIVATE))
                .bridge("nspawn0", s -> s.host("10.11.4.1/24").dhcp(2, 128).masquerade())
                .build();
        assertThat(networks.topology(Profile.CLEAN)).isEqualTo(expected);
        assertThat(networks.nics(Profile.CLEAN))
                .extracting(Nic::lower, Nic::addresses, Nic::dhcp)
                .containsExactly(
                        tuple(name("veth-mgmt2"), List.of(Prefix.parse("172.29.236.11/22")), false),
                        tuple(name("veth-storage2"), List.of(Prefix.parse("fd00:244::11/64")), false),
                        tuple(name("eth12"), List.of(), false),
                        tuple(name("nspawn0"), List.of(), true));
        assertThat(networks.nics(Profile.CLEAN).get(0).gateway()).contains(IpAddress.parse("172.29.236.1"));
        assertThat(networks.nics(Profile.CLEAN))
                .extracting(Nic::routes)
                .containsExactly(
                        List.of(),
                        List.of(),
                        List.of(new Route(Prefix.parse("172.29.0.0/16"), IpAddress.parse("172.29.236.1"))),
                        List.of());
        assertThat(networks.ignored())
                .extracting(YamlFinding::line, YamlFinding::key)
                .containsExactly(
                        tuple(8, "container_networks.container_address.type"),
                        tuple(27, "nspawn_networks.nspawn_address.host_only"),
                        tuple(29, "nspawn_networks.nspawn_address.static_routes"));
    }

    @Test
    void namesAsTheRoleMadeThem() {
        OsaNetworks networks = OsaNetworks.read("aio1.yml", YAML);

        assertThat(networks.topology(Profile.OSA).segments())
                .extracting(s -> s.hostMacvlan().orElseThrow().value())
                .containsExactly("mv-mgmt", "mv-storage", "mv-eth12", "mv-nspawn0");
        assertThat(networks.nics(Profile.OSA))
                .extracting(nic -> NetworkFile.interfaceName(nic).value())
                .containsExactly("mv-mv-mgmt", "mv-mv-storage", "mv-mv-eth12", "mv-mv-nspawn0");
    }

    @Test
    void allThatIsWrongIsToldWithItsLine() {
        String yaml = """
                container_networks:
                  container_address:
                    bridge: br-a-name-much-too-long
                    address: 172.29.236.11
                    netmask: 255.255.252.0
                  storage_address:
                    bridge: br-storage
                    address: 172.29.244.300
                    netmask: 255.255.252.0
                  tunnel_address:
                    bridge: br-vxlan
                    mtu: nine thousand
                """;

        InvalidNetworksException wrong =
                catchThrowableOfType(InvalidNetworksException.class, () -> OsaNetworks.read("aio1.yml", yaml));

        assertThat(wrong.findings())
                .extracting(YamlFinding::line, YamlFinding::key)
                .containsExactly(
                        tuple(3, "container_networks.container_address.bridge"),
                        tuple(8, "container_networks.storage_address.address"),
                        tuple(12, "container_networks.tunnel_address.mtu"));
        assertThat(wrong)
                .hasMessageStartingWith("aio1.yml: line 3: ")
                .hasMessageContaining(
                        "line 12: container_networks.tunnel_address.mtu: is \"nine thousand\" (an integer from");
    }

    @Test
    void everyKindOfMistake() {
        assertThat(lines("container_networks:\n  a:\n    bridge: br-a\n    bridge: br-b\n"))
                .containsExactly(4);
        assertThat(lines("container_networks:\n  a:\n    brigde: br-a\n")).containsExactly(3, 3);
        assertThat(lines("container_networks:\n  a: [1]\n")).containsExactly(2);
        assertThat(lines("container_networks: 7\n")).containsExactly(1);
        assertThat(lines("a:\n  bridge: br-a\n  address: 10.11.12.13\n")).containsExactly(3);
        assertThat(lines("a:\n  bridge: br-a\n  address: 10.11.12.13\n  netmask: 255.0.255.0\n"))
                .containsExactly(4);
        assertThat(lines("a:\n  bridge: \"{{ x }}\"\n")).containsExactly(2);
        assertThat(lines("a:\n  bridge: br-a\n  address: 10.11.12.13/24\n  gateway: 10.11.13.1\n"))
                .containsExactly(4);
        assertThat(lines("a:\n  bridge: br-a\n  address: 10.11.12.13/24\n  dhcp_range: 10.11.12.9,10.11.12.2\n"))
                .containsExactly(4);
        assertThat(lines("a:\n  bridge: br-a\n  static_routes: 10.0.0.0/8\n")).containsExactly(3);
        assertThat(lines("a:\n  bridge: br-a\n  static_routes:\n    - 10.0.0.0/8\n"))
                .containsExactly(4);
        assertThat(lines("a:\n  bridge: br-a\n  static_routes:\n    - cidr: 10.0.0.0/8\n"))
                .containsExactly(4);
        assertThat(lines("a:\n  bridge: br-a\n  static_routes:\n    - cidr: 10.0.0.0/8\n      gateway: fd00::1\n"))
                .containsExactly(5);
        assertThat(lines("a:\n  bridge: br-a\n  static_routes:\n    - cidr: x\n      gateway: y\n      metric: 1\n"))
                .containsExactly(4, 5, 6);
        assertThat(lines("a: {\n  bridge: br-a\n")).containsExactly(3);
        assertThat(lines("- a\n")).containsExactly(1);
        assertThat(lines("")).containsExactly(1);
        assertThatThrownBy(() -> OsaNetworks.read("x", "a: *b\n")).isInstanceOf(InvalidNetworksException.class);
    }

    private static List<Integer> lines(String yaml) {
        return catchThrowableOfType(InvalidNetworksException.class, () -> OsaNetworks.read("x", yaml))
                .findings()
                .stream()
                .map(YamlFinding::line)
                .toList();
    }

    private static InterfaceName name(String text) {
        return InterfaceName.of(text);
    }
}
