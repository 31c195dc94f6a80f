package io.nspawn.host;

import io.nspawn.host.Topology.Segment;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Failure;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostNetwork;
import io.nspawn.spi.HostNetwork.HostLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the links that a {@link Topology} asks for, and takes them away. Links made here last until the host's next boot.
 *
 * <p>Needs CAP_NET_ADMIN.
 */
public final class Networks {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.host");
    private static final String BRIDGE = "bridge";
    private static final String MACVLAN = "macvlan";

    private final HostNetwork network;

    public Networks(HostNetwork network) {
        this.network = network;
    }

    /**
     * Makes what is missing and leaves alone what is there.
     *
     * @return one sentence for each change; empty if the host matched already
     * @throws AlreadyExistsException if a name of the topology belongs to a link of another kind; links made before that
     *     was met are taken away again
     */
    public List<String> apply(Topology topology) {
        topology.segments().forEach(this::requireRightKinds);
        List<InterfaceName> made = new ArrayList<>();
        List<String> changes = new ArrayList<>();
        try {
            for (Segment segment : topology.segments()) {
                bridge(segment.bridge(), made, changes);
                segment.hostAddress().ifPresent(address -> hostInterface(segment, address, made, changes));
            }
        } catch (RuntimeException e) {
            network.delete(made);
            throw e;
        }
        changes.forEach(change -> LOG.info("{}", change));
        return changes;
    }

    /** Deletes the topology's links that are of the kinds it makes; what stands on them goes with them. */
    public void remove(Topology topology) {
        List<InterfaceName> names = new ArrayList<>();
        for (Segment segment : topology.segments()) {
            if (segment.hostAddress().isPresent() && isOn(segment.hostInterface(), segment.bridge())) {
                names.add(segment.hostInterface());
            }
            if (isOfKind(segment.bridge(), BRIDGE)) {
                names.add(segment.bridge());
            }
        }
        network.delete(names);
        names.forEach(name -> LOG.info("deleted link {}", name));
    }

    private void bridge(InterfaceName bridge, List<InterfaceName> made, List<String> changes) {
        Optional<HostLink> link = network.find(bridge);
        if (link.isEmpty()) {
            network.createBridge(bridge);
            made.add(bridge);
            changes.add("made bridge " + bridge);
        } else if (!link.get().up()) {
            network.setUp(bridge);
            changes.add("set " + bridge + " up");
        }
    }

    private void hostInterface(Segment segment, Prefix address, List<InterfaceName> made, List<String> changes) {
        InterfaceName name = segment.hostInterface();
        Optional<HostLink> link = network.find(name);
        if (link.isEmpty()) {
            network.createMacvlan(name, segment.bridge());
            made.add(name);
            changes.add("made macvlan " + name + " on " + segment.bridge());
        }
        boolean has = link.map(l -> l.addresses().contains(address)).orElse(false);
        if (!has) {
            network.addAddress(name, address);
            changes.add("gave " + name + " the address " + address);
        }
    }

    private void requireRightKinds(Segment segment) {
        requireKind(segment.bridge(), BRIDGE);
        if (segment.hostAddress().isPresent()) {
            requireKind(segment.hostInterface(), MACVLAN);
            requireLower(segment);
        }
    }

    private void requireLower(Segment segment) {
        boolean elsewhere = network.find(segment.hostInterface())
                .map(link -> !link.lower().equals(Optional.of(segment.bridge())))
                .orElse(false);
        if (elsewhere) {
            throw new AlreadyExistsException(Failure.of(
                            "apply topology",
                            segment.hostInterface().value(),
                            "is a macvlan on another interface than " + segment.bridge())
                    .remedy("Delete it, or choose another name for the bridge."));
        }
    }

    private void requireKind(InterfaceName name, String kind) {
        Optional<HostLink> link = network.find(name);
        if (link.isPresent() && !link.get().kind().equals(kind)) {
            String found = link.get().kind().isEmpty()
                    ? "a network card"
                    : "a " + link.get().kind();
            throw new AlreadyExistsException(
                    Failure.of("apply topology", name.value(), "is " + found + ", not a " + kind)
                            .remedy("Choose another name for it in the topology."));
        }
    }

    private boolean isOn(InterfaceName name, InterfaceName bridge) {
        return isOfKind(name, MACVLAN)
                && network.find(name).flatMap(HostLink::lower).equals(Optional.of(bridge));
    }

    private boolean isOfKind(InterfaceName name, String kind) {
        return network.find(name).map(l -> l.kind().equals(kind)).orElse(false);
    }
}
