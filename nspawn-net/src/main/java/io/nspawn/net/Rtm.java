package io.nspawn.net;

/** Numbers of linux/rtnetlink.h, if_addr.h, neighbour.h, net_namespace.h, and the address families. */
final class Rtm {
    static final int AF_UNSPEC = 0;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    static final int NEWLINK = 16;
    static final int DELLINK = 17;
    static final int GETLINK = 18;
    static final int NEWADDR = 20;
    static final int DELADDR = 21;
    static final int GETADDR = 22;
    static final int NEWROUTE = 24;
    static final int DELROUTE = 25;
    static final int GETROUTE = 26;
    static final int NEWNEIGH = 28;
    static final int DELNEIGH = 29;
    static final int GETNEIGH = 30;
    static final int NEWNSID = 88;
    static final int GETNSID = 90;
    static final int NEWLINKPROP = 108;
    static final int DELLINKPROP = 109;

    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int IFA_LABEL = 3;
    static final int IFA_BROADCAST = 4;
    static final int IFA_CACHEINFO = 6;
    static final int IFA_FLAGS = 8;

    static final int RTA_DST = 1;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_PREFSRC = 7;
    static final int RTA_MULTIPATH = 9;
    static final int RTA_TABLE = 15;
    static final int RTNH_F_ONLINK = 4;

    static final int NDA_DST = 1;
    static final int NDA_LLADDR = 2;
    static final int NDA_IFINDEX = 8;

    static final int NETNSA_NSID = 1;
    static final int NETNSA_FD = 3;

    static final int GROUP_LINK = 1;
    static final int GROUP_IPV4_ADDRESS = 5;
    static final int GROUP_IPV4_ROUTE = 7;
    static final int GROUP_IPV6_ADDRESS = 9;
    static final int GROUP_IPV6_ROUTE = 11;

    private Rtm() {}
}
