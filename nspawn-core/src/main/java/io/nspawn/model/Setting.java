package io.nspawn.model;

import java.util.List;

/**
 * One assignment of a {@code .nspawn} file (systemd.nspawn(5)).
 *
 * @param section {@code Exec}, {@code Files} or {@code Network}
 * @param key as the manual page spells it; whether the host's systemd has it is seen when a plan is made
 * @param value what stands behind the {@code =}
 */
public record Setting(String section, String key, String value) {
    private static final List<String> SECTIONS = List.of("Exec", "Files", "Network");

    public Setting {
        if (!SECTIONS.contains(section)) {
            throw new IllegalArgumentException("a .nspawn file has " + SECTIONS + ", not [" + section + "]");
        }
        if (!key.matches("[A-Za-z0-9-]+")) {
            throw new IllegalArgumentException("no key of a .nspawn file: \"" + key + '"');
        }
        if (value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)) {
            throw new IllegalArgumentException(key + "= cannot hold a line break or NUL");
        }
    }

    @Override
    public String toString() {
        return "[" + section + "] " + key + "=" + value;
    }
}
