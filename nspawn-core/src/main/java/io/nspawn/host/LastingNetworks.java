package io.nspawn.host;

import io.nspawn.config.Netdev;
import io.nspawn.config.Network;
import io.nspawn.config.NetworkdFile;
import io.nspawn.net.MacvlanMode;
import io.nspawn.spi.HostPorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes networks at once, and has systemd-networkd make the same at each boot. */
final class LastingNetworks {
    private final HostPorts host;
    private final NetworkFiles files;

    LastingNetworks(HostPorts host) {
        this.host = host;
        this.files = new NetworkFiles(host.files(), NetworkFiles.DIRECTORY);
    }

    /** What {@link #apply} would change, one sentence each. */
    List<String> plan(Topology topology) {
        List<String> changes = new ArrayList<>();
        topology.segments().forEach(segment -> {
            if (host.network().find(segment.bridge()).isEmpty()) {
                changes.add("make bridge " + segment.bridge());
            }
            segment.hostAddress()
                    .filter(address -> host.network()
                            .find(segment.hostInterface())
                            .filter(link -> link.addresses().contains(address))
                            .isEmpty())
                    .ifPresent(address -> changes.add("give the host " + address + " on " + segment.hostInterface()));
        });
        contents(topology)
                .forEach((stem, all) -> all.forEach(file -> {
                    Path path = files.path(stem, file);
                    if (!host.files().exists(path)) {
                        changes.add("write " + path);
                    }
                }));
        return changes;
    }

    List<String> apply(Topology topology) {
        List<String> changes = new ArrayList<>();
        files.write(contents(topology), host.machines().version()).forEach(path -> changes.add("wrote " + path));
        changes.addAll(new Networks(host.network()).apply(topology));
        return changes;
    }

    private static Map<String, List<NetworkdFile>> contents(Topology topology) {
        Map<String, List<NetworkdFile>> contents = new LinkedHashMap<>();
        topology.segments().forEach(segment -> {
            String bridge = segment.bridge().value();
            Network.Builder network = network(bridge);
            segment.hostAddress().ifPresent(address -> {
                String name = segment.hostInterface().value();
                network.macvlan(name);
                contents.put(
                        name,
                        List.of(
                                Netdev.macvlan(name, MacvlanMode.BRIDGE).build(),
                                network(name).address(address.toString()).build()));
            });
            contents.put(bridge, List.of(Netdev.bridge(bridge).build(), network.build()));
            carrier(segment.hostInterface().value(), bridge, contents);
        });
        return contents;
    }

    /**
     * A pair that gives a bridge a port: one without any has no carrier once networkd (252) has set its MAC address, and so
     * none of its macvlans has.
     */
    private static void carrier(String hostInterface, String bridge, Map<String, List<NetworkdFile>> contents) {
        String stem = hostInterface.substring("mv-".length());
        String port = "np-" + stem;
        String peer = "nq-" + stem;
        contents.put(
                port,
                List.of(
                        Netdev.veth(port, peer).build(),
                        network(port).bridge(bridge).build()));
        contents.put(peer, List.of(network(peer).build()));
    }

    /** Nobody waits for it to be online. */
    private static Network.Builder network(String name) {
        return Network.of(name).linkLocal("no").configureWithoutCarrier(true).requiredForOnline(false);
    }
}
