package io.nspawn.net;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * An IP address of a link.
 *
 * @param link the index of the link
 * @param prefix the address and the length of its network
 * @param peer the address at the other end of a point-to-point link
 * @param broadcast the broadcast address; the kernel does not compute one
 * @param label the label of an IPv4 address, empty if there is none; usually the name of the link
 * @param scope how far it is good, 0 everywhere, 253 on the link, 254 in the host
 * @param flags the IFA_F flags of linux/if_addr.h
 * @param preferredSeconds how long new connections may use it; empty for ever
 * @param validSeconds how long it stays; empty for ever
 */
public record Address(
        int link,
        Prefix prefix,
        Optional<IpAddress> peer,
        Optional<IpAddress> broadcast,
        String label,
        int scope,
        int flags,
        OptionalLong preferredSeconds,
        OptionalLong validSeconds) {
    /** No duplicate address detection is made: it is usable at once. IPv6 only. */
    public static final int NO_DAD = 0x02;
    /** Duplicate address detection found the address in use. */
    public static final int DAD_FAILED = 0x08;
    /** Duplicate address detection is under way. */
    public static final int TENTATIVE = 0x40;
    /** It has no end. */
    public static final int PERMANENT = 0x80;
    /** No route to its network comes with it. */
    public static final int NO_PREFIX_ROUTE = 0x200;

    private static final int SETTABLE = NO_DAD | NO_PREFIX_ROUTE;

    /**
     * Checks what can be set.
     *
     * @throws IllegalArgumentException for an index that is not positive or families that differ
     */
    public Address {
        LinkSpec.index(link);
        checkFamily(prefix, peer);
        checkFamily(prefix, broadcast);
    }

    private static void checkFamily(Prefix prefix, Optional<IpAddress> other) {
        if (other.isPresent() && other.get().family() != prefix.address().family()) {
            throw new IllegalArgumentException(other.get() + " is not of the family of " + prefix);
        }
    }

    /**
     * Starts with what is always needed.
     *
     * @param link the index of the link
     * @param prefix the address and the length of its network
     * @return an address that stays for ever
     */
    public static Address of(int link, Prefix prefix) {
        return new Address(
                link, prefix, Optional.empty(), Optional.empty(), "", 0, 0, OptionalLong.empty(), OptionalLong.empty());
    }

    /**
     * Skips duplicate address detection, so that an IPv6 address is usable at once.
     *
     * @return a changed copy
     */
    public Address withoutDad() {
        return flags(flags | NO_DAD);
    }

    /**
     * Leaves out the route to its network that the kernel makes otherwise.
     *
     * @return a changed copy
     */
    public Address withoutPrefixRoute() {
        return flags(flags | NO_PREFIX_ROUTE);
    }

    /**
     * Sets the broadcast address.
     *
     * @param address an IPv4 address
     * @return a changed copy
     */
    public Address broadcast(IpAddress address) {
        return new Address(
                link, prefix, peer, Optional.of(address), label, scope, flags, preferredSeconds, validSeconds);
    }

    /**
     * Sets the address at the other end of a point-to-point link.
     *
     * @param address an address of the same family
     * @return a changed copy
     */
    public Address peer(IpAddress address) {
        return new Address(
                link, prefix, Optional.of(address), broadcast, label, scope, flags, preferredSeconds, validSeconds);
    }

    private Address flags(int changed) {
        return new Address(link, prefix, peer, broadcast, label, scope, changed, preferredSeconds, validSeconds);
    }

    /** The flags that a request may carry; the others are the kernel's. */
    int settableFlags() {
        return flags & SETTABLE;
    }
}
