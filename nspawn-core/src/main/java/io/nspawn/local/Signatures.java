package io.nspawn.local;

import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What is on a device or in an image file, by {@code blkid --probe} (blkid(8)): libblkid knows every format that the
 * programs of a host could have made, some eighty, and reads the device itself, never its cache.
 */
sealed interface Signatures {
    Duration DEADLINE = Duration.ofSeconds(60);
    int FOUND = 0;
    int NOTHING = 2;
    int SEVERAL = 8;

    /** None is known to be on it. */
    record None() implements Signatures {}

    /** A btrfs and nothing else. */
    record Btrfs(UUID filesystem) implements Signatures {}

    /** Something else, or several things at once. */
    record Other(String what) implements Signatures {}

    static Signatures of(Path target) {
        ExecResult result = ChildProcess.run(
                List.of("blkid", "--cache-file", "/dev/null", "--probe", "--output", "export", target.toString()),
                DEADLINE);
        return switch (result.exitCode()) {
            case NOTHING -> new None();
            case SEVERAL -> new Other("several signatures that contradict each other");
            case FOUND -> found(result.stdout());
            default ->
                throw new HostFailureException(Failure.of(
                        "look for signatures on",
                        target.toString(),
                        "blkid ended with status " + result.exitCode() + ": "
                                + result.stderr().strip()));
        };
    }

    /** Lines of {@code KEY=value}; a value with blanks in it has them escaped. */
    static Signatures found(String export) {
        Map<String, String> values = export.lines()
                .filter(line -> line.indexOf('=') > 0)
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')),
                        line -> line.substring(line.indexOf('=') + 1),
                        (first, second) -> second));
        String type = values.getOrDefault("TYPE", "");
        String table = values.getOrDefault("PTTYPE", "");
        if (type.equals("btrfs") && table.isEmpty()) {
            return new Btrfs(UUID.fromString(values.getOrDefault("UUID", "")));
        }
        if (!table.isEmpty()) {
            return new Other("a partition table of type " + table);
        }
        return new Other(type.isEmpty() ? "a signature: " + export.strip() : "a signature of type " + type);
    }
}
