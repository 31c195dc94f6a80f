package io.nspawn.local;

import io.nspawn.model.Nic;
import io.nspawn.net.Address;
import io.nspawn.net.IpAddress;
import io.nspawn.net.Link;
import io.nspawn.net.MacAddress;
import io.nspawn.net.Prefix;
import io.nspawn.net.Route;
import io.nspawn.net.RouteSocket;
import java.util.List;
import java.util.Optional;

/** Makes an interface in a container what a spec says, for containers in which nobody else does. */
final class NicSetup {
    private NicSetup() {}

    static void apply(RouteSocket inside, Link link, Nic nic) {
        int index = link.index();
        Optional<MacAddress> otherMac = nic.mac().filter(mac -> !link.mac().equals(Optional.of(mac)));
        otherMac.ifPresent(mac -> inside.links().mac(index, mac));
        nic.mtu().ifPresent(mtu -> inside.links().mtu(index, mtu));
        addresses(inside, index, nic.addresses());
        // Routes need an interface that is up.
        inside.links().up(index);
        nic.gateway().ifPresent(gateway -> replace(inside, Route.defaultVia(gateway), index));
        nic.routes().forEach(route -> replace(inside, Route.via(route.destination(), route.gateway()), index));
    }

    private static void addresses(RouteSocket inside, int index, List<Prefix> wanted) {
        List<Address> now = inside.addresses().list(index);
        now.stream()
                .filter(address -> !isLinkLocal(address.prefix().address()))
                .filter(address -> !wanted.contains(address.prefix()))
                .forEach(inside.addresses()::delete);
        wanted.stream()
                .filter(prefix -> now.stream().noneMatch(a -> a.prefix().equals(prefix)))
                .forEach(prefix -> inside.addresses().replace(Address.of(index, prefix)));
    }

    /** The kernel gives these by itself. */
    private static boolean isLinkLocal(IpAddress address) {
        return Prefix.parse("fe80::/64").contains(address);
    }

    private static void replace(RouteSocket inside, Route route, int index) {
        inside.routes().replace(route.link(index));
    }
}
