package io.nspawn.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The systemd-nspawn process that stands outside of a container. It calls an application container ready before the
 * program was even looked for, and so the processes below it are looked at.
 *
 * @param pid its process id
 */
record Supervisor(long pid) {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");

    /** The container's first process is a child; that of an application is nspawn's own and has the program as its child. */
    private static final int DEPTH = 2;

    /** Whether a process below is another program than systemd-nspawn; false if they end while they are looked at. */
    boolean hasStartedAProgram() {
        try {
            return isAnotherBelow(pid, DEPTH);
        } catch (IOException e) {
            return false;
        }
    }

    /** The init of a container that boots; empty for an application, and before it was started. */
    Optional<Init> init() {
        try {
            for (long child : children(pid)) {
                if (!Files.isSameFile(executable(child), executable(pid))) {
                    return Optional.of(new Init(child));
                }
            }
        } catch (IOException e) {
            LOG.debug("{} ended while it was looked at: {}", this, e.toString());
        }
        return Optional.empty();
    }

    /** Whether a process runs systemd-nspawn too: the init that it is for an application. */
    boolean isItself(long other) {
        try {
            return Files.isSameFile(executable(other), executable(pid));
        } catch (IOException e) {
            return false;
        }
    }

    private boolean isAnotherBelow(long parent, int depth) throws IOException {
        for (long child : children(parent)) {
            if (isAnother(child, depth)) {
                return true;
            }
        }
        return false;
    }

    private static List<Long> children(long parent) throws IOException {
        Path children =
                process(parent).resolve("task").resolve(Long.toString(parent)).resolve("children");
        return Arrays.stream(Files.readString(children).split(" ", -1))
                .filter(word -> !word.isBlank())
                .map(word -> Long.valueOf(word.strip()))
                .toList();
    }

    /** Files are compared, not names: the program may be a systemd-nspawn too, the container's own. */
    private boolean isAnother(long child, int depth) throws IOException {
        return !Files.isSameFile(executable(child), executable(pid)) || (depth > 1 && isAnotherBelow(child, depth - 1));
    }

    private static Path executable(long pid) {
        return process(pid).resolve("exe");
    }

    private static Path process(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }
}
