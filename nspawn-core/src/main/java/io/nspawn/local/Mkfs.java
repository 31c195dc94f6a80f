package io.nspawn.local;

import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Makes a btrfs, by mkfs.btrfs(8): the kernel has no call for it. */
final class Mkfs {
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private Mkfs() {}

    /**
     * Makes one where none is. Never with {@code --force}: mkfs looks for signatures and users of its own once more.
     *
     * @throws HostFailureException with what mkfs.btrfs said, if it refuses
     */
    static void btrfs(Path target) {
        ExecResult result = ChildProcess.run(List.of("mkfs.btrfs", "--quiet", target.toString()), DEADLINE);
        if (!result.ok()) {
            throw new HostFailureException(
                    Failure.of("make a btrfs on", target.toString(), "mkfs.btrfs says: " + said(result)));
        }
    }

    private static String said(ExecResult result) {
        return (result.stderr() + result.stdout())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce((first, second) -> first + "; " + second)
                .orElse("status " + result.exitCode());
    }
}
