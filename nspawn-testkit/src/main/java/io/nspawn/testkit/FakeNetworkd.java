package io.nspawn.testkit;

import io.nspawn.config.Netdev;
import io.nspawn.config.Network;
import io.nspawn.config.SystemdFile;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork.NewLink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What systemd-networkd does on the host when it reads its files: links that are missing are made, addresses that are
 * missing are set. Each file is about one interface by its name; nothing else is read.
 */
final class FakeNetworkd {
    static final String UNIT = "systemd-networkd.service";

    private static final Path DIRECTORY = Path.of("/etc/systemd/network");

    private final FakeNetwork network;
    private final Map<InterfaceName, SystemdFile> netdevs = new TreeMap<>();
    private final Map<InterfaceName, SystemdFile> networks = new TreeMap<>();

    private FakeNetworkd(FakeNetwork network) {
        this.network = network;
    }

    static void read(FakeFiles files, FakeNetwork network) {
        FakeNetworkd networkd = new FakeNetworkd(network);
        for (Path path : files.list(DIRECTORY)) {
            // An empty file masks those of its name elsewhere.
            files.read(path).filter(content -> content.length > 0).ifPresent(content -> networkd.take(path, content));
        }
        networkd.make();
        networkd.networks.forEach(networkd::configure);
    }

    private void take(Path path, byte[] content) {
        if (path.toString().endsWith(".netdev")) {
            Netdev netdev = Netdev.read(path, content).value();
            netdevs.putIfAbsent(netdev.name(), netdev.content());
        } else if (path.toString().endsWith(".network")) {
            SystemdFile file = Network.read(path, content).value().content();
            file.value("Match", "Name")
                    .filter(InterfaceName::isValid)
                    .ifPresent(name -> networks.putIfAbsent(InterfaceName.of(name), file));
        }
    }

    private void make() {
        of("bridge").forEach(name -> missing(new NewLink.Bridge(name, OptionalInt.empty())));
        for (InterfaceName name : of("veth")) {
            InterfaceName peer =
                    InterfaceName.of(value(netdevs, name, "Peer", "Name").orElseThrow());
            value(networks, name, "Network", "Bridge")
                    .map(InterfaceName::of)
                    .filter(bridge -> network.find(bridge).isPresent())
                    .ifPresent(bridge -> missing(new NewLink.Veth(name, peer, bridge)));
        }
        networks.forEach((lower, file) -> file.values("Network", "MACVLAN").stream()
                .map(InterfaceName::of)
                .filter(name -> netdevs.containsKey(name) && network.find(lower).isPresent())
                .forEach(name -> missing(new NewLink.Macvlan(name, lower, mode(name)))));
    }

    private void missing(NewLink link) {
        if (network.find(link.name()).isEmpty()) {
            network.make(link);
        }
    }

    private MacvlanMode mode(InterfaceName name) {
        return MacvlanMode.valueOf(
                value(netdevs, name, "MACVLAN", "Mode").orElseThrow().toUpperCase(Locale.ROOT));
    }

    private void configure(InterfaceName name, SystemdFile file) {
        if (network.find(name).isEmpty()) {
            return;
        }
        file.value("Link", "MTUBytes").map(Integer::valueOf).ifPresent(mtu -> network.putMtu(name, mtu));
        file.value("Network", "Bridge")
                .map(InterfaceName::of)
                .ifPresent(bridge -> network.putMaster(name, Optional.of(bridge)));
        List<Prefix> addresses = new ArrayList<>();
        file.values("Network", "Address").forEach(address -> addresses.add(Prefix.parse(address)));
        network.putAddresses(name, addresses);
    }

    private List<InterfaceName> of(String kind) {
        return netdevs.keySet().stream()
                .filter(name -> value(netdevs, name, "NetDev", "Kind").equals(Optional.of(kind)))
                .toList();
    }

    private static Optional<String> value(
            Map<InterfaceName, SystemdFile> files, InterfaceName name, String section, String key) {
        return Optional.ofNullable(files.get(name)).flatMap(file -> file.value(section, key));
    }
}
