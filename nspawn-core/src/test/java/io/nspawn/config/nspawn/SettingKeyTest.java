package io.nspawn.config.nspawn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nspawn.config.nspawn.SettingKey.Empty;
import io.nspawn.config.nspawn.SettingKey.Merge;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the table of keys says is what the reader does. */
class SettingKeyTest {
    private static final Map<SettingKey, String> SAMPLES = Map.ofEntries(
            Map.entry(SettingKey.PARAMETERS, "a"),
            Map.entry(SettingKey.ENVIRONMENT, "A=b"),
            Map.entry(SettingKey.USER, "u"),
            Map.entry(SettingKey.WORKING_DIRECTORY, "/a"),
            Map.entry(SettingKey.PIVOT_ROOT, "/a"),
            Map.entry(SettingKey.CAPABILITY, "CAP_BPF"),
            Map.entry(SettingKey.DROP_CAPABILITY, "CAP_BPF"),
            Map.entry(SettingKey.AMBIENT_CAPABILITY, "CAP_BPF"),
            Map.entry(SettingKey.KILL_SIGNAL, "SIGTERM"),
            Map.entry(SettingKey.PERSONALITY, HostPlatform.current().architecture()),
            Map.entry(SettingKey.MACHINE_ID, "edbfea3309ba41ea83e2318c58a8d498"),
            Map.entry(SettingKey.PRIVATE_USERS, "pick"),
            Map.entry(SettingKey.PRIVATE_USERS_DELEGATE, "3"),
            Map.entry(SettingKey.SYSTEM_CALL_FILTER, "read"),
            Map.entry(SettingKey.RESTRICT_ADDRESS_FAMILIES, "AF_UNIX"),
            Map.entry(SettingKey.HOSTNAME, "h"),
            Map.entry(SettingKey.OOM_SCORE_ADJUST, "0"),
            Map.entry(SettingKey.CPU_AFFINITY, "3"),
            Map.entry(SettingKey.RESOLV_CONF, "auto"),
            Map.entry(SettingKey.TIMEZONE, "auto"),
            Map.entry(SettingKey.LINK_JOURNAL, "host"),
            Map.entry(SettingKey.VOLATILE, "state"),
            Map.entry(SettingKey.BIND, "/a"),
            Map.entry(SettingKey.BIND_READ_ONLY, "/a"),
            Map.entry(SettingKey.TEMPORARY_FILE_SYSTEM, "/a"),
            Map.entry(SettingKey.INACCESSIBLE, "/a"),
            Map.entry(SettingKey.OVERLAY, "/a:/b"),
            Map.entry(SettingKey.OVERLAY_READ_ONLY, "/a:/b"),
            Map.entry(SettingKey.PRIVATE_USERS_OWNERSHIP, "map"),
            Map.entry(SettingKey.BIND_USER, "u"),
            Map.entry(SettingKey.BIND_USER_SHELL, "/bin/zsh"),
            Map.entry(SettingKey.NAMESPACE_PATH, "/a"),
            Map.entry(SettingKey.VIRTUAL_ETHERNET_EXTRA, "a:b"),
            Map.entry(SettingKey.INTERFACE, "a"),
            Map.entry(SettingKey.MACVLAN, "a"),
            Map.entry(SettingKey.IPVLAN, "a"),
            Map.entry(SettingKey.BRIDGE, "br0"),
            Map.entry(SettingKey.ZONE, "z"),
            Map.entry(SettingKey.PORT, "80"));

    private static String sample(SettingKey key) {
        return SAMPLES.getOrDefault(key, key.key().startsWith("Limit") ? "7" : "yes");
    }

    private static String file(SettingKey key, String... values) {
        StringBuilder file = new StringBuilder("[" + key.section() + "]\n");
        for (String value : values) {
            file.append(key.key()).append('=').append(value).append('\n');
        }
        return file.toString();
    }

    private static SettingsReading read(int version, String text) {
        return SettingsReader.forVersion(version).read(text);
    }

    @ParameterizedTest
    @EnumSource
    void aSampleCounts(SettingKey key) {
        SettingsReading reading = read(262, file(key, sample(key)));

        assertThat(reading.diagnostics()).isEmpty();
        assertThat(reading.orThrow()).isNotEqualTo(NspawnSettings.empty());
        assertThat(SettingKey.find(key.section(), key.key())).isEqualTo(Optional.of(key));
        assertThat(key.grammar()).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyValueDoesWhatTheTableSays(SettingKey key) {
        for (int version : new int[] {252, 257, 262}) {
            if (version < key.since()) {
                continue;
            }
            NspawnSettings once = read(version, file(key, sample(key))).orThrow();
            SettingsReading emptied = read(version, file(key, sample(key), ""));
            if (key == SettingKey.ZONE || key == SettingKey.OOM_SCORE_ADJUST) {
                assertThat(emptied.diagnostics()).isEmpty();
                continue;
            }
            boolean warns = key.empty(version) == Empty.WARNS;
            assertThat(emptied.diagnostics()).as(key + " in " + version).hasSize(warns ? 1 : 0);
            assertThat(emptied.orThrow())
                    .as(key + " in " + version)
                    .isEqualTo(key.empty(version) == Empty.RESETS ? NspawnSettings.empty() : once);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyIsUnknownBeforeItsVersion(SettingKey key) {
        if (key.since() <= 252) {
            assertThat(read(252, file(key, sample(key))).diagnostics()).isEmpty();
        } else {
            assertThat(read(key.since() - 1, file(key, sample(key))).diagnostics())
                    .extracting(Diagnostic::code)
                    .containsExactly(Code.KEY_UNKNOWN);
            assertThat(read(key.since(), file(key, sample(key))).diagnostics()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatCountsOnceCountsTheLastTime(SettingKey key) {
        if (key.merge() != Merge.LAST) {
            return;
        }
        String other = key.grammar().equals("yes or no") ? "no" : sample(key);
        assertThat(read(262, file(key, sample(key), other)).orThrow())
                .isEqualTo(read(262, file(key, other)).orThrow());
    }

    @Test
    void bootIsSticky() {
        SettingsReading reading = read(257, "[Exec]\nBoot=yes\nBoot=no\n");

        assertThat(reading.orThrow().exec().startMode()).hasValue(StartMode.BOOT);
        assertThat(reading.diagnostics()).extracting(Diagnostic::code).containsExactly(Code.START_CONFLICT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x10", "010", "+5", "0b1", "12", "all", ".", "a/b", "a:b", "a%b", "sixteen-bytes-xx"})
    void whatReadsAsAnIndexIsNoInterface(String name) {
        assertThat(Interfaces.isValid(name)).isFalse();
        assertThat(read(257, "[Network]\nBridge=" + name + "\n").diagnostics()).hasSize(1);
    }
}
