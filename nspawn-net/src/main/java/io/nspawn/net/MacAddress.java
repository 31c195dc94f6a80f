package io.nspawn.net;

import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * An Ethernet hardware address of six bytes.
 *
 * @param bits the address as a number, first byte on the wire highest; 0 to 2<sup>48</sup>-1
 */
public record MacAddress(long bits) implements Comparable<MacAddress> {
    /** The length on the wire in bytes. */
    static final int BYTES = 6;

    private static final long MULTICAST = 0x0100_0000_0000L;
    private static final long UNICAST = 0xffff_ffff_ffffL ^ MULTICAST;
    private static final long LOCAL = 0x0200_0000_0000L;

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the number does not fit in 48 bits
     */
    public MacAddress {
        if (bits < 0 || bits > 0xffff_ffff_ffffL) {
            throw new IllegalArgumentException("a MAC address has 48 bits: " + Long.toHexString(bits));
        }
    }

    /**
     * Reads the usual form, six pairs of hexadecimal digits between colons, and no other.
     *
     * @param text for example {@code 02:00:00:00:00:01}; either case
     * @return the address
     * @throws IllegalArgumentException if the text has another form
     */
    public static MacAddress parse(String text) {
        long bits = 0;
        if (text.length() != 17) {
            throw malformed(text);
        }
        for (int i = 0; i < 17; i++) {
            char c = text.charAt(i);
            if (i % 3 == 2) {
                if (c != ':') {
                    throw malformed(text);
                }
                continue;
            }
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw malformed(text);
            }
            bits = (bits << 4) | digit;
        }
        return new MacAddress(bits);
    }

    /**
     * Makes an address from its bytes in wire order.
     *
     * @param bytes six bytes
     * @return the address
     * @throws IllegalArgumentException if there are not six bytes
     */
    public static MacAddress of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a MAC address has 6 bytes, not " + bytes.length);
        }
        long bits = 0;
        for (byte b : bytes) {
            bits = (bits << 8) | (b & 0xff);
        }
        return new MacAddress(bits);
    }

    /**
     * Makes a random unicast address with the locally administered bit set.
     *
     * @param random where the 46 free bits come from
     * @return the address
     */
    public static MacAddress random(RandomGenerator random) {
        return new MacAddress((random.nextLong() & UNICAST) | LOCAL);
    }

    /**
     * Gives the bytes in wire order.
     *
     * @return six bytes, a new array each time
     */
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            bytes[i] = (byte) (bits >>> (8 * (BYTES - 1 - i)));
        }
        return bytes;
    }

    /**
     * Tells whether a link may have this address: neither zero nor multicast.
     *
     * @return true if the kernel accepts it as a link's own address
     */
    public boolean isUnicast() {
        return bits != 0 && (bits & MULTICAST) == 0;
    }

    /**
     * Tells whether the locally administered bit is set, as in every address not assigned by a vendor.
     *
     * @return true if the bit is set
     */
    public boolean isLocal() {
        return (bits & LOCAL) != 0;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("not a MAC address of the form 02:00:00:00:00:01: \"" + text + "\"");
    }

    @Override
    public int compareTo(MacAddress other) {
        return Long.compare(bits, other.bits);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(17);
        for (byte b : bytes()) {
            text.append(text.length() == 0 ? "" : ":").append(String.format(Locale.ROOT, "%02x", b));
        }
        return text.toString();
    }
}
