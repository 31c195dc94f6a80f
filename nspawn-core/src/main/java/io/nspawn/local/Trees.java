package io.nspawn.local;

import io.nspawn.model.ExecResult;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NoSpaceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whole trees on one filesystem, by cp(1), rm(1) and find(1): names may be any bytes. What is mounted in a tree is left
 * out. A tree may be deeper than any path can be, but then it is not copied.
 */
final class Trees {
    private static final Duration LOOK = Duration.ofMinutes(10);
    private static final String KEPT = "--preserve=mode,ownership,timestamps,links,xattr";

    private Trees() {}

    /**
     * Copies a directory as it is, to a place where nothing is: owners, permissions, times, extended attributes, links,
     * hard links, holes, pipes and devices. Files share their blocks where the filesystem can.
     *
     * @throws NoSpaceException if there is no room for it; a part is there
     */
    static void copy(String operation, Path from, Path to) {
        List<String> command = List.of(
                "cp",
                "--recursive",
                "--no-dereference",
                KEPT,
                "--one-file-system",
                "--reflink=auto",
                "--sparse=auto",
                "--no-target-directory",
                "--",
                from.toString(),
                to.toString());
        try {
            FollowedProcess.run(command, Optional.empty(), line -> {});
        } catch (HostFailureException e) {
            Failure failure = Failure.of(operation, from.toString(), e.failure().reason());
            boolean full = failure.reason().contains("No space left on device")
                    || failure.reason().contains("Disk quota exceeded");
            throw full ? new NoSpaceException(failure, e) : new HostFailureException(failure, e);
        }
    }

    /** Deletes a directory with all that is in it. */
    static void delete(Path directory) {
        List<String> command = List.of("rm", "--recursive", "--force", "--one-file-system", "--", directory.toString());
        try {
            FollowedProcess.run(command, Optional.empty(), line -> {});
        } catch (HostFailureException e) {
            throw new HostFailureException(
                    Failure.of("remove", directory.toString(), e.failure().reason()), e);
        }
    }

    /**
     * Bytes of the files of a tree, each once whatever its names.
     *
     * @param content length for length
     * @param disk those that they have on disk
     */
    record Bytes(long content, long disk) {}

    /** Measures a tree; files that share blocks with others count in full. */
    static Bytes measure(Path directory) {
        ExecResult found = ChildProcess.run(
                List.of("find", directory.toString(), "-xdev", "-type", "f", "-printf", "%i %s %b\\n"), LOOK);
        if (!found.ok()) {
            throw new HostFailureException(
                    Failure.of("measure", directory.toString(), found.stderr().strip()));
        }
        Set<String> seen = new HashSet<>();
        long content = 0;
        long disk = 0;
        for (String line : new String(found.stdoutBytes(), StandardCharsets.US_ASCII).split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            if (fields.length == 3 && seen.add(fields[0])) {
                content += Long.parseLong(fields[1]);
                disk += 512 * Long.parseLong(fields[2]);
            }
        }
        return new Bytes(content, disk);
    }
}
