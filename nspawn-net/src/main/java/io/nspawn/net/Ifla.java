package io.nspawn.net;

/** Numbers of linux/if_link.h, linux/if.h and linux/veth.h. */
final class Ifla {
    static final int ADDRESS = 1;
    static final int IFNAME = 3;
    static final int MTU = 4;
    static final int LINK = 5;
    static final int MASTER = 10;
    static final int OPERSTATE = 16;
    static final int LINKINFO = 18;
    static final int ALIAS = 20;
    static final int GROUP = 27;
    static final int NET_NS_FD = 28;
    static final int EXT_MASK = 29;
    static final int LINK_NETNSID = 37;
    static final int PROP_LIST = 52;
    static final int ALT_IFNAME = 53;

    static final int INFO_KIND = 1;
    static final int INFO_DATA = 2;
    static final int INFO_SLAVE_KIND = 4;
    static final int INFO_SLAVE_DATA = 5;

    static final int MACVLAN_MODE = 1;
    static final int MACVLAN_FLAGS = 2;
    static final int MACVLAN_MACADDR_MODE = 3;
    static final int MACVLAN_MACADDR = 4;
    static final int MACVLAN_MACADDR_DATA = 5;
    static final int MACVLAN_BC_QUEUE_LEN = 7;
    static final int MACVLAN_BC_QUEUE_LEN_USED = 8;
    static final int MACVLAN_BC_CUTOFF = 9;
    static final int MACVLAN_FLAG_NOPROMISC = 1;
    static final int MACVLAN_FLAG_NODST = 2;
    static final int MACADDR_ADD = 0;
    static final int MACADDR_DEL = 1;
    static final int MACADDR_FLUSH = 2;
    static final int MACADDR_SET = 3;

    static final int VETH_PEER = 1;

    static final int VLAN_ID = 1;
    static final int IPVLAN_MODE = 1;

    static final int VXLAN_ID = 1;
    static final int VXLAN_GROUP = 2;
    static final int VXLAN_LINK = 3;
    static final int VXLAN_LOCAL = 4;
    static final int VXLAN_TTL = 5;
    static final int VXLAN_LEARNING = 7;
    static final int VXLAN_PORT = 15;
    static final int VXLAN_GROUP6 = 16;
    static final int VXLAN_LOCAL6 = 17;

    static final int BR_FORWARD_DELAY = 1;
    static final int BR_HELLO_TIME = 2;
    static final int BR_MAX_AGE = 3;
    static final int BR_AGEING_TIME = 4;
    static final int BR_STP_STATE = 5;
    static final int BR_PRIORITY = 6;
    static final int BR_VLAN_FILTERING = 7;
    static final int BR_GROUP_FWD_MASK = 9;
    static final int BR_MCAST_SNOOPING = 23;
    static final int BR_MCAST_QUERIER = 25;

    static final int BRPORT_STATE = 1;
    static final int BRPORT_PRIORITY = 2;
    static final int BRPORT_COST = 3;
    static final int BRPORT_MODE = 4;
    static final int BRPORT_GUARD = 5;
    static final int BRPORT_PROTECT = 6;
    static final int BRPORT_FAST_LEAVE = 7;
    static final int BRPORT_LEARNING = 8;
    static final int BRPORT_UNICAST_FLOOD = 9;
    static final int BRPORT_MCAST_FLOOD = 27;
    static final int BRPORT_NEIGH_SUPPRESS = 32;
    static final int BRPORT_ISOLATED = 33;
    static final int BRPORT_LOCKED = 39;

    /** RTEXT_FILTER_SKIP_STATS: leaves out a quarter of every link message. */
    static final int SKIP_STATS = 8;

    static final int UP = 0x1;
    static final int LOOPBACK = 0x8;
    static final int LOWER_UP = 0x10000;

    static final int ARPHRD_ETHER = 1;

    private Ifla() {}
}
