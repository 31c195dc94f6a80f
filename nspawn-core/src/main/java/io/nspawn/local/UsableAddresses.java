package io.nspawn.local;

import io.nspawn.net.Address;
import io.nspawn.net.Prefix;
import io.nspawn.net.RouteEvent;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The addresses of a network namespace that are past duplicate address detection, as the events tell. */
final class UsableAddresses {
    private final Set<Place> places = new HashSet<>();

    /** Two links can have the same address, and one may lose it. */
    private record Place(int link, Prefix prefix) {
        static Place of(Address address) {
            return new Place(address.link(), address.prefix());
        }
    }

    void apply(RouteEvent event) {
        if (event instanceof RouteEvent.Snapshot snapshot) {
            places.clear();
            snapshot.addresses().forEach(this::put);
        } else if (event instanceof RouteEvent.AddressChanged changed) {
            put(changed.address());
        } else if (event instanceof RouteEvent.AddressRemoved removed) {
            places.remove(Place.of(removed.address()));
        }
    }

    boolean haveAll(Collection<Prefix> wanted) {
        return places.stream().map(Place::prefix).collect(Collectors.toSet()).containsAll(wanted);
    }

    /** An address whose detection failed stays tentative. */
    private void put(Address address) {
        if ((address.flags() & Address.TENTATIVE) == 0) {
            places.add(Place.of(address));
        } else {
            places.remove(Place.of(address));
        }
    }
}
