package io.nspawn.net;

/**
 * An address with the length of its network: {@code 10.0.0.7/24}. Host bits are kept; {@link #network()} clears them.
 *
 * @param address the address
 * @param length how many leading bits name the network; 0 to 32 or 0 to 128
 */
public record Prefix(IpAddress address, int length) implements Comparable<Prefix> {
    /**
     * Checks the length.
     *
     * @throws IllegalArgumentException if the length is negative or longer than an address of this family
     */
    public Prefix {
        if (length < 0 || length > address.family().bits()) {
            throw new IllegalArgumentException(
                    "a prefix of " + address + " has 0 to " + address.family().bits() + " bits, not " + length);
        }
    }

    /**
     * Reads {@code ADDRESS/LENGTH}; both parts are needed.
     *
     * @param text for example {@code 172.29.236.11/22} or {@code fd00::1/64}
     * @return the prefix
     * @throws IllegalArgumentException if the text has another form
     */
    public static Prefix parse(String text) {
        int slash = text.indexOf('/');
        String digits = text.substring(slash + 1);
        boolean number =
                !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (slash < 0 || !number || (digits.length() > 1 && digits.charAt(0) == '0')) {
            throw new IllegalArgumentException("not of the form ADDRESS/LENGTH: \"" + text + "\"");
        }
        return new Prefix(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(digits));
    }

    /**
     * Makes the prefix that holds one address, /32 or /128.
     *
     * @param address the address
     * @return the prefix
     */
    public static Prefix host(IpAddress address) {
        return new Prefix(address, address.family().bits());
    }

    /**
     * Makes the prefix that holds every address, the destination of a default route.
     *
     * @param family IPv4 or IPv6
     * @return the unspecified address with a length of 0
     */
    public static Prefix all(IpAddress.Family family) {
        return new Prefix(IpAddress.any(family), 0);
    }

    /**
     * Clears the host bits.
     *
     * @return for example {@code 10.1.2.0/24} for {@code 10.1.2.7/24}
     */
    public Prefix network() {
        return new Prefix(address.masked(length), length);
    }

    /**
     * Tells whether an address lies in this network.
     *
     * @param other any address
     * @return false also if the families differ
     */
    public boolean contains(IpAddress other) {
        return other.family() == address.family() && other.masked(length).equals(address.masked(length));
    }

    @Override
    public int compareTo(Prefix other) {
        int byAddress = address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Integer.compare(length, other.length);
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
