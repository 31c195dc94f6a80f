package io.nspawn.net;

import java.util.function.Consumer;

/** The requests that change one link or delete some, as iproute2 sends them. */
final class LinkRequest {
    private LinkRequest() {}

    static MessageEncoder up(int index) {
        return MessageEncoder.link(Rtm.NEWLINK, Nl.REQUEST | Nl.ACK, LinkSpec.index(index), Ifla.UP, Ifla.UP);
    }

    static MessageEncoder down(int index) {
        return MessageEncoder.link(Rtm.NEWLINK, Nl.REQUEST | Nl.ACK, LinkSpec.index(index), 0, Ifla.UP);
    }

    /** Starts a change of one link. Without CREATE the message never makes one, and an index never selects by name. */
    static MessageEncoder set(int index) {
        return MessageEncoder.link(Rtm.NEWLINK, Nl.REQUEST | Nl.ACK, LinkSpec.index(index), 0, 0);
    }

    static MessageEncoder move(int index, int namespace, InterfaceName name) {
        return set(index).u32(Ifla.NET_NS_FD, namespace).string(Ifla.IFNAME, name.value());
    }

    static MessageEncoder delete(int index) {
        return MessageEncoder.link(Rtm.DELLINK, Nl.REQUEST | Nl.ACK, LinkSpec.index(index), 0, 0);
    }

    static MessageEncoder deleteGroup(int group) {
        if (group == 0) {
            throw new IllegalArgumentException("group 0 is that of every link without a group");
        }
        return MessageEncoder.link(Rtm.DELLINK, Nl.REQUEST | Nl.ACK, 0, 0, 0).u32(Ifla.GROUP, group);
    }

    /** Changes what only links of one kind have. */
    static MessageEncoder kindData(int index, String kind, Consumer<MessageEncoder> data) {
        return set(index)
                .nest(Ifla.LINKINFO, info -> info.chars(Ifla.INFO_KIND, kind).nest(Ifla.INFO_DATA, data));
    }

    /** Changes what only ports of a bridge have. */
    static MessageEncoder portData(int index, BridgePort port) {
        return set(index)
                .nest(
                        Ifla.LINKINFO,
                        info -> info.chars(Ifla.INFO_KIND, "bridge_slave").nest(Ifla.INFO_SLAVE_DATA, port::encode));
    }

    static MessageEncoder addName(int index, String name) {
        int flags = Nl.REQUEST | Nl.ACK | Nl.CREATE | Nl.EXCL | Nl.APPEND;
        return name(Rtm.NEWLINKPROP, flags, index, name);
    }

    static MessageEncoder removeName(int index, String name) {
        return name(Rtm.DELLINKPROP, Nl.REQUEST | Nl.ACK, index, name);
    }

    private static MessageEncoder name(int type, int flags, int index, String name) {
        return MessageEncoder.link(type, flags, LinkSpec.index(index), 0, 0)
                .nest(Ifla.PROP_LIST | Nl.NESTED, list -> list.string(Ifla.ALT_IFNAME, name));
    }
}
