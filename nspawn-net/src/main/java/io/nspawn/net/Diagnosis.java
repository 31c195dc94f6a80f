package io.nspawn.net;

import java.io.Serializable;

/**
 * Why a request failed, found by looking at the links involved after the kernel had refused it without a word.
 *
 * @param cause the cause, for a program
 * @param text the cause in a sentence, with the names involved, for a person
 * @param remedy what to do about it, empty if nothing general can be said
 */
public record Diagnosis(Cause cause, String text, String remedy) implements Serializable {
    /** What was found. */
    public enum Cause {
        /** The lower link is a port of a bridge, bond or team, and so cannot carry macvlans. */
        LOWER_IS_PORT,
        /** The lower link carries ipvlans, and so cannot carry macvlans. */
        LOWER_CARRIES_IPVLAN,
        /** The link carries macvlans, and so cannot become a port. */
        CARRIES_MACVLAN,
        /** The link already has another master. */
        HAS_MASTER,
        /** No lower link was named, and this kind needs one. */
        LOWER_MISSING,
        /** There is no link with the index given for the lower link. */
        LOWER_ABSENT,
        /** The lower link is the loopback or no Ethernet link. */
        LOWER_NOT_ETHERNET,
        /** The MTU is greater than that of the lower link. */
        MTU_ABOVE_LOWER,
        /** The MTU lies outside what the link allows. */
        MTU_OUT_OF_RANGE,
        /** A macvlan in mode passthru has the lower link for itself. */
        PASSTHRU_EXISTS,
        /** Mode passthru was asked for, but the lower link carries other macvlans. */
        PASSTHRU_NOT_ALONE,
        /** A macvlan is made in mode passthru or not; that cannot be changed. */
        PASSTHRU_FIXED,
        /** A list of source addresses needs mode source. */
        SOURCES_NEED_MODE_SOURCE,
        /** Another VXLAN has this network, on the same port. */
        VXLAN_IN_USE,
        /** The kernel was built without one of the settings. */
        SETTING_UNSUPPORTED,
        /** Another link on the same lower link, or the lower link itself, has this MAC address. */
        MAC_IN_USE,
        /** The MAC address is zero or multicast. */
        MAC_NOT_UNICAST,
        /** A link of this name exists. */
        NAME_TAKEN,
        /** The kernel lacks this kind of link. */
        KIND_UNSUPPORTED,
        /** A link of this kind stays in the network namespace it was made in. */
        NAMESPACE_IMMUTABLE,
        /** A bridge cannot be a port of a bridge. */
        BRIDGE_IN_BRIDGE,
        /** The process lacks CAP_NET_ADMIN in the user namespace that owns the network namespace. */
        NOT_PRIVILEGED
    }
}
