package io.nspawn.deploy;

import io.nspawn.config.NetworkFile;
import io.nspawn.config.Provenance;
import io.nspawn.config.SettingsFile;
import io.nspawn.config.SystemdFile;
import io.nspawn.config.UnitDropIn;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Nic;
import io.nspawn.net.Prefix;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The files that a spec comes down to, with their full text.
 *
 * @param hostFiles on the host, by absolute path
 * @param rootFiles inside the container, by path relative to its root
 */
record Blueprint(Map<Path, String> hostFiles, Map<String, String> rootFiles) {
    static Blueprint of(ContainerSpec spec, boolean deviceUnits) {
        SystemdFile settings = SettingsFile.of(spec);
        SystemdFile dropIn = UnitDropIn.of(spec, deviceUnits);
        Map<String, String> name = Map.of(SettingsFile.NAME_FACT, spec.name());

        Map<String, String> rootFiles = new LinkedHashMap<>();
        for (Nic nic : spec.nics()) {
            rootFiles.put(NetworkFile.path(nic), Provenance.stamp(NetworkFile.of(nic), name));
        }
        Map<Path, String> hostFiles = new LinkedHashMap<>();
        String digest = digest(spec, settings.text() + dropIn.text() + rootFiles);
        hostFiles.put(SettingsFile.path(spec.machine()), Provenance.stamp(settings, facts(spec, digest)));
        hostFiles.put(UnitDropIn.path(spec.machine()), Provenance.stamp(dropIn, name));
        return new Blueprint(hostFiles, rootFiles);
    }

    private static Map<String, String> facts(ContainerSpec spec, String digest) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(SettingsFile.NAME_FACT, spec.name());
        facts.put(SettingsFile.IMAGE_FACT, spec.image().value());
        facts.put(SettingsFile.SPEC_FACT, digest);
        String addresses = spec.nics().stream()
                .flatMap(nic -> nic.addresses().stream())
                .map(Prefix::toString)
                .collect(Collectors.joining(" "));
        if (!addresses.isEmpty()) {
            facts.put(SettingsFile.ADDRESSES_FACT, addresses);
        }
        return facts;
    }

    private static String digest(ContainerSpec spec, String content) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            byte[] hash =
                    sha.digest((spec.name() + '\n' + spec.image() + '\n' + content).getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
