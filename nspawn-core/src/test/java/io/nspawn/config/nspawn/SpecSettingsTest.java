package io.nspawn.config.nspawn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.config.Provenance;
import io.nspawn.model.ContainerSpec;
import io.nspawn.model.SystemdVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a deploy writes for a spec is what systemd then has: not a warning, nothing to regret, nothing lost. */
class SpecSettingsTest {
    private static final ContainerSpec BOOTED = ContainerSpec.named("infra1_galera_container-4ed0d84a")
            .image("debian-12")
            .macvlan("br-mgmt", nic -> nic.address("172.29.236.11/22"))
            .macvlan("br-storage", nic -> nic.dhcp())
            .bind("/openstack/a b:c\\d", "/var/lib/mysql")
            .bindReadOnly("/srv/100%", "/srv")
            .device("/dev/net/tun")
            .environment("MOTD", "it's \"fine\" \\o/")
            .persistentJournal()
            .build();
    private static final ContainerSpec APPLICATION = ContainerSpec.named("app")
            .image("debian-12")
            .runs("/usr/bin/app", "", "two words", "100%")
            .build();

    static List<Object[]> specs() {
        return List.of(BOOTED, APPLICATION).stream()
                .flatMap(spec -> List.of(252, 255, 257, 262).stream().map(version -> new Object[] {spec, version}))
                .toList();
    }

    private static SettingsReading read(ContainerSpec spec, int version) {
        String text = Provenance.stamp(
                SettingsFile.of(spec, SystemdVersion.parse(Integer.toString(version))),
                Map.of(SettingsFile.NAME_FACT, "a_name"));
        return SettingsReader.forVersion(version).read(text);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void nothingIsToBeSaidAboutIt(ContainerSpec spec, int version) {
        SettingsReading reading = read(spec, version);
        assertThat(reading.diagnostics()).isEmpty();
        List<Code> expected = new ArrayList<>();
        if (version >= 262) {
            // Announced; the key is not known to the versions that are common yet.
            expected.add(Code.ADDRESS_FAMILIES_UNSET);
        }
        if (!spec.devices().isEmpty()) {
            // The unit's drop-in allows them.
            expected.add(Code.DEVICE_NOT_ALLOWED);
        }
        assertThat(SettingsLint.of(reading)).extracting(Diagnostic::code).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("specs")
    void systemdHasWhatTheSpecSays(ContainerSpec spec, int version) {
        NspawnSettings settings = read(spec, version).orThrow();
        boolean boots = spec.equals(BOOTED);
        assertThat(settings.exec().startMode()).hasValue(boots ? StartMode.BOOT : StartMode.PID2);
        assertThat(settings.exec().parameters())
                .isEqualTo(boots ? List.of() : List.of("/usr/bin/app", "", "two words", "100%"));
        assertThat(settings.exec().environment()).isEqualTo(boots ? List.of("MOTD=it's \"fine\" \\o/") : List.of());
        assertThat(settings.files().mounts()).hasSize(boots ? 3 : 0);
    }
}
