package io.nspawn.config.nspawn;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a reading depends on besides the file and the version.
 *
 * @param architecture the host's architecture as systemd names it: {@code x86-64}, {@code arm64}
 * @param directory the directory that systemd-nspawn is started in, absolute; {@code /} in a unit. Relative sources of
 *     binds and overlays start from it
 */
public record HostPlatform(String architecture, String directory) {
    private static final Map<String, String> SECONDARY =
            Map.of("x86-64", "x86", "arm64", "arm", "ppc64", "ppc", "ppc64-le", "ppc-le", "s390x", "s390");

    private static final Map<String, String> OF_JAVA =
            Map.of("amd64", "x86-64", "x86_64", "x86-64", "aarch64", "arm64", "ppc64le", "ppc64-le", "s390x", "s390x");

    public HostPlatform {
        if (!Paths.isAbsolute(directory)) {
            throw new IllegalArgumentException("no absolute directory: \"" + directory + '"');
        }
    }

    /** This machine, and a unit's directory. */
    public static HostPlatform current() {
        String java = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        return new HostPlatform(OF_JAVA.getOrDefault(java, java), "/");
    }

    Optional<Personality> personality(String name) {
        if (name.equals(architecture)) {
            return Optional.of(Personality.NATIVE);
        }
        return secondary().filter(name::equals).map(n -> Personality.SECONDARY);
    }

    Optional<String> secondary() {
        return Optional.ofNullable(SECONDARY.get(architecture));
    }

    /** A source as it will be used: {@code +} paths and absolute ones stay. */
    String absolute(String source) {
        if (source.startsWith("/") || source.startsWith("+")) {
            return source;
        }
        return directory.endsWith("/") ? directory + source : directory + "/" + source;
    }
}
