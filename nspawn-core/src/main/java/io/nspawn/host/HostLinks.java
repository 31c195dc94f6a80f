package io.nspawn.host;

import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostNetwork;
import io.nspawn.spi.HostNetwork.HostLink;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The host's links as they were at one moment. */
record HostLinks(Map<InterfaceName, HostLink> byName, Set<InterfaceName> defaultRoutes) {
    HostLinks {
        byName = Map.copyOf(byName);
        defaultRoutes = Set.copyOf(defaultRoutes);
    }

    static HostLinks of(HostNetwork network) {
        List<HostLink> links = network.list();
        return new HostLinks(
                links.stream().collect(Collectors.toMap(HostLink::name, Function.identity())), network.defaultRoutes());
    }

    Optional<HostLink> find(InterfaceName name) {
        return Optional.ofNullable(byName.get(name));
    }

    Collection<HostLink> all() {
        return byName.values();
    }

    /** In words for people. */
    static String described(HostLink link) {
        if (link.loopback()) {
            return "the loopback";
        }
        return link.kind().isEmpty() ? "a network card" : "a " + link.kind();
    }
}
