package io.nspawn.config.nspawn;

import java.util.Objects;
import java.util.Optional;

/**
 * {@code BindUserShell=}, since 258: the shell of the host's users in the container.
 *
 * @param copied whether each keeps the shell that it has on the host
 * @param path the shell for all of them
 */
public record BindUserShell(boolean copied, Optional<String> path) {
    public BindUserShell {
        Objects.requireNonNull(path);
    }

    String text() {
        return path.orElse(copied ? "yes" : "no");
    }
}
