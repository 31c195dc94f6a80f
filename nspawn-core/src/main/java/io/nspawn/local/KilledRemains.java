package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.MachineName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a systemd-nspawn leaves that was killed: a lock file beside its root, the directory through which mounts reach
 * it, and since systemd 256 a mount of its sockets, over which the next one of that name refuses to start.
 */
final class KilledRemains {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final Path POOL = Path.of("/var/lib/machines");
    private static final Path EXPORTS = Path.of("/run/systemd/nspawn/unix-export");
    private static final Path PROPAGATED = Path.of("/run/systemd/nspawn/propagate");

    private final Native os;

    KilledRemains(Native os) {
        this.os = os;
    }

    boolean areThere(MachineName machine) {
        return Stream.of(lock(machine), export(machine), propagated(machine))
                .anyMatch(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS));
    }

    /** Takes them away; the machine must not run. */
    void clear(MachineName machine) {
        try {
            while (os.unmount(export(machine).toString())) {
                LOG.info("{}: unmounted {}, left by a systemd-nspawn that was killed", machine, export(machine));
            }
            deleteEmpty(export(machine));
            deleteEmpty(propagated(machine));
            deleteFree(lock(machine));
        } catch (IOException e) {
            throw new HostFailureException(
                    Failure.of("clear what is left of", machine.value(), String.valueOf(e.getMessage())), e);
        }
    }

    private static void deleteEmpty(Path directory) throws IOException {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            LOG.debug("{} has something in it and stays", directory);
        }
    }

    /** systemd locks it with fcntl(2), as this does, and deletes it while it holds the lock. */
    private static void deleteFree(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static Path lock(MachineName machine) {
        return POOL.resolve(".#" + machine + ".lck");
    }

    private static Path export(MachineName machine) {
        return EXPORTS.resolve(machine.value());
    }

    private static Path propagated(MachineName machine) {
        return PROPAGATED.resolve(machine.value());
    }
}
