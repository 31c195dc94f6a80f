package io.nspawn.model;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a command inside a container left.
 *
 * @param exitCode its exit status, 0 to 255
 * @param stdout all that it wrote to standard output, decoded as UTF-8
 * @param stderr all that it wrote to standard error, decoded as UTF-8
 * @param took from the call to the end of the command
 */
public record ExecResult(int exitCode, String stdout, String stderr, Duration took) {
    public static ExecResult of(int exitCode, byte[] stdout, byte[] stderr, Duration took) {
        return new ExecResult(
                exitCode, new String(stdout, StandardCharsets.UTF_8), new String(stderr, StandardCharsets.UTF_8), took);
    }

    public boolean ok() {
        return exitCode == 0;
    }
}
