package io.nspawn.config.nspawn;

import java.util.List;

/** One assignment that is being read, with what its parser needs to know. */
final class Assigned {
    private final SettingKey key;
    private final String value;
    private final int line;
    private final int version;
    private final HostPlatform platform;
    private final List<Diagnostic> diagnostics;

    Assigned(SettingKey key, String value, int line, int version, HostPlatform platform, List<Diagnostic> diagnostics) {
        this.key = key;
        this.value = value;
        this.line = line;
        this.version = version;
        this.platform = platform;
        this.diagnostics = diagnostics;
    }

    String value() {
        return value;
    }

    boolean isEmpty() {
        return value.isEmpty();
    }

    boolean since(int first) {
        return version >= first;
    }

    HostPlatform platform() {
        return platform;
    }

    void warn(String problem) {
        warn(Code.VALUE_INVALID, problem, key.key() + "= takes " + key.grammar());
    }

    void warn(Code code, String problem, String remedy) {
        diagnostics.add(new Diagnostic(code, line, key.key(), problem, remedy));
    }

    boolean bool() throws Unparsable {
        return Booleans.parse(value);
    }
}
