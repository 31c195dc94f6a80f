package io.nspawn.host;

import io.nspawn.config.NetworkdFile;
import io.nspawn.model.ContainerStatus;
import io.nspawn.model.Finding;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.InvalidSpecException;
import io.nspawn.model.SystemdVersion;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.NspawnNames;
import io.nspawn.spi.HostNetwork;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostPorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the links that a {@link Topology} asks for, and takes them away.
 *
 * <p>Live links are made by rtnetlink and last until the host's next boot. Persistent ones are in files of
 * systemd-networkd besides, which makes the same links at each boot. Links made here bear {@link HostNetwork#GROUP}:
 * no other link is changed or deleted, but for network cards that become ports.
 *
 * <p>Every call checks first, and throws an {@link InvalidSpecException} with all findings before anything is touched. A
 * call that was killed is finished by the next. Needs CAP_NET_ADMIN; files need root.
 */
public final class Networks {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.host");
    private static final String LASTING = "make networks last";

    private final HostPorts host;
    private final HostNetwork network;
    private final NetworkFiles files;
    private final NetworkFiles fleeting;

    public Networks(HostPorts host) {
        this.host = host;
        this.network = host.network();
        this.files = new NetworkFiles(host.files(), NetworkFiles.DIRECTORY);
        this.fleeting = new NetworkFiles(host.files(), NetworkFiles.UNTIL_REBOOT);
    }

    /** What {@link #apply} would do; nothing is touched. */
    public NetworkPlan plan(Topology topology) {
        HostLinks links = HostLinks.of(network);
        List<Finding> findings = new ArrayList<>(TopologyCheck.check(topology, links));
        topology.segments().stream()
                .filter(segment -> segment.dhcp().isPresent() || segment.masquerade())
                .forEach(segment -> findings.add(new Finding(
                        segment.link().value(),
                        "DHCP and masquerade are systemd-networkd's",
                        "apply the topology persistently")));
        require(findings);
        List<NetworkChange> changes = new ArrayList<>();
        untilReboot(topology).keySet().forEach(file -> changes.add(new NetworkChange.WriteFile(file)));
        changes.addAll(NetworkPlanner.plan(topology, links));
        return new NetworkPlan(changes);
    }

    /** What {@link #applyPersistently} would do; nothing is touched. */
    public NetworkPlan planPersistently(Topology topology) {
        HostLinks links = HostLinks.of(network);
        List<Finding> findings = new ArrayList<>(TopologyCheck.check(topology, links));
        findings.addAll(PersistenceCheck.check(topology, links, host.files(), version()));
        require(findings);
        List<NetworkChange> changes = new ArrayList<>();
        policies(topology, files).keySet().forEach(file -> changes.add(new NetworkChange.WriteFile(file)));
        changes.addAll(NetworkPlanner.plan(topology, links));
        contents(topology).keySet().forEach(file -> changes.add(new NetworkChange.WriteFile(file)));
        stale(topology).forEach(file -> changes.add(new NetworkChange.DeleteFile(file)));
        return new NetworkPlan(changes);
    }

    /**
     * Makes what is missing until the host's next boot, and leaves alone what is there. When a step fails, what this call
     * did is taken back.
     *
     * @return in a few words for each change; empty if the host matched already
     * @throws InvalidSpecException if the topology cannot work here, with every finding; nothing was touched
     */
    public List<String> apply(Topology topology) {
        NetworkPlan plan = plan(topology);
        perform(untilReboot(topology), plan);
        return told(plan);
    }

    /**
     * The same, and writes the files that have systemd-networkd make the same at each boot. Links come first, then the
     * files, then networkd reads them: it finds what it would make.
     *
     * @throws InvalidSpecException as {@link #apply}
     * @throws io.nspawn.model.AlreadyExistsException if a file is somebody else's, or was edited; nothing was touched
     * @throws HostNotReadyException if systemd-networkd does not run; nothing was touched
     */
    public List<String> applyPersistently(Topology topology) {
        NetworkPlan plan = planPersistently(topology);
        requireNetworkd();
        perform(policies(topology, files), plan);
        write(contents(topology));
        stale(topology).forEach(host.files()::delete);
        network.reloadNetworkd();
        return told(plan);
    }

    /** What {@link #remove} would do; nothing is touched. */
    public NetworkPlan planRemoval(Topology topology) {
        HostLinks links = HostLinks.of(network);
        List<HostLink> made = NetworkPlanner.made(topology, links);
        require(made.stream()
                .filter(link -> links.defaultRoutes().contains(link.name()))
                .map(link -> new Finding(
                        link.name().value(),
                        "carries the default route, and is not deleted: the host would be cut off",
                        "give the host another default route first"))
                .toList());
        List<NetworkChange> changes = new ArrayList<>();
        ours(topology).forEach(file -> changes.add(new NetworkChange.DeleteFile(file)));
        made.forEach(link -> changes.add(new NetworkChange.Delete(link.name())));
        return new NetworkPlan(changes);
    }

    /**
     * Deletes the topology's files and links, live and persistent, and what stands on them; links that somebody else made
     * stay. Its ports are no longer ports then.
     *
     * @return in a few words for each change
     * @throws InvalidSpecException if one of the links carries the default route; nothing was touched
     */
    public List<String> remove(Topology topology) {
        NetworkPlan plan = planRemoval(topology);
        boolean lasting = !files.about(names(topology)).isEmpty();
        ours(topology).forEach(host.files()::delete);
        if (lasting && network.networkdRuns()) {
            network.reloadNetworkd();
        }
        network.delete(plan.changes().stream()
                .filter(NetworkChange.Delete.class::isInstance)
                .map(change -> ((NetworkChange.Delete) change).name())
                .toList());
        return told(plan);
    }

    /**
     * Puts the macvlans inside running containers into the modes of their networks: systemd-nspawn makes all of them in
     * mode bridge, and anew at each start. Nothing is done for networks of mode bridge.
     *
     * @param containers as they are now
     * @return in a few words for each macvlan
     * @throws io.nspawn.model.NotFoundException if a container is gone
     */
    public List<String> setModes(Topology topology, Collection<ContainerStatus> containers) {
        List<String> changes = new ArrayList<>();
        for (Segment segment : topology.segments()) {
            if (segment.mode() == MacvlanMode.BRIDGE) {
                continue;
            }
            InterfaceName inside = NspawnNames.HASHED.macvlan(segment.containersOn());
            for (ContainerStatus status : containers) {
                boolean has =
                        status.interfaces().stream().anyMatch(i -> i.name().equals(inside));
                if (has && status.leader().isPresent()) {
                    network.setMode(status.leader().getAsInt(), inside, segment.mode());
                    changes.add("set the mode of " + inside + " in " + status.machine() + " to " + segment.mode());
                }
            }
        }
        changes.forEach(change -> LOG.info("{}", change));
        return changes;
    }

    private void perform(Map<Path, byte[]> policies, NetworkPlan plan) {
        write(policies);
        try {
            new NetworkWork(network).perform(plan.changes());
        } catch (RuntimeException e) {
            policies.keySet().forEach(host.files()::delete);
            throw e;
        }
    }

    private void write(Map<Path, byte[]> contents) {
        if (!contents.isEmpty()) {
            host.files().replaceAll(contents);
        }
    }

    private Map<Path, byte[]> policies(Topology topology, NetworkFiles where) {
        return where.changed(TopologyFiles.policies(topology), version());
    }

    /** Policies of bridges that have none for good. */
    private Map<Path, byte[]> untilReboot(Topology topology) {
        Map<String, List<NetworkdFile>> policies = TopologyFiles.policies(topology);
        Set<String> lasting = files.about(policies.keySet()).stream()
                .map(file -> String.valueOf(file.getFileName()))
                .collect(Collectors.toSet());
        Map<Path, byte[]> wanted = fleeting.changed(policies, version());
        wanted.keySet().removeIf(file -> lasting.contains(String.valueOf(file.getFileName())));
        return wanted;
    }

    /** Every file of ours about the topology's interfaces. */
    private List<Path> ours(Topology topology) {
        List<Path> ours = new ArrayList<>(files.about(names(topology)));
        ours.addAll(fleeting.about(names(topology)));
        return ours;
    }

    private Map<Path, byte[]> contents(Topology topology) {
        return files.changed(TopologyFiles.of(topology, version()), version());
    }

    /** Files of the topology's interfaces that it no longer wants. */
    private List<Path> stale(Topology topology) {
        Set<Path> wanted = Stream.of(TopologyFiles.of(topology, version()), TopologyFiles.policies(topology))
                .flatMap(wantedFiles -> wantedFiles.entrySet().stream())
                .flatMap(entry -> entry.getValue().stream().map(file -> files.path(entry.getKey(), file)))
                .collect(Collectors.toSet());
        return files.about(names(topology)).stream()
                .filter(file -> !wanted.contains(file))
                .toList();
    }

    /** The interfaces that a topology, or an earlier form of it, may have files about. */
    private static Set<String> names(Topology topology) {
        Set<InterfaceName> names = new LinkedHashSet<>();
        for (Segment segment : topology.segments()) {
            names.add(segment.link());
            names.addAll(segment.made());
            names.addAll(segment.ports());
            names.add(segment.veth().port());
            names.add(segment.veth().lower());
            names.add(Topology.hostMacvlanOf(segment.link()));
        }
        return names.stream().map(InterfaceName::value).collect(Collectors.toSet());
    }

    private void requireNetworkd() {
        if (!network.networkdRuns()) {
            throw new HostNotReadyException(
                    LASTING,
                    List.of(new Finding(
                            "systemd-networkd", "does not run", "systemctl enable --now systemd-networkd")));
        }
    }

    private SystemdVersion version() {
        return host.machines().version();
    }

    private static void require(List<Finding> findings) {
        if (!findings.isEmpty()) {
            throw new InvalidSpecException(findings);
        }
    }

    private static List<String> told(NetworkPlan plan) {
        plan.summaries().forEach(summary -> LOG.info("done: {}", summary));
        return plan.summaries();
    }
}
