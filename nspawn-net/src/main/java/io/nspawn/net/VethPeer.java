package io.nspawn.net;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The other end of a {@link LinkKind.Veth}.
 *
 * @param name its name
 * @param mac its MAC address; a random one is chosen if empty
 * @param mtu its MTU in bytes; that of the first end if empty
 * @param up whether it is set up, which takes a second request
 * @param namespace where it is made; if empty, in the namespace of the socket that makes the pair
 */
public record VethPeer(
        InterfaceName name,
        Optional<MacAddress> mac,
        OptionalInt mtu,
        boolean up,
        Optional<NetworkNamespace> namespace) {
    /**
     * Makes a peer that is down, in the namespace of the socket that makes the pair.
     *
     * @param name its name
     */
    public VethPeer(InterfaceName name) {
        this(name, Optional.empty(), OptionalInt.empty(), false, Optional.empty());
    }

    /**
     * Sets the MAC address.
     *
     * @param address a unicast address
     * @return a changed copy
     */
    public VethPeer mac(MacAddress address) {
        return new VethPeer(name, Optional.of(LinkSpec.unicast(address)), mtu, up, namespace);
    }

    /**
     * Sets the MTU.
     *
     * @param bytes 68 to 65535
     * @return a changed copy
     */
    public VethPeer mtu(int bytes) {
        return new VethPeer(name, mac, OptionalInt.of(LinkSpec.mtuInRange(bytes)), up, namespace);
    }

    /**
     * Has it set up.
     *
     * @return a changed copy
     */
    public VethPeer setUp() {
        return new VethPeer(name, mac, mtu, true, namespace);
    }

    /**
     * Has it made in another namespace.
     *
     * @param target where
     * @return a changed copy
     */
    public VethPeer in(NetworkNamespace target) {
        return new VethPeer(name, mac, mtu, up, Optional.of(target));
    }
}
