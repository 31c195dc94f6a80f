package io.nspawn.net;

import java.util.Arrays;
import java.util.Optional;

/**
 * Which MAC address an IP address has on a link: an entry of the ARP or neighbour discovery table.
 *
 * @param link the index of the link
 * @param address the IP address
 * @param mac the MAC address; empty while it is not known, and on links without such addresses
 * @param state how well it is known
 * @param flags the NTF flags of linux/neighbour.h
 */
public record Neighbour(int link, IpAddress address, Optional<MacAddress> mac, State state, int flags) {
    /** It is a router. */
    public static final int ROUTER = 0x80;

    /** How well a neighbour is known; see ip-neighbour(8). */
    public enum State {
        /** It is being asked for. */
        INCOMPLETE(0x01),
        /** It has answered lately. */
        REACHABLE(0x02),
        /** It has not answered lately, and will be asked when it is needed. */
        STALE(0x04),
        /** It is needed, and will be asked in a moment. */
        DELAY(0x08),
        /** It is being asked again. */
        PROBE(0x10),
        /** It did not answer. */
        FAILED(0x20),
        /** It needs no asking. */
        NOARP(0x40),
        /** It was set and stays until it is deleted. */
        PERMANENT(0x80),
        /** Nothing is known yet. */
        NONE(0);

        private final int number;

        State(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        static State of(int number) {
            return Arrays.stream(values())
                    .filter(s -> s.number == number)
                    .findFirst()
                    .orElse(NONE);
        }
    }

    /**
     * Checks the index.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Neighbour {
        LinkSpec.index(link);
    }

    /**
     * Makes an entry that stays.
     *
     * @param link the index of the link
     * @param address the IP address
     * @param mac its MAC address
     * @return a permanent entry
     * @throws IllegalArgumentException if the index is not positive
     */
    public static Neighbour permanent(int link, IpAddress address, MacAddress mac) {
        return new Neighbour(link, address, Optional.of(mac), State.PERMANENT, 0);
    }

    /**
     * Chooses another state, for example {@link State#REACHABLE} for an entry that is forgotten in time.
     *
     * @param other the state
     * @return a changed copy
     */
    public Neighbour state(State other) {
        return new Neighbour(link, address, mac, other, flags);
    }
}
