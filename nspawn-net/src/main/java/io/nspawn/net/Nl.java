package io.nspawn.net;

/** Numbers of linux/netlink.h. */
final class Nl {
    static final int AF_NETLINK = 16;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int NETLINK_ROUTE = 0;
    static final int SOCKADDR_BYTES = 12;

    static final int SOL_SOCKET = 1;
    static final int SO_RCVBUF = 8;
    static final int SO_RCVBUFFORCE = 33;
    static final int SOL_NETLINK = 270;
    static final int ADD_MEMBERSHIP = 1;
    static final int CAP_ACK = 10;
    static final int EXT_ACK = 11;
    static final int GET_STRICT_CHK = 12;

    static final int MSG_PEEK = 2;
    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;

    /** Length of nlmsghdr. */
    static final int HEADER = 16;
    /** Length of nlattr. */
    static final int ATTRIBUTE_HEADER = 4;

    static final int REQUEST = 0x1;
    static final int ACK = 0x4;
    static final int DUMP_INTR = 0x10;
    static final int DUMP = 0x300;
    static final int REPLACE = 0x100;
    static final int EXCL = 0x200;
    static final int CREATE = 0x400;
    static final int APPEND = 0x800;
    static final int CAPPED = 0x100;
    static final int ACK_TLVS = 0x200;

    static final int NOOP = 1;
    static final int ERROR = 2;
    static final int DONE = 3;
    static final int OVERRUN = 4;

    static final int NESTED = 0x8000;
    static final int TYPE_MASK = 0x3fff;

    static final int ERR_MSG = 1;
    static final int ERR_OFFSET = 2;

    private Nl() {}

    static int align(int length) {
        return (length + 3) & ~3;
    }
}
