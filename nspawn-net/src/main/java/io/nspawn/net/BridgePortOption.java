package io.nspawn.net;

/** A number that can be set on the port of a bridge; see bridge(8) and {@code IFLA_BRPORT_*} of linux/if_link.h. */
public enum BridgePortOption {
    /** The state: 0 disabled, 1 listening, 2 learning, 3 forwarding, 4 blocking. Only without STP can it be set. */
    STATE(new OptionFormat(Ifla.BRPORT_STATE, 1, 0, 4)),
    /** The priority in the spanning tree, 0 to 63. */
    PRIORITY(new OptionFormat(Ifla.BRPORT_PRIORITY, 2, 0, 63)),
    /** The cost of the path, 1 to 65535. */
    COST(new OptionFormat(Ifla.BRPORT_COST, 4, 1, 0xffff)),
    /** Whether frames may go out by the port they came in by, as macvlans in mode vepa need it. */
    HAIRPIN(OptionFormat.flag(Ifla.BRPORT_MODE)),
    /** Whether a frame of the spanning tree protocol disables the port. */
    BPDU_GUARD(OptionFormat.flag(Ifla.BRPORT_GUARD)),
    /** Whether the port can never lead to the root bridge. */
    ROOT_BLOCK(OptionFormat.flag(Ifla.BRPORT_PROTECT)),
    /** Whether a multicast group is left at once. */
    FAST_LEAVE(OptionFormat.flag(Ifla.BRPORT_FAST_LEAVE)),
    /** Whether addresses are learned. */
    LEARNING(OptionFormat.flag(Ifla.BRPORT_LEARNING)),
    /** Whether frames to unknown addresses go out here. */
    UNICAST_FLOOD(OptionFormat.flag(Ifla.BRPORT_UNICAST_FLOOD)),
    /** Whether multicast to unknown groups goes out here. */
    MULTICAST_FLOOD(OptionFormat.flag(Ifla.BRPORT_MCAST_FLOOD)),
    /** Whether the bridge answers neighbour requests that it knows the answer of. */
    NEIGHBOUR_SUPPRESS(OptionFormat.flag(Ifla.BRPORT_NEIGH_SUPPRESS)),
    /** Whether it reaches only ports that are not isolated. */
    ISOLATED(OptionFormat.flag(Ifla.BRPORT_ISOLATED)),
    /** Whether only known addresses get in; Linux 5.18. */
    LOCKED(OptionFormat.flag(Ifla.BRPORT_LOCKED));

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    final OptionFormat format;

    BridgePortOption(OptionFormat format) {
        this.format = format;
    }
}
