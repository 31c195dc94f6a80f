package io.nspawn.deploy;

import io.nspawn.config.NetworkFile;
import io.nspawn.config.Provenance;
import io.nspawn.config.SystemdFile;
import io.nspawn.config.UnitDropIn;
import io.nspawn.config.nspawn.EffectiveSettings;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Nic;
import io.nspawn.model.SystemdVersion;
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
 * @param digest of all that the spec came down to
 * @param wanted what a run has that is started with these files
 * @param effective what the unit and the {@code .nspawn} file do together
 */
record Blueprint(
        Map<Path, String> hostFiles,
        Map<String, String> rootFiles,
        String digest,
        RunState wanted,
        EffectiveSettings effective) {
    /**
     * Works a spec out.
     *
     * @throws io.nspawn.config.InvalidFileException if a file cannot hold what it says
     */
    static Blueprint of(ContainerSpec spec, boolean deviceUnits, SystemdVersion version) {
        SystemdFile settings = SettingsFile.of(spec, version);
        SystemdFile dropIn = UnitDropIn.of(spec, deviceUnits, version);
        Map<String, String> name = Map.of(SettingsFile.NAME_FACT, spec.name());

        Map<String, SystemdFile> networks = new LinkedHashMap<>();
        Map<String, String> rootFiles = new LinkedHashMap<>();
        for (Nic nic : spec.nics()) {
            SystemdFile network = NetworkFile.of(nic);
            networks.put(NetworkFile.path(nic), network);
            rootFiles.put(NetworkFile.path(nic), Provenance.stamp(network, name));
        }
        Map<Path, String> hostFiles = new LinkedHashMap<>();
        String digest = digest(spec, settings.text() + dropIn.text() + rootFiles);
        hostFiles.put(SettingsFile.path(spec.machine()), Provenance.stamp(settings, facts(spec, digest)));
        hostFiles.put(UnitDropIn.path(spec.machine()), Provenance.stamp(dropIn, name));
        EffectiveSettings effective = EffectiveSettings.of(SettingsFile.read(settings.text(), version), true);
        return new Blueprint(hostFiles, rootFiles, digest, RunState.of(settings, networks), effective);
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
