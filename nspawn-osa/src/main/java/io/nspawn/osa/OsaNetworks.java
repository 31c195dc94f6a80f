package io.nspawn.osa;

import io.nspawn.host.Segment;
import io.nspawn.host.Topology;
import io.nspawn.model.Nic;
import io.nspawn.net.InterfaceName;
import io.nspawn.net.MacvlanMode;
import io.nspawn.net.NspawnNames;
import io.nspawn.net.Prefix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * The networks that OpenStack-Ansible gives to a container: its dictionaries {@code container_networks},
 * {@code container_extra_networks} and {@code nspawn_networks}, in YAML.
 *
 * <pre>{@code
 * OsaNetworks networks = OsaNetworks.read("host_vars/aio1.yml", text);
 * host.network().apply(networks.topology(Profile.CLEAN));
 * networks.nics(Profile.CLEAN).forEach(spec::macvlan);
 * }</pre>
 *
 * <p>Addresses of {@code nspawn_networks} are the host's, those of the others the container's. A file of one dictionary
 * without a name is read as {@code container_networks}. Templates of Ansible are not evaluated.
 */
public final class OsaNetworks {
    private static final String OF_HOST = "nspawn_networks";
    private static final Set<String> DICTIONARIES = Set.of("container_networks", "container_extra_networks", OF_HOST);
    private static final String BRIDGE_PREFIX = "br-";
    private static final String MACVLAN_PREFIX = "mv-";

    private final List<OsaNetwork> networks;
    private final List<YamlFinding> ignored;

    private OsaNetworks(List<OsaNetwork> networks, List<YamlFinding> ignored) {
        this.networks = List.copyOf(networks);
        this.ignored = List.copyOf(ignored);
    }

    /**
     * Reads a file.
     *
     * @param file its name, for errors
     * @param yaml its text
     * @throws InvalidNetworksException if it is no YAML, or not such a dictionary, with every finding and its line
     */
    public static OsaNetworks read(String file, String yaml) {
        Findings findings = new Findings();
        List<OsaNetwork> networks = new ArrayList<>();
        root(findings, yaml)
                .ifPresent(root -> dictionaries(root).forEach((name, dictionary) -> {
                    if (dictionary instanceof MappingNode mapping) {
                        networks(findings, name, mapping, networks);
                    } else {
                        findings.add(dictionary, name, "is no dictionary", "a key for each network");
                    }
                }));
        if (networks.isEmpty() && findings.wrong().isEmpty()) {
            findings.add(1, "there is no network", "container_networks: with a key for each");
        }
        if (!findings.wrong().isEmpty()) {
            throw new InvalidNetworksException(file, findings.wrong());
        }
        return new OsaNetworks(networks, findings.ignored());
    }

    /** Keys that the role reads and a topology has no place for: DNS, and how the host routes. */
    public List<YamlFinding> ignored() {
        return ignored;
    }

    /** The networks of the host; parents whose name begins with {@code br} are bridges, the others network cards. */
    public Topology topology(Profile profile) {
        return topology(profile, name -> name.value().startsWith("br"));
    }

    /**
     * The networks of the host. A parent of {@code private_device} is made; every other one is there already, and stays as
     * it is.
     *
     * @param bridges which parents are bridges: macvlans stand on a veth pair there, as the role has it
     */
    public Topology topology(Profile profile, Predicate<InterfaceName> bridges) {
        Map<InterfaceName, List<OsaNetwork>> byParent = new LinkedHashMap<>();
        networks.forEach(n ->
                byParent.computeIfAbsent(n.bridge(), b -> new ArrayList<>()).add(n));
        Topology.Builder topology = Topology.builder();
        byParent.forEach((parent, all) -> {
            boolean made = all.stream().anyMatch(OsaNetwork::privateDevice);
            boolean veth = !made && bridges.test(parent);
            if (made) {
                topology.bridge(parent.value(), segment -> segment(segment, all, profile, false));
            } else {
                topology.given(parent.value(), segment -> segment(segment, all, profile, veth));
            }
        });
        return topology.build();
    }

    /** The container's interfaces, in the order of the file, which fixes their MACs. */
    public List<Nic> nics(Profile profile) {
        Topology topology = topology(profile);
        List<Nic> nics = new ArrayList<>();
        Set<InterfaceName> used = new HashSet<>();
        for (OsaNetwork network : networks) {
            InterfaceName lower = profile == Profile.OSA
                    ? hostMacvlan(network)
                    : topology.segment(network.bridge().value()).orElseThrow().containersOn();
            if (used.add(lower)) {
                Optional<Prefix> address = network.ofHost() ? Optional.empty() : network.address();
                nics.add(new Nic(
                        lower,
                        address.stream().toList(),
                        network.dhcp(),
                        network.ofHost() ? Optional.empty() : network.gateway(),
                        List.of(),
                        Optional.empty(),
                        network.mtu(),
                        network.routes()));
            }
        }
        return nics;
    }

    private static void segment(Segment.Builder segment, List<OsaNetwork> all, Profile profile, boolean veth) {
        if (veth) {
            segment.throughVeth();
        }
        for (OsaNetwork network : all) {
            network.mtu().ifPresent(segment::mtu);
            if (network.mode() != MacvlanMode.BRIDGE) {
                segment.mode(network.mode());
            }
            if (profile == Profile.OSA || (network.ofHost() && network.address().isPresent())) {
                segment.hostMacvlan(hostMacvlan(network).value());
            }
            if (network.ofHost()) {
                network.address().ifPresent(address -> segment.host(address.toString()));
                network.range()
                        .filter(range -> network.dhcp())
                        .ifPresent(range ->
                                segment.dhcp(range.offset(), range.size()).masquerade());
            }
        }
    }

    /** The role's rule: {@code interface}, else {@code mv-} and the parent's name without {@code br-}. */
    private static InterfaceName hostMacvlan(OsaNetwork network) {
        String parent = network.bridge().value();
        String stem = parent.startsWith(BRIDGE_PREFIX) ? parent.substring(BRIDGE_PREFIX.length()) : parent;
        return network.hostInterface().orElseGet(() -> NspawnNames.HASHED.shorten(MACVLAN_PREFIX + stem));
    }

    private static Optional<Node> root(Findings findings, String yaml) {
        LoadSettings settings = LoadSettings.builder().setUseMarks(true).build();
        try {
            Optional<Node> root = new Compose(settings).composeString(yaml);
            if (root.isPresent() && !(root.get() instanceof MappingNode)) {
                findings.add(root.get(), "", "is no dictionary", "container_networks: with a key for each network");
                return Optional.empty();
            }
            return root;
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            findings.add(line, "is no YAML: " + e.getProblem(), "see yaml.org/spec/1.2.2");
        } catch (YamlEngineException e) {
            findings.add(1, "is no YAML: " + e.getMessage(), "see yaml.org/spec/1.2.2");
        }
        return Optional.empty();
    }

    /** The dictionaries of a file by name; other variables that stand beside them are none of ours. */
    private static Map<String, Node> dictionaries(Node root) {
        Map<String, Node> named = new LinkedHashMap<>();
        for (NodeTuple tuple : ((MappingNode) root).getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key && DICTIONARIES.contains(key.getValue())) {
                named.put(key.getValue(), tuple.getValueNode());
            }
        }
        return named.isEmpty() ? Map.of("container_networks", root) : named;
    }

    private static void networks(Findings findings, String name, MappingNode dictionary, List<OsaNetwork> networks) {
        for (NodeTuple tuple : dictionary.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode key) {
                String path = name + "." + key.getValue();
                NetworkNode.read(findings, path, key.getValue(), name.equals(OF_HOST), tuple.getValueNode())
                        .ifPresent(networks::add);
            } else {
                findings.add(tuple.getKeyNode(), name, "a key is no text", "the name of a network");
            }
        }
    }
}
