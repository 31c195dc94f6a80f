package io.nspawn.net;

import java.util.List;
import java.util.function.Predicate;

/**
 * A listing by the kernel, with what it says about it. Where links come and go all the time, most listings of many
 * links are not consistent: entries can be missing or doubled, though each is right by itself.
 *
 * @param entries what was listed, in the kernel's order
 * @param consistent false if something changed during each of ten attempts
 * @param <T> what is listed
 */
public record Listing<T>(List<T> entries, boolean consistent) {
    /** Copies the list. */
    public Listing {
        entries = List.copyOf(entries);
    }

    Listing<T> filter(Predicate<? super T> wanted) {
        return new Listing<>(entries.stream().filter(wanted).toList(), consistent);
    }

    /** Gives the entries of a consistent listing and refuses another. */
    List<T> orThrow(String object) {
        if (!consistent) {
            throw new NetlinkException.Inconsistent(NetlinkException.Failure.of(
                    "list", object, "they changed while they were read, each time", Outcome.NOT_APPLIED));
        }
        return entries;
    }
}
