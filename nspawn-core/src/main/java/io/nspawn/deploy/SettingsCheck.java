package io.nspawn.deploy;

import io.nspawn.config.nspawn.Diagnostic;
import io.nspawn.config.nspawn.SettingsFile;
import io.nspawn.model.Bind;
import io.nspawn.model.Bind.Mapping;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.Finding;
import io.nspawn.model.SystemdVersion;
import java.util.ArrayList;
import java.util.List;

/** Finds what a systemd would not take, or not as it is meant, of a container's settings. */
final class SettingsCheck {
    private SettingsCheck() {}

    static List<Finding> check(ContainerSpec spec, SystemdVersion version) {
        List<Finding> findings = new ArrayList<>();
        for (Bind bind : spec.binds()) {
            mapping(spec, bind, version, findings);
        }
        if (findings.isEmpty()) {
            for (Diagnostic problem : SettingsFile.problems(spec, version)) {
                String key = problem.key().isEmpty() ? "" : problem.key() + "= ";
                findings.add(new Finding(spec.name(), key + problem.problem(), problem.remedy()));
            }
        }
        return findings;
    }

    private static void mapping(ContainerSpec spec, Bind bind, SystemdVersion version, List<Finding> findings) {
        Mapping mapping = bind.mapping();
        if (mapping == Mapping.NONE) {
            return;
        }
        if (!version.atLeast(mapping.since())) {
            findings.add(new Finding(
                    spec.name(),
                    "bind of " + bind.source() + ": " + mapping.option() + " is not known to systemd " + version,
                    "it needs systemd " + mapping.since() + "; map the root or all ids"));
        }
        if (!spec.userNamespace()) {
            findings.add(new Finding(
                    spec.name(),
                    "bind of " + bind.source() + ": without a user namespace there are no owners to map",
                    "leave out the mapping"));
        }
    }
}
