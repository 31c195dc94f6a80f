package io.nspawn.model;

import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.MacAddress;
import io.nspawn.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A macvlan of a container: a network interface of its own, with its own MAC, on an interface of the host.
 *
 * <p>systemd-nspawn makes it in bridge mode and names it {@code mv-<lower>}, shortened to 15 characters where needed
 * (systemd.nspawn(5), {@code MACVLAN=}).
 *
 * @param lower the host's interface, a NIC or a bridge
 * @param addresses static addresses with their prefix length
 * @param dhcp whether the container's networkd asks for addresses, IPv4 and IPv6
 * @param gateway the default route's next hop
 * @param dns name servers that networkd uses on this interface
 * @param mac a MAC to set from inside; otherwise the one that nspawn derives from machine-id and name
 * @param mtu in bytes, 68 to 65535 and not above the lower interface's; otherwise the lower interface's
 * @param routes routes besides the default one
 */
public record Nic(
        InterfaceName lower,
        List<Prefix> addresses,
        boolean dhcp,
        Optional<IpAddress> gateway,
        List<IpAddress> dns,
        Optional<MacAddress> mac,
        OptionalInt mtu,
        List<Route> routes) {
    public Nic {
        Objects.requireNonNull(lower);
        routes = List.copyOf(routes);
        mac.filter(address -> !address.isUnicast()).ifPresent(address -> {
            throw new IllegalArgumentException("an interface cannot have the zero or multicast MAC address " + address);
        });
        addresses = List.copyOf(addresses);
        dns = List.copyOf(dns);
        if (mtu.isPresent() && (mtu.getAsInt() < 68 || mtu.getAsInt() > 65535)) {
            throw new IllegalArgumentException("an MTU is 68 to 65535 bytes, not " + mtu.getAsInt());
        }
    }

    /**
     * A route.
     *
     * @param destination the network, without host bits
     * @param gateway the next hop, of the same family; it must be on one of the interface's own networks
     */
    public record Route(Prefix destination, IpAddress gateway) {
        public Route {
            destination = destination.network();
            if (destination.address().family() != gateway.family()) {
                throw new IllegalArgumentException(
                        "no next hop for " + destination + ", which is of another family: " + gateway);
            }
        }
    }

    /** Collects the options of one macvlan. */
    public static final class Builder {
        private final InterfaceName lower;
        private final List<Prefix> addresses = new ArrayList<>();
        private final List<IpAddress> dns = new ArrayList<>();
        private final List<Route> routes = new ArrayList<>();
        private boolean dhcp;
        private Optional<IpAddress> gateway = Optional.empty();
        private Optional<MacAddress> mac = Optional.empty();
        private OptionalInt mtu = OptionalInt.empty();

        Builder(InterfaceName lower) {
            this.lower = lower;
        }

        /** A static address with its prefix length: {@code 172.29.236.11/22}. */
        public Builder address(String addressAndLength) {
            addresses.add(Prefix.parse(addressAndLength));
            return this;
        }

        public Builder dhcp() {
            dhcp = true;
            return this;
        }

        /** A literal address, never a name. */
        public Builder gateway(String address) {
            gateway = Optional.of(IpAddress.parse(address));
            return this;
        }

        /** A route to a network by a next hop: {@code route("192.168.40.0/24", "172.29.236.1")}; once for each. */
        public Builder route(String network, String gateway) {
            routes.add(new Route(Prefix.parse(network), IpAddress.parse(gateway)));
            return this;
        }

        /** A literal address, never a name. */
        public Builder dns(String address) {
            dns.add(IpAddress.parse(address));
            return this;
        }

        public Builder mac(String address) {
            mac = Optional.of(MacAddress.parse(address));
            return this;
        }

        public Builder mtu(int bytes) {
            mtu = OptionalInt.of(bytes);
            return this;
        }

        Nic build() {
            return new Nic(lower, addresses, dhcp, gateway, dns, mac, mtu, routes);
        }
    }
}
