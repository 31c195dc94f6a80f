package io.nspawn.net;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of one network namespace: look, make, change, delete. A view on a {@link RouteSocket}, whose rules for
 * threads, timeouts and privileges hold.
 *
 * <p>Every change is one request with one setting, so that one that fails has changed nothing. What fails is a {@link
 * NetlinkException}; where the kernel gives a bare error number, the cause is looked for and added.
 */
public final class Links {
    private static final Logger LOG = LoggerFactory.getLogger(Links.class);
    private static final int ALTERNATIVE_MAX = 127;

    private final RouteSocket socket;
    private final LinkDiagnosis diagnosis = new LinkDiagnosis(this);

    Links(RouteSocket socket) {
        this.socket = socket;
    }

    RouteSocket socket() {
        return socket;
    }

    /**
     * Looks a link up by its name or an alternative name, without listing all.
     *
     * @param name a name of up to 127 bytes
     * @return the link, empty if there is none
     * @throws IllegalArgumentException if the name is empty, too long or has no form in UTF-8
     */
    public Optional<Link> find(String name) {
        int length = checkedLength(name, name.indexOf('\0') < 0);
        // The short attribute refuses more than 15 bytes; both look at names and alternative names alike.
        int attribute = length > InterfaceName.MAX_BYTES ? Ifla.ALT_IFNAME : Ifla.IFNAME;
        return get(MessageEncoder.link(Rtm.GETLINK, Nl.REQUEST, 0, 0, 0).string(attribute, name), name);
    }

    /**
     * Looks a link up by its name or an alternative name.
     *
     * @param name the name
     * @return the link, empty if there is none
     */
    public Optional<Link> find(InterfaceName name) {
        return find(name.value());
    }

    /**
     * Looks a link up by its index.
     *
     * @param index its positive number
     * @return the link, empty if there is none
     */
    public Optional<Link> find(int index) {
        LinkSpec.index(index);
        return get(MessageEncoder.link(Rtm.GETLINK, Nl.REQUEST, index, 0, 0), describe(index));
    }

    private Optional<Link> get(MessageEncoder request, String object) {
        request.u32(Ifla.EXT_MASK, Ifla.SKIP_STATS);
        try {
            return socket.call(request, LinkDecoder::decode).entries().stream().findFirst();
        } catch (KernelRefusal e) {
            if (e.is(Errno.ENODEV)) {
                return Optional.empty();
            }
            throw e.toException("look up", object);
        }
    }

    /**
     * Looks a link up that must be there.
     *
     * @param name its name or an alternative name
     * @return the link
     * @throws NetlinkException.NotFound if there is none
     */
    public Link get(String name) {
        return find(name).orElseThrow(() -> absent("look up", name));
    }

    static NetlinkException absent(String operation, String object) {
        return new NetlinkException.NotFound(new NetlinkException.Failure(
                operation, object, Errno.ENODEV.intValue(), "", -1, Outcome.NOT_APPLIED, null));
    }

    /**
     * Lists every link.
     *
     * @return the links, a consistent set
     * @throws NetlinkException.Inconsistent if they changed during each of ten attempts
     */
    public List<Link> list() {
        return list(LinkFilter.all());
    }

    /**
     * Lists some links.
     *
     * @param filter which
     * @return the links, a consistent set
     * @throws NetlinkException.Inconsistent if they changed during each of ten attempts
     */
    public List<Link> list(LinkFilter filter) {
        return listing(filter).orThrow("links");
    }

    /**
     * Lists some links, and takes an inconsistent set rather than none.
     *
     * @param filter which
     * @return the links, with a word on whether the set is consistent
     */
    public Listing<Link> listing(LinkFilter filter) {
        try {
            return socket.dump(filter.request(), LinkDecoder::decode).filter(filter::matches);
        } catch (KernelRefusal e) {
            throw e.toException("list", "links");
        }
    }

    /**
     * Makes a link in this namespace.
     *
     * @param spec what to make
     * @return the link as it was right afterwards
     * @throws NetlinkException.AlreadyExists if the name is taken
     * @throws NetlinkException.Busy if another use of the lower link stands in the way
     * @throws NetlinkException.Unsupported if the kernel lacks the kind
     */
    public Link create(LinkSpec spec) {
        return new LinkCreation(this, diagnosis).create(spec);
    }

    /**
     * Makes a link straight in another namespace, which is some hundred times cheaper than moving it there. Indexes in
     * the spec (lower link, master) are numbers of this namespace.
     *
     * @param target where
     * @param spec what to make
     * @throws NetlinkException.AlreadyExists if the name is taken there
     */
    public void createIn(NetworkNamespace target, LinkSpec spec) {
        new LinkCreation(this, diagnosis).create(spec, Optional.of(target));
    }

    /**
     * Deletes a link. The kernel takes some 16 milliseconds for each; for many see {@link #deleteAll}.
     *
     * @param index its index
     * @throws NetlinkException.NotFound if there is none
     */
    public void delete(int index) {
        change("delete", index, LinkRequest.delete(index));
    }

    /**
     * Deletes many links in the time of one: they are put into a random group of their own, and the group is deleted.
     * Links that are gone already are passed over. Links that cannot be deleted in a group are deleted one by one.
     *
     * @param links the links, as read from this namespace
     * @throws NetlinkException if one cannot be deleted; those that remain are then back in their old group
     */
    public void deleteAll(Collection<Link> links) {
        new BulkDeletion(this).delete(links);
    }

    /**
     * Sets a link up.
     *
     * @param index its index
     * @throws NetlinkException.AddressInUse if another macvlan on the same lower link has its MAC address
     */
    public void up(int index) {
        change("set up", index, LinkRequest.up(index));
    }

    /**
     * Sets a link down.
     *
     * @param index its index
     */
    public void down(int index) {
        change("set down", index, LinkRequest.down(index));
    }

    /**
     * Gives a link another name.
     *
     * @param index its index
     * @param name the new name
     * @throws NetlinkException.AlreadyExists if the name is taken
     */
    public void rename(int index, InterfaceName name) {
        set("rename to " + name, index, out -> out.string(Ifla.IFNAME, name.value()));
    }

    /**
     * Sets the MTU. Lowering that of a link lowers that of the macvlans on it; raising it again does not raise theirs.
     *
     * @param index the index of the link
     * @param bytes 68 to 65535
     * @throws NetlinkException.InvalidArgument if the link does not allow it
     */
    public void mtu(int index, int bytes) {
        MessageEncoder request = LinkRequest.set(index).u32(Ifla.MTU, LinkSpec.mtuInRange(bytes));
        change("set MTU " + bytes + " of", index, request, e -> diagnosis.mtu(index, bytes, e));
    }

    /**
     * Sets the MAC address.
     *
     * @param index the index of the link
     * @param address a unicast address
     * @throws NetlinkException.AddressInUse if another macvlan on the same lower link has it
     */
    public void mac(int index, MacAddress address) {
        byte[] bytes = LinkSpec.unicast(address).bytes();
        set("set MAC address " + address + " of", index, out -> out.bytes(Ifla.ADDRESS, bytes));
    }

    /**
     * Puts a link into a group.
     *
     * @param index the index of the link
     * @param number any number, 0 for none
     */
    public void group(int index, int number) {
        set("set group of", index, out -> out.u32(Ifla.GROUP, number));
    }

    /**
     * Makes a link a port of a bridge.
     *
     * @param index the index of the link
     * @param bridge the index of the bridge
     * @throws NetlinkException.Busy if it is a port elsewhere, or carries macvlans
     */
    public void master(int index, int bridge) {
        LinkSpec.index(bridge);
        set("put into bridge " + describe(bridge) + ":", index, out -> out.u32(Ifla.MASTER, bridge));
    }

    /**
     * Takes a port out of its bridge. One that is in none stays as it is.
     *
     * @param index the index of the link
     */
    public void noMaster(int index) {
        set("take out of its bridge:", index, out -> out.u32(Ifla.MASTER, 0));
    }

    /**
     * Sets the alias, a free text.
     *
     * @param index the index of the link
     * @param text up to 255 bytes; empty removes it
     */
    public void alias(int index, String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length > 255) {
            throw new IllegalArgumentException("an alias has up to 255 bytes");
        }
        set("set alias of", index, out -> out.chars(Ifla.ALIAS, text));
    }

    /**
     * Changes settings of a port of a bridge; those that are not named stay as they are.
     *
     * @param index the index of the port
     * @param settings what to change
     * @throws NetlinkException.InvalidArgument if it is no port of a bridge, or a value does not fit
     */
    public void port(int index, BridgePort settings) {
        String operation = "change port settings of";
        Link link = find(index).orElseThrow(() -> absent(operation, describe(index)));
        if (link.port().isEmpty()) {
            throw new NetlinkException.InvalidArgument(NetlinkException.Failure.of(
                    operation, link.name(), "it is no port of a bridge: " + link, Outcome.NOT_APPLIED));
        }
        change(operation, index, LinkRequest.portData(index, settings));
    }

    /**
     * Moves a link to another namespace, where it arrives down and without addresses. To make a link there, {@link
     * #createIn} is far cheaper.
     *
     * @param index the index of the link; it may change
     * @param target where
     * @param name the name it gets there
     * @throws NetlinkException.AlreadyExists if the name is taken there
     * @throws NetlinkException.InvalidArgument if links of its kind cannot move, as bridges
     */
    public void move(int index, NetworkNamespace target, InterfaceName name) {
        try (Descriptor namespace = target.openFile()) {
            change("move to " + target + ":", index, LinkRequest.move(index, namespace.fd(), name));
        }
    }

    /**
     * Adds an alternative name, by which the link is found as by its own.
     *
     * @param index the index of the link
     * @param name 1 to 127 bytes without blanks and slashes
     * @throws NetlinkException.AlreadyExists if any link has that name
     */
    public void addAlternativeName(int index, String name) {
        property("add name " + name + " to", name, index, LinkRequest.addName(index, name));
    }

    /**
     * Removes an alternative name.
     *
     * @param index the index of the link
     * @param name the name
     * @throws NetlinkException.NotFound if the link has no such name
     */
    public void removeAlternativeName(int index, String name) {
        property("delete name " + name + " of", name, index, LinkRequest.removeName(index, name));
    }

    private void property(String operation, String name, int index, MessageEncoder request) {
        checkedLength(name, name.chars().noneMatch(c -> c <= ' ' || c == '/'));
        change(operation, index, request);
    }

    private static int checkedLength(String name, boolean wellFormed) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        boolean encodable = StandardCharsets.UTF_8.newEncoder().canEncode(name);
        if (!wellFormed || !encodable || length == 0 || length > ALTERNATIVE_MAX) {
            throw new IllegalArgumentException(
                    "a link has a name of 1 to " + ALTERNATIVE_MAX + " bytes of UTF-8, not \"" + name + "\"");
        }
        return length;
    }

    private void set(String operation, int index, UnaryOperator<MessageEncoder> setting) {
        change(operation, index, setting.apply(LinkRequest.set(index)));
    }

    private void change(String operation, int index, MessageEncoder request) {
        change(operation, index, request, e -> diagnosis.change(index, e));
    }

    void change(
            String operation,
            int index,
            MessageEncoder request,
            Function<KernelRefusal, Optional<Diagnosis>> explanation) {
        try {
            socket.change(request);
        } catch (KernelRefusal e) {
            throw e.toException(operation, describe(index), explanation.apply(e).orElse(null));
        }
        LOG.info("{} {} in {}", operation, describe(index), socket.namespace());
    }

    static String describe(int index) {
        return "link " + index;
    }
}
