package io.nspawn.net;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A link to be made: plain data that can be compared and printed. Everything goes to the kernel in one request, so the
 * link is there with all of it or not at all.
 *
 * <pre>{@code
 * LinkSpec.macvlan("mv0", eth0.index(), MacvlanMode.BRIDGE).mac(address).mtu(1400).up()
 * }</pre>
 *
 * @param name its name
 * @param kind the kind, with what only that kind has
 * @param lower the index of the link below, for kinds that need one
 * @param mac its MAC address. If empty a random one is chosen and sent, where the kind has one of its own (a bridge
 *     takes that of a port): an address that the kernel has chosen would be changed by udev a moment later
 *     (MACAddressPolicy=persistent, systemd.link(5))
 * @param mtu its MTU in bytes; if empty, as the kernel chooses (macvlan: that of the lower link)
 * @param group its group, 0 for none
 * @param master the index of the bridge it becomes a port of
 * @param isUp whether it is set up
 * @param raisesLower whether its lower link is set up as well, if it is down: nobody else does that, and without it the
 *     link has no carrier
 */
public record LinkSpec(
        InterfaceName name,
        LinkKind kind,
        OptionalInt lower,
        Optional<MacAddress> mac,
        OptionalInt mtu,
        int group,
        OptionalInt master,
        boolean isUp,
        boolean raisesLower) {
    private static final int MTU_MIN = 68;
    private static final int MTU_MAX = 65535;

    /**
     * Checks what can be checked without the kernel.
     *
     * @throws IllegalArgumentException for a MAC address that is not unicast, an MTU out of range, an index that is not
     *     positive, or a kind that needs a lower link without one
     */
    public LinkSpec {
        mac.ifPresent(LinkSpec::unicast);
        mtu.ifPresent(LinkSpec::mtuInRange);
        lower.ifPresent(LinkSpec::index);
        master.ifPresent(LinkSpec::index);
        if (needsLower(kind) && lower.isEmpty()) {
            throw new IllegalArgumentException(kind.kernelName() + " " + name + " needs a lower link");
        }
    }

    /**
     * Starts with a name and a kind that stands by itself.
     *
     * @param name the name
     * @param kind the kind
     * @return a link that is down
     */
    public static LinkSpec of(String name, LinkKind kind) {
        return of(InterfaceName.of(name), kind, OptionalInt.empty());
    }

    /**
     * Starts with a name and a kind that needs a lower link.
     *
     * @param name the name
     * @param kind the kind
     * @param lower the index of the lower link
     * @return a link that is down
     */
    public static LinkSpec on(String name, LinkKind kind, int lower) {
        return of(InterfaceName.of(name), kind, OptionalInt.of(lower));
    }

    /**
     * Starts a macvlan.
     *
     * @param name the name
     * @param lower the index of the lower link
     * @param mode how siblings reach each other
     * @return a link that is down
     */
    public static LinkSpec macvlan(String name, int lower, MacvlanMode mode) {
        return on(name, new LinkKind.Macvlan(mode), lower);
    }

    /**
     * Starts a veth pair.
     *
     * @param name the name of the first end
     * @param peer the other end
     * @return a link that is down
     */
    public static LinkSpec veth(String name, VethPeer peer) {
        return of(name, new LinkKind.Veth(peer));
    }

    /**
     * Starts a bridge with the kernel's defaults.
     *
     * @param name the name
     * @return a link that is down
     */
    public static LinkSpec bridge(String name) {
        return of(name, new LinkKind.Bridge());
    }

    private static LinkSpec of(InterfaceName name, LinkKind kind, OptionalInt lower) {
        return new LinkSpec(
                name, kind, lower, Optional.empty(), OptionalInt.empty(), 0, OptionalInt.empty(), false, false);
    }

    /**
     * Gives it another name.
     *
     * @param other the name
     * @return a changed copy
     */
    public LinkSpec named(InterfaceName other) {
        return new LinkSpec(other, kind, lower, mac, mtu, group, master, isUp, raisesLower);
    }

    /**
     * Sets the MAC address.
     *
     * @param address a unicast address
     * @return a changed copy
     */
    public LinkSpec mac(MacAddress address) {
        return new LinkSpec(name, kind, lower, Optional.of(address), mtu, group, master, isUp, raisesLower);
    }

    /**
     * Sets the MTU.
     *
     * @param bytes 68 to 65535
     * @return a changed copy
     */
    public LinkSpec mtu(int bytes) {
        return new LinkSpec(name, kind, lower, mac, OptionalInt.of(bytes), group, master, isUp, raisesLower);
    }

    /**
     * Puts it into a group.
     *
     * @param number any number, 0 for none
     * @return a changed copy
     */
    public LinkSpec group(int number) {
        return new LinkSpec(name, kind, lower, mac, mtu, number, master, isUp, raisesLower);
    }

    /**
     * Makes it a port.
     *
     * @param bridge the index of the bridge
     * @return a changed copy
     */
    public LinkSpec master(int bridge) {
        return new LinkSpec(name, kind, lower, mac, mtu, group, OptionalInt.of(bridge), isUp, raisesLower);
    }

    /**
     * Has it set up.
     *
     * @return a changed copy
     */
    public LinkSpec up() {
        return new LinkSpec(name, kind, lower, mac, mtu, group, master, true, raisesLower);
    }

    /**
     * Has its lower link set up as well, if it is down. Should the link not be made then, that one is down again.
     *
     * @return a changed copy
     */
    public LinkSpec ensureLowerUp() {
        return new LinkSpec(name, kind, lower, mac, mtu, group, master, isUp, true);
    }

    private static boolean needsLower(LinkKind kind) {
        return kind instanceof LinkKind.Macvlan
                || kind instanceof LinkKind.Macvtap
                || kind instanceof LinkKind.Vlan
                || kind instanceof LinkKind.Ipvlan;
    }

    static MacAddress unicast(MacAddress address) {
        if (!address.isUnicast()) {
            throw new IllegalArgumentException("a link cannot have the zero or multicast MAC address " + address);
        }
        return address;
    }

    static int mtuInRange(int bytes) {
        if (bytes < MTU_MIN || bytes > MTU_MAX) {
            throw new IllegalArgumentException("an MTU is " + MTU_MIN + " to " + MTU_MAX + " bytes, not " + bytes);
        }
        return bytes;
    }

    static int index(int number) {
        if (number <= 0) {
            throw new IllegalArgumentException("the index of a link is positive, not " + number);
        }
        return number;
    }
}
