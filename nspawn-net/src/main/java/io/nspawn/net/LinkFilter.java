package io.nspawn.net;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which links to list. Kind and master are filtered by the kernel already, so that less is copied.
 *
 * @param kind only links of this kind, as the kernel names it
 * @param master only ports of the bridge with this index
 * @param group only links of this group
 * @param lower only links on the link with this index, in the same namespace
 */
public record LinkFilter(Optional<String> kind, OptionalInt master, OptionalInt group, OptionalInt lower) {
    /**
     * Takes every link.
     *
     * @return the filter that lets all pass
     */
    public static LinkFilter all() {
        return new LinkFilter(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
    }

    /**
     * Takes only one kind.
     *
     * @param name for example {@code macvlan}
     * @return a narrower filter
     */
    public LinkFilter kind(String name) {
        return new LinkFilter(Optional.of(name), master, group, lower);
    }

    /**
     * Takes only the ports of a bridge.
     *
     * @param index the index of the bridge
     * @return a narrower filter
     */
    public LinkFilter master(int index) {
        return new LinkFilter(kind, OptionalInt.of(index), group, lower);
    }

    /**
     * Takes only one group.
     *
     * @param number the group
     * @return a narrower filter
     */
    public LinkFilter group(int number) {
        return new LinkFilter(kind, master, OptionalInt.of(number), lower);
    }

    /**
     * Takes only the links on one lower link.
     *
     * @param index the index of the lower link
     * @return a narrower filter
     */
    public LinkFilter lower(int index) {
        return new LinkFilter(kind, master, group, OptionalInt.of(index));
    }

    boolean matches(Link link) {
        return kind.filter(k -> !k.equals(link.kind())).isEmpty()
                && (master.isEmpty() || master.equals(link.master()))
                && (group.isEmpty() || group.getAsInt() == link.group())
                && (lower.isEmpty() || link.liesOn(lower.getAsInt()));
    }

    MessageEncoder request() {
        MessageEncoder out = MessageEncoder.link(Rtm.GETLINK, Nl.REQUEST | Nl.DUMP, 0, 0, 0);
        out.u32(Ifla.EXT_MASK, Ifla.SKIP_STATS);
        master.ifPresent(index -> out.u32(Ifla.MASTER, index));
        kind.ifPresent(name -> out.nest(Ifla.LINKINFO, info -> info.chars(Ifla.INFO_KIND, name)));
        return out;
    }
}
