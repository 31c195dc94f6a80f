package io.nspawn.net;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A link as the kernel described it at one moment.
 *
 * @param index its number in its network namespace
 * @param name its name; the kernel allows more than {@link InterfaceName}
 * @param alternativeNames further names, each up to 127 bytes
 * @param alias a free text, empty if there is none
 * @param kind the kind as the kernel names it, empty for a device of hardware and for the loopback
 * @param hardwareType the ARPHRD number of linux/if_arp.h, 1 for Ethernet
 * @param mac its MAC address, if it has one of six bytes
 * @param mtu its MTU in bytes
 * @param group its group
 * @param flags the IFF flags of netdevice(7)
 * @param operState how it works
 * @param lower the link below, or the other end of a veth
 * @param master the index of the bridge or bond it is a port of
 * @param port its settings as a port, if it is one of a bridge
 * @param details what only its kind has
 */
public record Link(
        int index,
        String name,
        List<String> alternativeNames,
        String alias,
        String kind,
        int hardwareType,
        Optional<MacAddress> mac,
        long mtu,
        int group,
        int flags,
        OperState operState,
        Optional<Lower> lower,
        OptionalInt master,
        Optional<BridgePort> port,
        LinkDetails details) {
    /**
     * The link below.
     *
     * @param index its number, in the namespace it is in
     * @param namespaceId the id of that namespace as seen from this one, empty if it is this one. With an id the index
     *     must not be looked up here: another link may have the same number
     */
    public record Lower(int index, OptionalInt namespaceId) {
        /**
         * Tells whether the link below is in the same namespace.
         *
         * @return true if its index can be looked up here
         */
        public boolean isHere() {
            return namespaceId.isEmpty();
        }
    }

    /**
     * Tells whether it is set up (IFF_UP); whether it works is another matter.
     *
     * @return true if it is set up
     */
    public boolean isUp() {
        return (flags & Ifla.UP) != 0;
    }

    /**
     * Tells whether there is a carrier (IFF_LOWER_UP). Its absence is a state, not an error.
     *
     * @return true if frames can go out
     */
    public boolean hasCarrier() {
        return (flags & Ifla.LOWER_UP) != 0;
    }

    /**
     * Tells whether it is the loopback.
     *
     * @return true for {@code lo}
     */
    public boolean isLoopback() {
        return (flags & Ifla.LOOPBACK) != 0;
    }

    /**
     * Tells whether its lower link is the given link of the same namespace.
     *
     * @param other the index of the other link
     * @return true if it lies directly on that link
     */
    public boolean liesOn(int other) {
        return lower.filter(l -> l.isHere() && l.index() == other).isPresent();
    }

    @Override
    public String toString() {
        return index + ": " + name
                + lower.map(l -> "@" + (l.isHere() ? "" : "if") + l.index()).orElse("") + " <"
                + (kind.isEmpty() ? "device" : kind) + " " + operState + " mtu " + mtu
                + mac.map(m -> " " + m).orElse("") + ">";
    }
}
