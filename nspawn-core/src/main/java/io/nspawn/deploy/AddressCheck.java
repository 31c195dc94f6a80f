package io.nspawn.deploy;

import io.nspawn.config.Provenance;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Finding;
import io.nspawn.model.MachineName;
import io.nspawn.model.Nic;
import io.nspawn.net.IpAddress;
import io.nspawn.net.MacAddress;
import io.nspawn.net.Prefix;
import io.nspawn.spi.HostFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds addresses and MACs that two have: containers of the deploy, containers on the host, the host itself. */
final class AddressCheck {
    private final Map<IpAddress, String> addresses = new HashMap<>();
    private final Map<MacAddress, String> macs = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    private AddressCheck() {}

    static List<Finding> check(List<ContainerSpec> specs, HostFiles files, HostSnapshot snapshot) {
        AddressCheck check = new AddressCheck();
        if (specs.stream()
                .flatMap(s -> s.nics().stream())
                .anyMatch(n -> !n.addresses().isEmpty())) {
            check.host(snapshot);
            check.others(specs, files, snapshot);
        }
        for (ContainerSpec spec : specs) {
            spec.nics().forEach(nic -> check.nic(spec, nic));
        }
        return check.findings;
    }

    private void host(HostSnapshot snapshot) {
        snapshot.links()
                .values()
                .forEach(link -> link.addresses()
                        .forEach(address -> addresses.put(address.address(), "the host on " + link.name())));
    }

    /** What containers have that are not in question, by their files. */
    private void others(List<ContainerSpec> specs, HostFiles files, HostSnapshot snapshot) {
        Set<Path> deployed = new HashSet<>();
        specs.forEach(spec -> deployed.add(SettingsFile.path(spec.machine())));
        for (Path file : files.list(SettingsFile.directory())) {
            if (!deployed.contains(file)) {
                files.read(file)
                        .map(bytes -> Provenance.origin(new String(bytes, StandardCharsets.UTF_8)))
                        .map(Provenance::facts)
                        .ifPresent(facts -> other(file, facts, snapshot));
            }
        }
    }

    private void other(Path file, Map<String, String> facts, HostSnapshot snapshot) {
        String name = facts.getOrDefault(SettingsFile.NAME_FACT, "");
        boolean there = MachineName.isMappable(name)
                && snapshot.hasRoot(MachineName.mapped(name))
                && file.equals(SettingsFile.path(MachineName.mapped(name)));
        if (there) {
            for (String address :
                    facts.getOrDefault(SettingsFile.ADDRESSES_FACT, "").split(" ", -1)) {
                if (!address.isEmpty()) {
                    addresses.put(Prefix.parse(address).address(), name);
                }
            }
        }
    }

    private void nic(ContainerSpec spec, Nic nic) {
        for (Prefix address : nic.addresses()) {
            String other = addresses.putIfAbsent(address.address(), spec.name());
            if (other != null) {
                add(spec, "address " + address.address() + " is also given to " + other, "give each its own");
            }
        }
        nic.mac().ifPresent(mac -> {
            String other = macs.putIfAbsent(mac, spec.name());
            if (other != null) {
                add(spec, "MAC " + mac + " is also given to " + other, "give each its own, or leave it to nspawn");
            }
        });
        nic.gateway().ifPresent(gateway -> reachable(spec, nic, gateway));
        nic.routes().forEach(route -> reachable(spec, nic, route.gateway()));
        if (nic.dhcp() && !spec.boots()) {
            add(
                    spec,
                    "asks for an address on " + nic.lower()
                            + " by DHCP, and nothing in an application container does that",
                    "give it a static address");
        }
    }

    /** The kernel takes no route whose next hop is on none of the interface's networks. */
    private void reachable(ContainerSpec spec, Nic nic, IpAddress gateway) {
        boolean known = nic.dhcp()
                || (gateway.family() == IpAddress.Family.V6
                        && Prefix.parse("fe80::/10").contains(gateway))
                || nic.addresses().stream().anyMatch(address -> address.contains(gateway));
        if (!known) {
            add(
                    spec,
                    "next hop " + gateway + " is on no network of its interface on " + nic.lower(),
                    "give the interface an address of the next hop's network");
        }
    }

    private void add(ContainerSpec spec, String problem, String remedy) {
        findings.add(new Finding(spec.name(), problem, remedy));
    }
}
