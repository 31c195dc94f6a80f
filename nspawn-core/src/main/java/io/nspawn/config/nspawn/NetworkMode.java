package io.nspawn.config.nspawn;

import io.nspawn.net.InterfaceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The one network of a container, as {@link SettingsBuilder} takes it. */
public sealed interface NetworkMode {
    /** The host's own network. systemd then takes CAP_NET_ADMIN away. */
    record Host() implements NetworkMode {}

    /** A network namespace that is there already, by its absolute path; since 259. */
    record Joined(String path) implements NetworkMode {}

    /**
     * A network namespace of its own.
     *
     * @param uplink how it is joined to the host
     * @param interfaces interfaces of the host that move into it
     * @param macvlan a macvlan on each of these
     * @param ipvlan an ipvlan on each of these
     * @param extra further veths
     * @param ports ports of the host that lead into it
     */
    record Own(
            Uplink uplink,
            List<Link> interfaces,
            List<Link> macvlan,
            List<Link> ipvlan,
            List<Link> extra,
            List<PublishedPort> ports)
            implements NetworkMode {
        public Own {
            interfaces = List.copyOf(interfaces);
            macvlan = List.copyOf(macvlan);
            ipvlan = List.copyOf(ipvlan);
            extra = List.copyOf(extra);
            ports = List.copyOf(ports);
        }
    }

    /** How a namespace is joined to the host. */
    sealed interface Uplink {
        /** Not at all. */
        record None() implements Uplink {}

        /** By a veth. */
        record Veth() implements Uplink {}

        /** By a veth whose host end is in a bridge. */
        record Bridge(InterfaceName name) implements Uplink {}

        /** By a veth in the bridge {@code vz-NAME}, which comes and goes with its containers; up to 12 bytes. */
        record Zone(String name) implements Uplink {}
    }

    /**
     * One interface.
     *
     * @param host the host's interface
     * @param container its name in the container, where it is not the usual one; since 254, for veths always
     */
    record Link(InterfaceName host, Optional<InterfaceName> container) {}

    static NetworkMode host() {
        return new Host();
    }

    static NetworkMode joined(String path) {
        return new Joined(path);
    }

    /** A namespace that only has a loopback, until more is said. */
    static OwnBuilder isolated() {
        return new OwnBuilder(new Uplink.None());
    }

    static OwnBuilder veth() {
        return new OwnBuilder(new Uplink.Veth());
    }

    static OwnBuilder bridge(InterfaceName name) {
        return new OwnBuilder(new Uplink.Bridge(name));
    }

    static OwnBuilder zone(String name) {
        return new OwnBuilder(new Uplink.Zone(name));
    }

    /** Collects the parts of an own namespace. */
    final class OwnBuilder {
        private final Uplink uplink;
        private final List<Link> interfaces = new ArrayList<>();
        private final List<Link> macvlan = new ArrayList<>();
        private final List<Link> ipvlan = new ArrayList<>();
        private final List<Link> extra = new ArrayList<>();
        private final List<PublishedPort> ports = new ArrayList<>();

        private OwnBuilder(Uplink uplink) {
            this.uplink = uplink;
        }

        public OwnBuilder moves(InterfaceName host) {
            interfaces.add(new Link(host, Optional.empty()));
            return this;
        }

        public OwnBuilder moves(InterfaceName host, InterfaceName container) {
            interfaces.add(new Link(host, Optional.of(container)));
            return this;
        }

        public OwnBuilder macvlan(InterfaceName lower) {
            macvlan.add(new Link(lower, Optional.empty()));
            return this;
        }

        public OwnBuilder macvlan(InterfaceName lower, InterfaceName container) {
            macvlan.add(new Link(lower, Optional.of(container)));
            return this;
        }

        public OwnBuilder ipvlan(InterfaceName lower) {
            ipvlan.add(new Link(lower, Optional.empty()));
            return this;
        }

        public OwnBuilder ipvlan(InterfaceName lower, InterfaceName container) {
            ipvlan.add(new Link(lower, Optional.of(container)));
            return this;
        }

        /** Adds a veth beside the one of the uplink. */
        public OwnBuilder extraVeth(InterfaceName host, InterfaceName container) {
            extra.add(new Link(host, Optional.of(container)));
            return this;
        }

        public OwnBuilder publish(PublishedPort port) {
            ports.add(port);
            return this;
        }

        public Own build() {
            return new Own(uplink, interfaces, macvlan, ipvlan, extra, ports);
        }
    }
}
