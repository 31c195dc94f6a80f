package io.nspawn.net;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids by which one network namespace knows others: {@link Link.Lower#namespaceId()} is one. A view on a {@link
 * RouteSocket}, whose rules for threads, timeouts and privileges hold. An id cannot be taken back; it goes with either
 * namespace. See ip-netns(8), linux/net_namespace.h.
 */
public final class NamespaceIds {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceIds.class);
    /** rtgenmsg has one byte; attributes begin at the next multiple of four. */
    private static final int FIXED = 4;

    private static final int NOT_ASSIGNED = -1;

    private final RouteSocket socket;

    NamespaceIds(RouteSocket socket) {
        this.socket = socket;
    }

    /**
     * Finds the id of another namespace.
     *
     * @param other the namespace
     * @return its id, empty if it has none here yet
     * @throws NetlinkException.NotFound if there is no such namespace
     */
    public OptionalInt find(NetworkNamespace other) {
        try (Descriptor file = other.openFile()) {
            MessageEncoder request = message(Rtm.GETNSID, Nl.REQUEST).u32(Rtm.NETNSA_FD, file.fd());
            List<Integer> ids = socket.call(request, NamespaceIds::decode).entries();
            return ids.isEmpty() || ids.get(0) == NOT_ASSIGNED ? OptionalInt.empty() : OptionalInt.of(ids.get(0));
        } catch (KernelRefusal e) {
            throw e.toException("look up id of", other.toString());
        }
    }

    /**
     * Gives another namespace the next free id, or finds the one it has.
     *
     * @param other the namespace
     * @return its id
     * @throws NetlinkException.NotFound if there is no such namespace
     */
    public int assign(NetworkNamespace other) {
        OptionalInt present = find(other);
        if (present.isPresent()) {
            return present.getAsInt();
        }
        try {
            assign(other, NOT_ASSIGNED, "assign an id to");
        } catch (NetlinkException.AlreadyExists e) {
            LOG.debug("{} has got an id by now", other);
        }
        return find(other)
                .orElseThrow(() -> new NetlinkException.NotFound(NetlinkException.Failure.of(
                        "assign an id to", other.toString(), "it has none right afterwards", Outcome.UNKNOWN)));
    }

    /**
     * Gives another namespace a certain id.
     *
     * @param other the namespace
     * @param id not negative
     * @throws NetlinkException.AlreadyExists if the namespace has an id, or another namespace has this one
     * @throws NetlinkException.NotFound if there is no such namespace
     * @throws IllegalArgumentException if the id is negative
     */
    public void assign(NetworkNamespace other, int id) {
        if (id < 0) {
            throw new IllegalArgumentException("the id of a namespace is not negative: " + id);
        }
        assign(other, id, "assign id " + id + " to");
    }

    private void assign(NetworkNamespace other, int id, String operation) {
        try (Descriptor file = other.openFile()) {
            socket.change(assignment(file.fd(), id));
        } catch (KernelRefusal e) {
            // ENOSPC is how the kernel says that the id is another's.
            throw e.is(Errno.ENOSPC)
                    ? new NetlinkException.AlreadyExists(NetlinkException.Failure.of(
                            operation, other.toString(), "another namespace has that id", Outcome.NOT_APPLIED))
                    : e.toException(operation, other.toString());
        }
        LOG.info("{} {} in {}", operation, other, socket.namespace());
    }

    /**
     * Lists the ids that are given.
     *
     * @return the ids, in no order
     * @throws NetlinkException.Inconsistent if they changed during each of ten attempts
     */
    public List<Integer> list() {
        try {
            return socket.dump(message(Rtm.GETNSID, Nl.REQUEST | Nl.DUMP), NamespaceIds::decode)
                    .orThrow("namespace ids");
        } catch (KernelRefusal e) {
            throw e.toException("list", "namespace ids");
        }
    }

    static MessageEncoder assignment(int namespace, int id) {
        return message(Rtm.NEWNSID, Nl.REQUEST | Nl.ACK)
                .u32(Rtm.NETNSA_FD, namespace)
                .u32(Rtm.NETNSA_NSID, id);
    }

    private static MessageEncoder message(int type, int flags) {
        return new MessageEncoder(type, flags).raw(new byte[FIXED]);
    }

    static Optional<Integer> decode(Message message) {
        if (message.type() != Rtm.NEWNSID) {
            return Optional.empty();
        }
        OptionalInt id = message.attributes(FIXED).s32(Rtm.NETNSA_NSID);
        return id.isPresent() ? Optional.of(id.getAsInt()) : Optional.empty();
    }
}
