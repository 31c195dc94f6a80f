package io.nspawn.net;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * What can be changed on a macvlan or macvtap while it is used. A view on a {@link RouteSocket}, whose rules for
 * threads, timeouts and privileges hold.
 *
 * <p>Each method throws {@link NetlinkException.NotFound} if there is no such link and {@link
 * NetlinkException.InvalidArgument} if it is of another kind; then nothing was sent.
 */
public final class Macvlans {
    private final Links links;

    Macvlans(Links links) {
        this.links = links;
    }

    /**
     * Changes the mode. Leaving mode source forgets the list of source addresses. Only passthru cannot be entered or
     * left.
     *
     * @param index the index of the macvlan
     * @param mode how siblings reach each other from now on
     * @throws NetlinkException.InvalidArgument into or out of mode passthru
     */
    public void mode(int index, MacvlanMode mode) {
        change(
                "set mode " + mode + " of",
                index,
                data -> data.u32(Ifla.MACVLAN_MODE, mode.number()),
                (link, refusal) -> LinkDiagnosis.mode(link, mode, refusal));
    }

    /**
     * Replaces the list of MAC addresses that a macvlan in mode source lets in.
     *
     * @param index the index of the macvlan
     * @param sources unicast addresses; an empty list lets nothing in
     * @throws NetlinkException.InvalidArgument in another mode
     */
    public void sources(int index, List<MacAddress> sources) {
        if (sources.isEmpty()) {
            flushSources(index);
            return;
        }
        sources.forEach(LinkSpec::unicast);
        change("set source addresses of", index, data -> LinkEncoder.sources(data, sources), LinkDiagnosis::sources);
    }

    /**
     * Lets one more MAC address in. One that is let in already stays.
     *
     * @param index the index of the macvlan
     * @param source a unicast address
     * @throws NetlinkException.InvalidArgument in another mode than source
     */
    public void addSource(int index, MacAddress source) {
        LinkSpec.unicast(source);
        change(
                "add source address " + source + " to",
                index,
                data -> source(data, Ifla.MACADDR_ADD, source),
                LinkDiagnosis::sources);
    }

    /**
     * Lets a MAC address in no more. One that was not let in changes nothing.
     *
     * @param index the index of the macvlan
     * @param source a unicast address
     * @throws NetlinkException.InvalidArgument in another mode than source
     */
    public void removeSource(int index, MacAddress source) {
        LinkSpec.unicast(source);
        change(
                "delete source address " + source + " of",
                index,
                data -> source(data, Ifla.MACADDR_DEL, source),
                LinkDiagnosis::sources);
    }

    /**
     * Lets nothing in any more.
     *
     * @param index the index of the macvlan
     * @throws NetlinkException.InvalidArgument in another mode than source
     */
    public void flushSources(int index) {
        change("flush source addresses of", index, Macvlans::flush, LinkDiagnosis::sources);
    }

    /**
     * Wishes for a length of the broadcast queue, which all macvlans of a lower link share: the greatest wish counts.
     * Linux 5.11.
     *
     * @param index the index of the macvlan
     * @param frames 0 to 2<sup>32</sup>-2
     */
    public void broadcastQueueLength(int index, long frames) {
        LinkKind.Macvlan.queueInRange(frames);
        change("set broadcast queue of", index, data -> data.u32(Ifla.MACVLAN_BC_QUEUE_LEN, frames));
    }

    /**
     * Says from how many receivers on a multicast goes through the broadcast queue, for all macvlans of the lower link:
     * the last that was set counts. Linux 6.4; older kernels ignore it, so read it back.
     *
     * @param index the index of the macvlan
     * @param receivers a number of macvlans; negative queues broadcasts only. The kernel's default is 1
     */
    public void broadcastCutoff(int index, int receivers) {
        change("set broadcast cutoff of", index, data -> data.u32(Ifla.MACVLAN_BC_CUTOFF, receivers));
    }

    private void change(String operation, int index, Consumer<MessageEncoder> data) {
        change(operation, index, data, (link, refusal) -> Optional.empty());
    }

    private void change(
            String operation,
            int index,
            Consumer<MessageEncoder> data,
            BiFunction<Link, KernelRefusal, Optional<Diagnosis>> explanation) {
        Link link = links.find(index).orElseThrow(() -> Links.absent(operation, Links.describe(index)));
        if (!(link.details() instanceof LinkDetails.Macvlan)) {
            throw new NetlinkException.InvalidArgument(NetlinkException.Failure.of(
                    operation, link.name(), "it is no macvlan: " + link, Outcome.NOT_APPLIED));
        }
        MessageEncoder request = LinkRequest.kindData(index, link.kind(), data);
        links.change(operation, index, request, refusal -> explanation.apply(link, refusal));
    }

    static void source(MessageEncoder data, int mode, MacAddress source) {
        data.u32(Ifla.MACVLAN_MACADDR_MODE, mode).bytes(Ifla.MACVLAN_MACADDR, source.bytes());
    }

    static void flush(MessageEncoder data) {
        data.u32(Ifla.MACVLAN_MACADDR_MODE, Ifla.MACADDR_FLUSH);
    }
}
