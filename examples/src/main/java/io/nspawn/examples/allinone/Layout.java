package io.nspawn.examples.allinone;

import io.nspawn.host.Topology;
import io.nspawn.model.ContainerSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;

/** The containers of OpenStack-Ansible's all-in-one host, under the names that it gives, and their five networks. */
final class Layout {
    /** A network: its bridge, and the first three bytes of its /22, the host's own address being .1. */
    private enum Network {
        MGMT("br-mgmt", 236),
        VXLAN("br-vxlan", 240),
        STORAGE("br-storage", 244),
        VLAN("br-vlan", 248),
        FLAT("br-flat", 252);

        private static final int FIRST_CONTAINER = 10;
        private final String bridge;
        private final int third;

        Network(String bridge, int third) {
            this.bridge = bridge;
            this.third = third;
        }

        String hostAddress() {
            return "172.29." + third + ".1/22";
        }

        String address(int container) {
            int number = FIRST_CONTAINER + container;
            return "172.29." + (third + number / 256) + "." + number % 256 + "/22";
        }
    }

    private record Component(String name, List<Network> networks) {
        static Component of(String name, Network... networks) {
            return new Component(name, List.of(networks));
        }
    }

    private static final List<Component> COMPONENTS = List.of(
            Component.of("galera", Network.MGMT, Network.FLAT),
            Component.of("rabbit_mq", Network.MGMT, Network.FLAT),
            Component.of("memcached", Network.MGMT, Network.FLAT),
            Component.of("repo", Network.MGMT, Network.FLAT),
            Component.of("utility", Network.MGMT, Network.FLAT),
            Component.of("rsyslog", Network.MGMT, Network.FLAT),
            Component.of("unbound", Network.MGMT, Network.FLAT),
            Component.of("keystone", Network.MGMT, Network.FLAT),
            Component.of("glance", Network.MGMT, Network.STORAGE),
            Component.of("cinder_api", Network.MGMT, Network.STORAGE),
            Component.of("cinder_scheduler", Network.MGMT, Network.STORAGE),
            Component.of("cinder_volumes", Network.MGMT, Network.STORAGE),
            Component.of("swift_proxy", Network.MGMT, Network.STORAGE),
            Component.of("nova_api_metadata", Network.MGMT, Network.FLAT),
            Component.of("nova_api_os_compute", Network.MGMT, Network.FLAT),
            Component.of("nova_api_placement", Network.MGMT, Network.FLAT),
            Component.of("nova_conductor", Network.MGMT, Network.FLAT),
            Component.of("nova_console", Network.MGMT, Network.FLAT),
            Component.of("nova_scheduler", Network.MGMT, Network.FLAT),
            Component.of("neutron_server", Network.MGMT, Network.FLAT),
            Component.of("neutron_agents", Network.MGMT, Network.VXLAN, Network.VLAN),
            Component.of("heat_apis", Network.MGMT, Network.FLAT),
            Component.of("heat_engine", Network.MGMT, Network.FLAT),
            Component.of("horizon", Network.MGMT, Network.FLAT),
            Component.of("designate", Network.MGMT, Network.FLAT),
            Component.of("octavia_server", Network.MGMT, Network.VXLAN, Network.VLAN),
            Component.of("ironic_api", Network.MGMT, Network.FLAT),
            Component.of("ironic_conductor", Network.MGMT, Network.STORAGE, Network.FLAT),
            Component.of("trove_api", Network.MGMT, Network.FLAT),
            Component.of("aodh", Network.MGMT, Network.FLAT),
            Component.of("ceilometer_central", Network.MGMT, Network.FLAT),
            Component.of("gnocchi", Network.MGMT, Network.STORAGE));

    private Layout() {}

    /** Bridges as OpenStack-Ansible has them, with the host's address on each, and a veth pair for macvlans. */
    static Topology topology() {
        Map<String, String> hostAddresses = new LinkedHashMap<>();
        for (Network network : Network.values()) {
            hostAddresses.put(network.bridge, network.hostAddress());
        }
        return Topology.compatible(hostAddresses);
    }

    /**
     * The first containers of the layout; beyond its 32, further memcached ones.
     *
     * @param count 1 to 900, for which the networks have addresses
     */
    static List<ContainerSpec> specs(int count, String image) {
        Topology topology = topology();
        List<ContainerSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Component component = i < COMPONENTS.size() ? COMPONENTS.get(i) : COMPONENTS.get(2);
            ContainerSpec.Builder spec =
                    ContainerSpec.named(name(component, i)).image(image).boots();
            for (Network network : component.networks()) {
                String address = network.address(i);
                String lower = topology.segment(network.bridge)
                        .orElseThrow()
                        .containersOn()
                        .value();
                spec.macvlan(lower, nic -> nic.address(address));
            }
            specs.add(spec.build());
        }
        return specs;
    }

    /** OpenStack-Ansible ends a container's name in eight hexadecimal digits of its own. */
    private static String name(Component component, int number) {
        if (number == 0) {
            return "aio1_galera_container-4ed0d84a";
        }
        CRC32 crc = new CRC32();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
        return String.format(Locale.ROOT, "aio1_%s_container-%08x", component.name(), crc.getValue());
    }
}
