package io.nspawn.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The IP addresses of one network namespace. A view on a {@link RouteSocket}, whose rules for threads, timeouts and
 * privileges hold.
 */
public final class Addresses {
    private static final Logger LOG = LoggerFactory.getLogger(Addresses.class);
    private static final int FIXED = 8;
    private static final long FOR_EVER = 0xffff_ffffL;

    private final RouteSocket socket;

    Addresses(RouteSocket socket) {
        this.socket = socket;
    }

    /**
     * Lists the addresses of every link.
     *
     * @return the addresses, a consistent set
     * @throws NetlinkException.Inconsistent if they changed during each of ten attempts
     */
    public List<Address> list() {
        return listing(OptionalInt.empty()).orThrow("addresses");
    }

    /**
     * Lists the addresses of one link.
     *
     * @param link its index
     * @return the addresses, a consistent set; empty also if there is no such link
     * @throws NetlinkException.Inconsistent if they changed during each of ten attempts
     */
    public List<Address> list(int link) {
        return listing(OptionalInt.of(LinkSpec.index(link))).orThrow("addresses of link " + link);
    }

    /**
     * Lists addresses, and takes an inconsistent set rather than none.
     *
     * @param link the index of a link, empty for all
     * @return the addresses, with a word on whether the set is consistent
     */
    public Listing<Address> listing(OptionalInt link) {
        MessageEncoder request =
                MessageEncoder.address(Rtm.GETADDR, Nl.REQUEST | Nl.DUMP, Rtm.AF_UNSPEC, 0, 0, 0, link.orElse(0));
        try {
            return socket.dump(request, Addresses::decode).filter(a -> link.isEmpty() || link.getAsInt() == a.link());
        } catch (KernelRefusal e) {
            if (link.isPresent() && e.is(Errno.ENODEV)) {
                return new Listing<>(List.of(), true);
            }
            throw e.toException("list", "addresses");
        }
    }

    /**
     * Adds an address.
     *
     * @param address what to add
     * @throws NetlinkException.AlreadyExists if the link has it
     * @throws NetlinkException.NotFound if there is no such link
     */
    public void add(Address address) {
        change("add", address, encode(Rtm.NEWADDR, Nl.CREATE | Nl.EXCL, address));
    }

    /**
     * Adds an address, or changes the one that is there.
     *
     * @param address what to have
     * @throws NetlinkException.NotFound if there is no such link
     */
    public void replace(Address address) {
        change("replace", address, encode(Rtm.NEWADDR, Nl.CREATE | Nl.REPLACE, address));
    }

    /**
     * Deletes an address.
     *
     * @param address the address; link, prefix and peer count
     * @throws NetlinkException.NotFound if the link does not have it
     */
    public void delete(Address address) {
        change("delete", address, encode(Rtm.DELADDR, 0, address));
    }

    private void change(String operation, Address address, MessageEncoder request) {
        String object = "address " + address.prefix() + " of link " + address.link();
        try {
            socket.change(request);
        } catch (KernelRefusal e) {
            throw e.toException(operation, object);
        }
        LOG.info("{} {} in {}", operation, object, socket.namespace());
    }

    static MessageEncoder encode(int type, int flags, Address address) {
        IpAddress own = address.prefix().address();
        int settable = address.settableFlags();
        MessageEncoder out = MessageEncoder.address(
                type,
                Nl.REQUEST | Nl.ACK | flags,
                own.family().number(),
                address.prefix().length(),
                settable & 0xff,
                address.scope(),
                address.link());
        out.bytes(Rtm.IFA_LOCAL, own.bytes());
        out.bytes(Rtm.IFA_ADDRESS, address.peer().orElse(own).bytes());
        address.broadcast().ifPresent(b -> out.bytes(Rtm.IFA_BROADCAST, b.bytes()));
        if (settable > 0xff) {
            out.u32(Rtm.IFA_FLAGS, settable);
        }
        if (!address.label().isEmpty()) {
            out.string(Rtm.IFA_LABEL, address.label());
        }
        if (address.validSeconds().isPresent() || address.preferredSeconds().isPresent()) {
            out.bytes(Rtm.IFA_CACHEINFO, cacheInfo(address));
        }
        return out;
    }

    private static byte[] cacheInfo(Address address) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putInt((int) address.preferredSeconds().orElse(FOR_EVER))
                .putInt((int) address.validSeconds().orElse(FOR_EVER))
                .array();
    }

    static Optional<Address> decode(Message message) {
        return message.type() == Rtm.NEWADDR ? address(message) : Optional.empty();
    }

    /** Reads RTM_NEWADDR and RTM_DELADDR; another family than IP is left out. */
    static Optional<Address> address(Message message) {
        ByteBuffer fixed = message.fixed(FIXED);
        Attributes a = message.attributes(FIXED);
        Optional<IpAddress> remote = a.ip(Rtm.IFA_ADDRESS);
        Optional<IpAddress> local = a.ip(Rtm.IFA_LOCAL);
        int family = fixed.get(0);
        if ((family != Rtm.AF_INET && family != Rtm.AF_INET6) || (remote.isEmpty() && local.isEmpty())) {
            return Optional.empty();
        }
        IpAddress own = local.or(() -> remote).orElseThrow();
        return Optional.of(decoded(() -> new Address(
                fixed.getInt(4),
                new Prefix(own, fixed.get(1) & 0xff),
                remote.filter(r -> local.isPresent() && !r.equals(own)),
                a.ip(Rtm.IFA_BROADCAST),
                a.string(Rtm.IFA_LABEL).orElse(""),
                fixed.get(3) & 0xff,
                a.s32(Rtm.IFA_FLAGS).orElse(fixed.get(2) & 0xff),
                lifetime(a, 0),
                lifetime(a, 4))));
    }

    private static OptionalLong lifetime(Attributes a, int offset) {
        byte[] info = a.bytes(Rtm.IFA_CACHEINFO).orElse(new byte[0]);
        if (info.length < offset + 4) {
            return OptionalLong.empty();
        }
        long seconds = ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt(offset) & 0xffff_ffffL;
        return seconds == FOR_EVER ? OptionalLong.empty() : OptionalLong.of(seconds);
    }

    /** Turns what a value type finds wrong into what it is here, a damaged message. */
    static <T> T decoded(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw NetlinkException.malformed(String.valueOf(e.getMessage()));
        }
    }
}
