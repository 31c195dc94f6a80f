package io.nspawn.config.nspawn;

import io.nspawn.config.SystemdLine.Assignment;
import java.util.Arrays;
import java.util.Optional;

/** Says what was probably meant by a key that is none. */
final class UnknownKeys {
    private UnknownKeys() {}

    static Diagnostic diagnose(String section, Assignment line, int version) {
        return new Diagnostic(
                Code.KEY_UNKNOWN,
                line.number(),
                line.key(),
                "no key of [" + section + "] in systemd " + version,
                remedy(section, line.key()));
    }

    private static String remedy(String section, String key) {
        Optional<SettingKey> newer = SettingKey.find(section, key);
        if (newer.isPresent()) {
            return "it needs systemd " + newer.get().since();
        }
        return Arrays.stream(SettingKey.values())
                .filter(k -> k.key().equalsIgnoreCase(key))
                .findFirst()
                .map(k -> "write " + k.key() + "= in [" + k.section() + "]")
                .orElse("remove it, or begin its name with X-");
    }
}
