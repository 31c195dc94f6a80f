package io.nspawn.net;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The interface names that systemd-nspawn will give, known before it runs.
 *
 * <p>A name of more than 15 bytes is shortened: since v245 to its first 11 bytes and four characters of a SipHash of
 * the whole name; before, it was cut after 15 bytes. The scheme is a setting of the host ({@code net.naming_scheme=} on
 * the kernel command line, systemd.net-naming-scheme(7)). Source: {@code net_shorten_ifname()} of systemd,
 * systemd-nspawn(1).
 */
public enum NspawnNames {
    /** The first 11 bytes and four characters of a hash: naming scheme v245 and later, the default of today. */
    HASHED,
    /** The first 15 bytes: naming schemes before v245. */
    TRUNCATED;

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final String KEY = "e190a404a8ef4b518cccc33a9f11fca2";
    private static final int KEPT = 11;

    /**
     * Names the macvlan inside a container for {@code MACVLAN=LOWER}.
     *
     * @param lower the host's link that carries it
     * @return {@code mv-LOWER}, shortened if {@code LOWER} has more than 12 bytes
     */
    public InterfaceName macvlan(InterfaceName lower) {
        return shorten("mv-" + lower);
    }

    /**
     * Names the ipvlan inside a container for {@code IPVLAN=LOWER}.
     *
     * @param lower the host's link that carries it
     * @return {@code iv-LOWER}, shortened if {@code LOWER} has more than 12 bytes
     */
    public InterfaceName ipvlan(InterfaceName lower) {
        return shorten("iv-" + lower);
    }

    /**
     * Names the host's end of {@code VirtualEthernet=yes}.
     *
     * @param machine the machine's name
     * @return {@code ve-MACHINE}, shortened if needed; the long name then becomes an alternative name on the host
     */
    public InterfaceName veth(String machine) {
        return shorten("ve-" + machine);
    }

    /**
     * Names the host's end of a veth that is put into a bridge, with {@code Bridge=} or {@code Zone=}.
     *
     * @param machine the machine's name
     * @return {@code vb-MACHINE}, shortened if needed
     */
    public InterfaceName bridgedVeth(String machine) {
        return shorten("vb-" + machine);
    }

    /**
     * Names the container's end of {@code VirtualEthernet=yes}.
     *
     * @return always {@code host0}
     */
    public static InterfaceName containerVeth() {
        return InterfaceName.of("host0");
    }

    /**
     * Names the bridge of {@code Zone=ZONE}.
     *
     * @param zone the zone, at most 12 bytes; it is never shortened
     * @return {@code vz-ZONE}
     * @throws IllegalArgumentException if that is not a valid name
     */
    public static InterfaceName zone(String zone) {
        return InterfaceName.of("vz-" + zone);
    }

    /**
     * Shortens a name as systemd does; one of up to 15 bytes stays as it is.
     *
     * @param name the wanted name, in ASCII
     * @return the name the link gets
     * @throws IllegalArgumentException if the result is no valid interface name
     */
    public InterfaceName shorten(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= InterfaceName.MAX_BYTES) {
            return InterfaceName.of(name);
        }
        if (bytes.length != name.length()) {
            throw new IllegalArgumentException("an interface name has ASCII characters only: \"" + name + "\"");
        }
        return InterfaceName.of(this == TRUNCATED ? name.substring(0, InterfaceName.MAX_BYTES) : hashed(name, bytes));
    }

    private static String hashed(String name, byte[] bytes) {
        long hash = SipHash.hash(HexFormat.of().parseHex(KEY), bytes);
        StringBuilder result = new StringBuilder(name.substring(0, KEPT));
        for (int shift = 18; shift >= 0; shift -= 6) {
            result.append(ALPHABET.charAt((int) (hash >>> shift) & 63));
        }
        return result.toString();
    }
}
