package io.nspawn.config.nspawn;

import io.nspawn.config.InvalidFileException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code RestrictAddressFamilies=}, since 261.
 *
 * @param isAllowList whether the families are the only ones allowed; otherwise they are the ones refused
 * @param families by number (address_families(7)), ascending
 */
public record AddressFamilies(boolean isAllowList, List<Integer> families) {
    /** No restriction. */
    public static final AddressFamilies ANY = new AddressFamilies(false, List.of());

    /** Every socket is refused. */
    public static final AddressFamilies NONE = new AddressFamilies(true, List.of());

    private static final List<String> NAMES = List.of(
            "",
            "unix",
            "inet",
            "ax25",
            "ipx",
            "appletalk",
            "netrom",
            "bridge",
            "atmpvc",
            "x25",
            "inet6",
            "rose",
            "decnet",
            "netbeui",
            "security",
            "key",
            "netlink",
            "packet",
            "ash",
            "econet",
            "atmsvc",
            "rds",
            "sna",
            "irda",
            "pppox",
            "wanpipe",
            "llc",
            "ib",
            "mpls",
            "can",
            "tipc",
            "bluetooth",
            "iucv",
            "rxrpc",
            "isdn",
            "phonet",
            "ieee802154",
            "caif",
            "alg",
            "nfc",
            "vsock",
            "kcm",
            "qipcrtr",
            "smc",
            "xdp",
            "mctp");

    private static final Map<String, Integer> OTHER_NAMES = Map.of("local", 1, "file", 1, "route", 16);

    public AddressFamilies {
        families = List.copyOf(new TreeSet<>(families));
        if (families.stream().anyMatch(f -> f < 1 || f >= NAMES.size())) {
            throw new InvalidFileException(
                    0, "RestrictAddressFamilies", "does not take " + families, "it takes names such as AF_INET");
        }
    }

    /**
     * Allows some families by name, and no other.
     *
     * @throws IllegalArgumentException for a name that is none, such as one without {@code AF_}
     */
    public static AddressFamilies allow(String... names) {
        return of(true, names);
    }

    /** Refuses some families by name. */
    public static AddressFamilies refuse(String... names) {
        return of(false, names);
    }

    private static AddressFamilies of(boolean allow, String... names) {
        return new AddressFamilies(
                allow,
                Stream.of(names)
                        .map(name -> numberOf(name)
                                .orElseThrow(() -> new InvalidFileException(
                                        0,
                                        "RestrictAddressFamilies",
                                        "does not take \"" + name + '"',
                                        "it takes names such as AF_INET")))
                        .toList());
    }

    /** The number of a name with {@code AF_}, in any case. */
    static Optional<Integer> numberOf(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("af_") || lower.length() == 3) {
            return Optional.empty();
        }
        String family = lower.substring(3);
        int number = NAMES.indexOf(family);
        return number > 0 ? Optional.of(number) : Optional.ofNullable(OTHER_NAMES.get(family));
    }

    /** The value as the file has it; empty for no restriction. */
    String text() {
        String names = families.stream()
                .map(f -> "AF_" + NAMES.get(f).toUpperCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
        if (isAllowList) {
            return families.isEmpty() ? "none" : names;
        }
        return families.isEmpty() ? "" : "~" + names;
    }
}
