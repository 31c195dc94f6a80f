package io.nspawn.local;

import io.nspawn.model.BusyException;
import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NotFoundException;
import io.nspawn.spi.ImageStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The locks that systemd-nspawn and machined take on a root of the pool ({@code image_path_lock}, {@code image_name_lock}
 * of systemd), taken likewise by whoever changes one behind their backs. They die with their holder. Hidden roots have
 * none: nobody starts them.
 */
final class RootLocks {
    private static final Logger LOG = LoggerFactory.getLogger("io.nspawn.local");
    private static final Path DIRECTORY = Path.of("/run/systemd/nspawn/locks");
    private static final int MODE = 0600;

    private final Native os;
    private final Path pool;

    RootLocks(Native os, Path pool) {
        this.os = os;
        this.pool = pool;
    }

    /** Locks that are held together. */
    static final class RootLock implements AutoCloseable {
        private final Native os;
        private final List<Integer> descriptors = new ArrayList<>();
        private final List<Path> files = new ArrayList<>();

        private RootLock(Native os) {
            this.os = os;
        }

        /** As systemd does, the files go while they are locked. */
        @Override
        public void close() {
            for (Path file : files) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    LOG.debug("{} stays, which harms nobody: {}", file, e.getMessage());
                }
            }
            descriptors.forEach(os::close);
        }
    }

    /**
     * Locks a root that is there: beside it, and by its inode.
     *
     * @throws BusyException if a container runs on it, or machined works on it
     */
    RootLock root(String operation, String name) {
        RootLock lock = new RootLock(os);
        if (name.startsWith(ImageStore.STAGING_PREFIX)) {
            return lock;
        }
        take(lock, operation, name, pool.resolve(".#" + name + ".lck"));
        try {
            Map<String, Object> inode =
                    Files.readAttributes(pool.resolve(name), "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
            take(lock, operation, name, DIRECTORY.resolve("inode-" + inode.get("dev") + ":" + inode.get("ino")));
        } catch (IOException e) {
            // There is nothing to lock; what is done with it will say so.
            return lock;
        }
        return lock;
    }

    /**
     * Locks a name that a root is about to get.
     *
     * @throws BusyException if machined is just giving it to another
     */
    RootLock name(String operation, String name) {
        RootLock lock = new RootLock(os);
        if (!name.startsWith(ImageStore.STAGING_PREFIX)) {
            take(lock, operation, name, DIRECTORY.resolve("name-" + name));
        }
        return lock;
    }

    private void take(RootLock lock, String operation, String name, Path file) {
        try {
            while (!taken(lock, operation, name, file)) {
                // Whoever had it deleted the file between its opening and its locking.
            }
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private boolean taken(RootLock lock, String operation, String name, Path file) {
        int descriptor = open(file);
        try {
            if (!os.tryRecordLock(descriptor, file.toString())) {
                throw new BusyException(Failure.of(
                                operation, name, file + " is locked: a container runs on it, or machined works on it")
                        .named("EBUSY")
                        .remedy("Stop what runs on it, or wait for machined."));
            }
            if (!isAt(descriptor, file)) {
                os.close(descriptor);
                return false;
            }
        } catch (RuntimeException e) {
            os.close(descriptor);
            throw e;
        }
        lock.descriptors.add(descriptor);
        lock.files.add(file);
        return true;
    }

    private int open(Path file) {
        int flags = Native.O_CREAT | Native.O_RDWR | Native.O_NOFOLLOW;
        try {
            return os.open(file.toString(), flags, MODE);
        } catch (NotFoundException e) {
            makeDirectory();
            return os.open(file.toString(), flags, MODE);
        }
    }

    private static void makeDirectory() {
        try {
            Files.createDirectories(
                    DIRECTORY, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new HostFailureException(
                    Failure.of("make directory", DIRECTORY.toString(), String.valueOf(e.getMessage())), e);
        }
    }

    private static boolean isAt(int descriptor, Path file) {
        try {
            return Files.isSameFile(Path.of("/proc/self/fd/" + descriptor), file);
        } catch (IOException e) {
            return false;
        }
    }
}
