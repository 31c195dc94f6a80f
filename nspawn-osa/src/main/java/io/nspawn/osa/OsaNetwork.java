package io.nspawn.osa;

import io.nspawn.host.Segment.DhcpRange;
import io.nspawn.model.Nic.Route;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.IpAddress;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One network of a dictionary, as the role reads it.
 *
 * @param key its key
 * @param ofHost whether its address is the host's, as in {@code nspawn_networks}, and not a container's
 * @param bridge the parent: a bridge or a network card
 * @param privateDevice whether the parent is made, and leads nowhere
 * @param hostInterface the name of the host's macvlan, {@code interface}
 * @param address the address with the length that {@code netmask} says
 * @param gateway the default route
 * @param routes the other routes of a container
 * @param dhcp whether addresses are asked for
 * @param range the addresses that are handed out
 * @param mtu in bytes
 * @param mode {@code macvlan_mode}
 */
record OsaNetwork(
        String key,
        boolean ofHost,
        InterfaceName bridge,
        boolean privateDevice,
        Optional<InterfaceName> hostInterface,
        Optional<Prefix> address,
        Optional<IpAddress> gateway,
        List<Route> routes,
        boolean dhcp,
        Optional<DhcpRange> range,
        OptionalInt mtu,
        MacvlanMode mode) {
    OsaNetwork {
        routes = List.copyOf(routes);
    }
}
