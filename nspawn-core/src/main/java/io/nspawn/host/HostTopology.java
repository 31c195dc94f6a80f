package io.nspawn.host;

import io.nspawn.model.ContainerState;
import io.nspawn.model.MachineName;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * A host's networks and the containers on them, as they were at one moment: to be looked at.
 *
 * @param networks what macvlans stand on, by name
 * @param containers the containers of this library, by name
 */
public record HostTopology(List<Network> networks, List<Machine> containers) {
    public HostTopology {
        networks = List.copyOf(networks);
        containers = List.copyOf(containers);
    }

    /**
     * A bridge, or a network card with macvlans.
     *
     * @param name its name
     * @param kind {@code bridge}, or the kernel's other kind; {@code card} for hardware
     * @param mtu in bytes
     * @param up whether it is administratively up
     * @param ports its ports that are network cards or somebody else's
     * @param host the host's interfaces in the network that have addresses
     * @param defaultRoute whether the host's default route leaves by one of them
     */
    public record Network(
            InterfaceName name,
            String kind,
            int mtu,
            boolean up,
            List<InterfaceName> ports,
            List<HostInterface> host,
            boolean defaultRoute) {
        public Network {
            ports = List.copyOf(ports);
            host = List.copyOf(host);
        }
    }

    /** An interface of the host with its addresses, link-local ones left out. */
    public record HostInterface(InterfaceName name, List<Prefix> addresses) {
        public HostInterface {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * A container.
     *
     * @param name its name
     * @param state where it is in its life
     * @param nics its macvlans
     */
    public record Machine(MachineName name, ContainerState state, List<Macvlan> nics) {
        public Machine {
            nics = List.copyOf(nics);
        }

        /** Whether it is up, wholly or on the way. */
        public boolean runs() {
            return state == ContainerState.READY || state == ContainerState.STARTING;
        }
    }

    /**
     * A macvlan of a container.
     *
     * @param network the network that it leads to; empty if that is not there
     * @param lower what it stands on
     * @param inside its name in the container
     * @param addresses its addresses, link-local ones left out; none while the container does not run
     */
    public record Macvlan(
            Optional<InterfaceName> network, InterfaceName lower, InterfaceName inside, List<Prefix> addresses) {
        public Macvlan {
            addresses = List.copyOf(addresses);
        }
    }

    /** A flowchart for Mermaid, which documents on many sites show as a picture (mermaid.js.org). */
    public String toMermaid() {
        return new MermaidPicture(this).text();
    }

    /** A graph for Graphviz: {@code dot -Tsvg} (graphviz.org/doc/info/lang.html). */
    public String toDot() {
        return new DotPicture(this).text();
    }

    /**
     * A picture by itself: a column for each network, a row for each container, a dot where it is connected. It needs no
     * script, font or style sheet, and follows the reader's light or dark preference.
     */
    public String toSvg() {
        return new SvgPicture(this).text();
    }
}
