package io.nspawn.net;

/** A number that can be set on a bridge; see ip-link(8) and {@code IFLA_BR_*} of linux/if_link.h. */
public enum BridgeOption {
    /** Whether the spanning tree protocol runs: 0 no, 1 yes. */
    STP(new OptionFormat(Ifla.BR_STP_STATE, 4, 0, 1)),
    /** How long an address is remembered, in hundredths of a second; the kernel's default is 30000. */
    AGEING_TIME(time(Ifla.BR_AGEING_TIME)),
    /** How long a new port listens, in hundredths of a second, 200 to 3000 with STP; the kernel's default is 1500. */
    FORWARD_DELAY(time(Ifla.BR_FORWARD_DELAY)),
    /** How often a root bridge says that it is there, in hundredths of a second, 100 to 1000. */
    HELLO_TIME(new OptionFormat(Ifla.BR_HELLO_TIME, 4, 100, 1000)),
    /** When a silent root bridge counts as gone, in hundredths of a second, 600 to 4000. */
    MAX_AGE(new OptionFormat(Ifla.BR_MAX_AGE, 4, 600, 4000)),
    /** The priority in the spanning tree, 0 to 65535; the least becomes the root. */
    PRIORITY(new OptionFormat(Ifla.BR_PRIORITY, 2, 0, 0xffff)),
    /** Whether ports filter by VLAN; needs CONFIG_BRIDGE_VLAN_FILTERING. */
    VLAN_FILTERING(OptionFormat.flag(Ifla.BR_VLAN_FILTERING)),
    /** Which link-local groups 01:80:c2:00:00:0X are forwarded, one bit each; bits 0 to 2 cannot be set. */
    GROUP_FORWARD_MASK(new OptionFormat(Ifla.BR_GROUP_FWD_MASK, 2, 0, 0xffff)),
    /** Whether multicast goes only where it was asked for; needs CONFIG_BRIDGE_IGMP_SNOOPING. */
    MULTICAST_SNOOPING(OptionFormat.flag(Ifla.BR_MCAST_SNOOPING)),
    /** Whether the bridge asks for multicast groups itself; needs CONFIG_BRIDGE_IGMP_SNOOPING. */
    MULTICAST_QUERIER(OptionFormat.flag(Ifla.BR_MCAST_QUERIER));

    @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
    final OptionFormat format;

    BridgeOption(OptionFormat format) {
        this.format = format;
    }

    private static OptionFormat time(int attribute) {
        return new OptionFormat(attribute, 4, 0, 0xffff_ffffL);
    }
}
