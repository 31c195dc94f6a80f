package io.nspawn.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * An IPv4 or IPv6 address as a plain value. Nothing here ever asks a name service.
 *
 * <p>An IPv4-mapped IPv6 address stays an IPv6 address, unlike with {@link InetAddress}. Zone identifiers
 * ({@code fe80::1%eth0}) are refused: the link is always named separately.
 *
 * @param family IPv4 or IPv6
 * @param high the first eight bytes of an IPv6 address; 0 for IPv4
 * @param low the last eight bytes of an IPv6 address, or the 32 bits of an IPv4 address
 */
public record IpAddress(Family family, long high, long low) implements Comparable<IpAddress> {
    /** The two families of addresses. */
    public enum Family {
        /** IPv4, 32 bits. */
        V4(4),
        /** IPv6, 128 bits. */
        V6(16);

        private final int bytes;

        Family(int bytes) {
            this.bytes = bytes;
        }

        /**
         * Gives the length of an address.
         *
         * @return 32 or 128
         */
        public int bits() {
            return bytes * 8;
        }

        /** The number of the family in linux/socket.h. */
        int number() {
            return this == V4 ? Rtm.AF_INET : Rtm.AF_INET6;
        }
    }

    /**
     * Checks that an IPv4 address uses 32 bits only.
     *
     * @throws IllegalArgumentException if it uses more
     */
    public IpAddress {
        if (family == Family.V4 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("an IPv4 address has 32 bits");
        }
    }

    /**
     * Reads a literal address: dotted quads without leading zeros, or the IPv6 text forms of RFC 4291.
     *
     * @param text for example {@code 10.0.0.1} or {@code fd00::1}
     * @return the address
     * @throws IllegalArgumentException if the text is anything else, a host name included
     */
    public static IpAddress parse(String text) {
        return of(IpText.parse(text));
    }

    /**
     * Makes an address from its bytes in network order.
     *
     * @param bytes 4 or 16 bytes
     * @return the address
     * @throws IllegalArgumentException for any other length
     */
    public static IpAddress of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return switch (bytes.length) {
            case 4 -> new IpAddress(Family.V4, 0, buffer.getInt() & 0xffff_ffffL);
            case 16 -> new IpAddress(Family.V6, buffer.getLong(), buffer.getLong());
            default -> throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        };
    }

    /**
     * Converts from the JDK's type. A scope of an IPv6 address is dropped.
     *
     * @param address a resolved address
     * @return the same address
     */
    public static IpAddress of(InetAddress address) {
        return of(address.getAddress());
    }

    /**
     * Gives the address with every bit zero, the unspecified one of its family (RFC 1122, RFC 4291).
     *
     * @param family IPv4 or IPv6
     * @return the unspecified address
     */
    public static IpAddress any(Family family) {
        return new IpAddress(family, 0, 0);
    }

    /**
     * Gives the bytes in network order.
     *
     * @return 4 or 16 bytes, a new array each time
     */
    public byte[] bytes() {
        ByteBuffer buffer = ByteBuffer.allocate(family.bytes);
        if (family == Family.V4) {
            buffer.putInt((int) low);
        } else {
            buffer.putLong(high).putLong(low);
        }
        return buffer.array();
    }

    /**
     * Converts to the JDK's type without asking a name service.
     *
     * @return an {@link Inet4Address} or {@link Inet6Address}
     */
    public InetAddress toInetAddress() {
        try {
            return family == Family.V4 ? InetAddress.getByAddress(bytes()) : Inet6Address.getByAddress("", bytes(), -1);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Tells whether every bit is zero.
     *
     * @return true for the unspecified address of either family
     */
    public boolean isAny() {
        return high == 0 && low == 0;
    }

    /** Keeps the first {@code length} bits and clears the others. */
    IpAddress masked(int length) {
        if (family == Family.V4) {
            return new IpAddress(family, 0, length == 0 ? 0 : low & (0xffff_ffffL << (32 - length)) & 0xffff_ffffL);
        }
        return new IpAddress(
                family, high & (length >= 64 ? -1L : leading(length)), length <= 64 ? 0 : low & leading(length - 64));
    }

    private static long leading(int bits) {
        return bits == 0 ? 0 : -1L << (64 - bits);
    }

    @Override
    public int compareTo(IpAddress other) {
        int byFamily = family.compareTo(other.family);
        int byHigh = byFamily != 0 ? byFamily : Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    /** Gives the canonical text, for IPv6 that of RFC 5952. */
    @Override
    public String toString() {
        return IpText.format(bytes());
    }
}
