package io.nspawn.host;

import io.nspawn.net.InterfaceName;
import io.nspawn.net.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The networks of a host that containers hang their macvlans on.
 *
 * @param segments one for each network
 */
public record Topology(List<Segment> segments) {
    public Topology {
        segments = List.copyOf(segments);
    }

    /**
     * One network.
     *
     * @param bridge the bridge that carries the macvlans; made where it is missing
     * @param hostAddress the host's own address in this network. The host cannot talk to macvlans through the bridge
     *     itself, so that it gets a macvlan of its own, named {@code mv-} and the bridge's name without {@code br-}
     */
    public record Segment(InterfaceName bridge, Optional<Prefix> hostAddress) {
        private static final String PREFIX = "mv-";

        /** The host's own macvlan on the bridge. */
        public InterfaceName hostInterface() {
            String name = bridge.value();
            String stem = name.startsWith("br-") ? name.substring("br-".length()) : name;
            int room = InterfaceName.MAX_BYTES - PREFIX.length();
            return InterfaceName.of(PREFIX + stem.substring(0, Math.min(stem.length(), room)));
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Collects a topology. */
    public static final class Builder {
        private final List<Segment> segments = new ArrayList<>();

        private Builder() {}

        /** A bridge on which only containers talk to each other. */
        public Builder bridge(String name) {
            segments.add(new Segment(InterfaceName.of(name), Optional.empty()));
            return this;
        }

        /** A bridge on which the host has an address too: {@code 172.29.236.1/22}. */
        public Builder bridge(String name, String hostAddress) {
            segments.add(new Segment(InterfaceName.of(name), Optional.of(Prefix.parse(hostAddress))));
            return this;
        }

        public Topology build() {
            return new Topology(segments);
        }
    }
}
