package io.nspawn.deploy;

import io.nspawn.config.NetworkFile;
import io.nspawn.config.Provenance.Origin;
import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.Bind;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Finding;
import io.nspawn.model.MachineName;
import io.nspawn.model.Nic;
import io.nspawn.net.InterfaceName;
import io.nspawn.spi.HostNetwork.HostLink;
import io.nspawn.spi.HostPorts;
import io.nspawn.spi.ImageStore.Root;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds everything about specs that cannot work on a host, before anything is touched. */
final class SpecCheck {
    private final HostPorts host;
    private final HostSnapshot snapshot;
    private final List<Finding> findings = new ArrayList<>();

    private SpecCheck(HostPorts host, HostSnapshot snapshot) {
        this.host = host;
        this.snapshot = snapshot;
    }

    /** All findings, in the order of the specs; empty if the specs can work. */
    static List<Finding> check(List<ContainerSpec> specs, HostPorts host, HostSnapshot snapshot) {
        SpecCheck check = new SpecCheck(host, snapshot);
        check.machines(specs);
        check.findings.addAll(AddressCheck.check(specs, host.files(), snapshot));
        check.findings.addAll(OrderCheck.check(specs, snapshot::hasRoot));
        for (ContainerSpec spec : specs) {
            check.image(spec);
            check.origin(spec);
            check.nics(spec);
            check.paths(spec);
            check.disk(spec);
        }
        return check.findings;
    }

    /** What of a host a container that is there cannot have, whatever its root and files are. */
    static List<Finding> surroundings(ContainerSpec spec, HostPorts host, HostSnapshot snapshot) {
        SpecCheck check = new SpecCheck(host, snapshot);
        check.findings.addAll(AddressCheck.check(List.of(spec), host.files(), snapshot));
        check.nics(spec);
        check.paths(spec);
        check.disk(spec);
        return check.findings;
    }

    private void machines(List<ContainerSpec> specs) {
        Map<MachineName, String> taken = new HashMap<>();
        for (ContainerSpec spec : specs) {
            String other = taken.putIfAbsent(spec.machine(), spec.name());
            if (other != null) {
                String problem = other.equals(spec.name())
                        ? "is there twice"
                        : "and " + other + " both become the machine " + spec.machine();
                add(spec, problem, "give each container a name of its own");
            }
        }
    }

    private void image(ContainerSpec spec) {
        if (snapshot.hasRoot(spec.machine())) {
            return;
        }
        if (!snapshot.roots().containsKey(spec.image().value())) {
            findings.add(imageMissing(spec, snapshot));
        }
    }

    /** Snapshots of containers are sealed roots, too, and nothing that is meant by an image's name. */
    static Finding imageMissing(ContainerSpec spec, HostSnapshot snapshot) {
        String there = snapshot.roots().values().stream()
                .filter(r -> !r.isStaging() && r.readOnly() && r.name().indexOf('@') < 0)
                .map(Root::name)
                .sorted()
                .limit(20)
                .collect(Collectors.joining(", "));
        return new Finding(
                spec.name(),
                "image " + spec.image() + " is not in the pool",
                "pull, import or prepare it with host.images(); the pool has "
                        + (there.isEmpty() ? "no image" : there));
    }

    /** A root or file of that name which this library did not make is never taken over. */
    private void origin(ContainerSpec spec) {
        Path file = SettingsFile.path(spec.machine());
        Optional<Origin> origin = snapshot.origin(file, spec.machine());
        if (origin.isEmpty()) {
            if (snapshot.hasRoot(spec.machine())) {
                add(
                        spec,
                        "the pool has a root " + spec.machine() + " that was not made from a spec",
                        "choose another name, or remove it with machinectl");
            }
        } else if (origin.get() instanceof Origin.Ours ours && snapshot.hasRoot(spec.machine())) {
            String image = ours.facts().getOrDefault(SettingsFile.IMAGE_FACT, "");
            if (!image.equals(spec.image().value())) {
                add(
                        spec,
                        "was cloned from image " + image + ", not " + spec.image(),
                        "upgrade it to that image, or remove it and deploy it again");
            }
        }
        for (Path ours : List.of(SettingsFile.path(spec.machine()), UnitDropIn.path(spec.machine()))) {
            file(spec, ours);
        }
    }

    private void file(ContainerSpec spec, Path file) {
        Origin origin = snapshot.origin(file, spec.machine()).orElse(null);
        if (origin instanceof Origin.Foreign) {
            add(spec, file + " was not made by this library", "move it away, or choose another name");
        } else if (origin instanceof Origin.Edited) {
            add(spec, file + " was edited by hand", "put the edit into the spec, then delete the file");
        }
    }

    private void nics(ContainerSpec spec) {
        Set<InterfaceName> seen = new HashSet<>();
        Set<InterfaceName> inside = new HashSet<>();
        for (Nic nic : spec.nics()) {
            if (!seen.add(nic.lower())) {
                add(
                        spec,
                        "has two macvlans on " + nic.lower(),
                        "systemd-nspawn would give both the same name; keep one");
            } else if (!inside.add(NetworkFile.interfaceName(nic))) {
                add(
                        spec,
                        "has two macvlans that both become " + NetworkFile.interfaceName(nic),
                        "rename one of the lower interfaces");
            }
            HostLink lower = snapshot.links().get(nic.lower());
            if (lower == null) {
                String links = snapshot.links().values().stream()
                        .filter(l -> !l.loopback())
                        .map(l -> l.name().value())
                        .sorted()
                        .limit(20)
                        .collect(Collectors.joining(", "));
                add(spec, "interface " + nic.lower() + " does not exist", "make it first; the host has: " + links);
            } else {
                lower(spec, nic, lower);
            }
        }
    }

    private void lower(ContainerSpec spec, Nic nic, HostLink lower) {
        if (lower.loopback()) {
            add(spec, "interface " + lower.name() + " is a loopback", "a macvlan needs an Ethernet interface below it");
        }
        lower.master()
                .ifPresent(master -> add(
                        spec,
                        "interface " + lower.name() + " is a port of " + master,
                        "put the macvlan on " + master + " itself"));
        if (nic.mtu().isPresent() && nic.mtu().getAsInt() > lower.mtu()) {
            add(
                    spec,
                    "MTU " + nic.mtu().getAsInt() + " is above the " + lower.mtu() + " of " + lower.name(),
                    "raise the lower interface's MTU first");
        }
    }

    private void paths(ContainerSpec spec) {
        for (Bind bind : spec.binds()) {
            if (!host.files().exists(bind.source())) {
                add(spec, "bind source " + bind.source() + " does not exist", "make it first");
            } else if (bind.mapping() != Bind.Mapping.NONE) {
                MappedMounts.obstacle(host.files(), bind.source())
                        .ifPresent(why -> add(
                                spec,
                                "bind source " + bind.source() + ": " + why,
                                "leave out the mapping, or move it to another file system"));
            }
        }
        for (Path device : spec.devices()) {
            if (!host.files().exists(device)) {
                add(spec, "device " + device + " does not exist", "load its driver, or leave it out");
            }
        }
    }

    private void disk(ContainerSpec spec) {
        DiskLimit.finding(spec, host).ifPresent(findings::add);
    }

    private void add(ContainerSpec spec, String problem, String remedy) {
        findings.add(new Finding(spec.name(), problem, remedy));
    }
}
