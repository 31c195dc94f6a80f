package io.nspawn.net;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The neighbours of one network namespace, IPv4 (ARP) and IPv6. A view on a {@link RouteSocket}, whose rules for
 * threads, timeouts and privileges hold.
 */
public final class Neighbours {
    private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);
    private static final int FIXED = 12;

    private final RouteSocket socket;

    Neighbours(RouteSocket socket) {
        this.socket = socket;
    }

    /**
     * Lists the neighbours on every link.
     *
     * @return the neighbours, a consistent set
     * @throws NetlinkException.Inconsistent if they changed during each of ten attempts
     */
    public List<Neighbour> list() {
        return listing(OptionalInt.empty()).orThrow("neighbours");
    }

    /**
     * Lists the neighbours on one link.
     *
     * @param link its index
     * @return the neighbours, a consistent set; empty also if there is no such link
     * @throws NetlinkException.Inconsistent if they changed during each of ten attempts
     */
    public List<Neighbour> list(int link) {
        return listing(OptionalInt.of(LinkSpec.index(link))).orThrow("neighbours on link " + link);
    }

    /**
     * Lists neighbours, and takes an inconsistent set rather than none.
     *
     * @param link the index of a link, empty for all
     * @return the neighbours, with a word on whether the set is consistent
     */
    public Listing<Neighbour> listing(OptionalInt link) {
        MessageEncoder request = new MessageEncoder(Rtm.GETNEIGH, Nl.REQUEST | Nl.DUMP).raw(new byte[FIXED]);
        link.ifPresent(index -> request.u32(Rtm.NDA_IFINDEX, index));
        try {
            return socket.dump(request, Neighbours::decode).filter(n -> link.isEmpty() || link.getAsInt() == n.link());
        } catch (KernelRefusal e) {
            throw e.toException("list", "neighbours");
        }
    }

    /**
     * Adds a neighbour.
     *
     * @param neighbour what to add
     * @throws NetlinkException.AlreadyExists if there is an entry for that address on that link
     * @throws NetlinkException.NotFound if there is no such link
     */
    public void add(Neighbour neighbour) {
        change("add", neighbour, encode(Rtm.NEWNEIGH, Nl.CREATE | Nl.EXCL, neighbour));
    }

    /**
     * Adds a neighbour, or changes the entry for its address on that link.
     *
     * @param neighbour what to have
     * @throws NetlinkException.NotFound if there is no such link
     */
    public void replace(Neighbour neighbour) {
        change("replace", neighbour, encode(Rtm.NEWNEIGH, Nl.CREATE | Nl.REPLACE, neighbour));
    }

    /**
     * Deletes a neighbour.
     *
     * @param neighbour the neighbour; link and address count
     * @throws NetlinkException.NotFound if there is no entry for that address on that link
     */
    public void delete(Neighbour neighbour) {
        change("delete", neighbour, encode(Rtm.DELNEIGH, 0, neighbour));
    }

    private void change(String operation, Neighbour neighbour, MessageEncoder request) {
        String object = "neighbour " + neighbour.address() + " on link " + neighbour.link();
        try {
            socket.change(request);
        } catch (KernelRefusal e) {
            throw e.toException(operation, object);
        }
        LOG.info("{} {} in {}", operation, object, socket.namespace());
    }

    static MessageEncoder encode(int type, int flags, Neighbour neighbour) {
        MessageEncoder out = new MessageEncoder(type, Nl.REQUEST | Nl.ACK | flags)
                .neighbour(
                        neighbour.address().family().number(),
                        neighbour.link(),
                        neighbour.state().number(),
                        neighbour.flags());
        out.bytes(Rtm.NDA_DST, neighbour.address().bytes());
        if (type != Rtm.DELNEIGH) {
            neighbour.mac().ifPresent(mac -> out.bytes(Rtm.NDA_LLADDR, mac.bytes()));
        }
        return out;
    }

    /** Reads RTM_NEWNEIGH; what is no IP neighbour, such as an entry of a bridge, is left out. */
    static Optional<Neighbour> decode(Message message) {
        if (message.type() != Rtm.NEWNEIGH) {
            return Optional.empty();
        }
        ByteBuffer fixed = message.fixed(FIXED);
        Attributes a = message.attributes(FIXED);
        int family = fixed.get(0);
        if (family != Rtm.AF_INET && family != Rtm.AF_INET6) {
            return Optional.empty();
        }
        return a.ip(Rtm.NDA_DST)
                .map(address -> Addresses.decoded(() -> new Neighbour(
                        fixed.getInt(4),
                        address,
                        a.mac(Rtm.NDA_LLADDR),
                        Neighbour.State.of(fixed.getShort(8) & 0xffff),
                        fixed.get(10) & 0xff)));
    }
}
