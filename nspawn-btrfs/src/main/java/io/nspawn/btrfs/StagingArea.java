package io.nspawn.btrfs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import jnr.constants.platform.Errno;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hidden directory below a target directory, with a room for each worker. Whoever uses one holds a lock on it, so
 * one without a lock belongs to a process that is no more.
 */
final class StagingArea implements AutoCloseable {
    static final String PREFIX = ".#btrfs-clone-";
    private static final Logger LOG = LoggerFactory.getLogger(StagingArea.class);
    private static final int OWNER_ONLY = 0700;
    private static final int ATTEMPTS = 8;

    private final Descriptor target;
    private final EntryName name;
    private final Descriptor area;
    private final List<Descriptor> rooms = new ArrayList<>();
    private int roomsMade;

    private StagingArea(Descriptor target, EntryName name, Descriptor area) {
        this.target = target;
        this.name = name;
        this.area = area;
    }

    static StagingArea create(Descriptor target, int rooms) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            EntryName name = EntryName.of(PREFIX + UUID.randomUUID());
            makeDirectory(target, name);
            try {
                StagingArea staging = new StagingArea(target, name, target.openDirectory(name));
                if (staging.isLockedAndThere()) {
                    staging.furnish(rooms);
                    return staging;
                }
                staging.area.close();
            } catch (BtrfsException.NotFound e) {
                // A sweep came between the making and the locking: again, under another name.
                LOG.debug("swept away: {}", e.getMessage());
            } catch (BtrfsException e) {
                removeDirectory(target, name);
                throw e;
            }
        }
        throw new BtrfsException.Busy(Failure.of("make staging directory", target.path(), "try again"));
    }

    private boolean isLockedAndThere() {
        try {
            return lock(area)
                    && Inode.of(target, name).number() == Inode.of(area).number();
        } catch (BtrfsException e) {
            area.close();
            throw e;
        }
    }

    /** Whether nobody else has the lock. */
    static boolean lock(Descriptor directory) {
        int result = directory.use(fd -> directory.kernel().flock(fd, Flags.LOCK_EX | Flags.LOCK_NB));
        if (result == -Errno.EWOULDBLOCK.intValue()) {
            return false;
        }
        Failure.check(SystemCall.LOCK, directory.path(), result);
        return true;
    }

    private void furnish(int count) {
        try {
            for (int i = 0; i < count; i++) {
                EntryName room = EntryName.of(Integer.toString(i));
                makeDirectory(area, room);
                roomsMade++;
                rooms.add(area.openDirectory(room));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private static void makeDirectory(Descriptor directory, EntryName name) {
        Failure.check(
                SystemCall.MAKE_DIRECTORY,
                directory.path() + "/" + name,
                directory.use(fd -> directory.kernel().mkdirat(fd, name.terminated(), OWNER_ONLY)));
    }

    Descriptor room(int number) {
        return rooms.get(number);
    }

    /** Removes the directories. The snapshots in them are to be moved or deleted before. */
    @Override
    public void close() {
        rooms.forEach(Descriptor::close);
        for (int i = 0; i < roomsMade; i++) {
            removeDirectory(area, EntryName.of(Integer.toString(i)));
        }
        removeDirectory(target, name);
        area.close();
    }

    /** What cannot be removed is left to the next sweep. */
    private static void removeDirectory(Descriptor directory, EntryName name) {
        int result = directory.use(fd -> directory.kernel().unlinkat(fd, name.terminated(), Flags.AT_REMOVEDIR));
        if (result < 0) {
            LOG.debug("rmdir path={}/{} result={}", directory.path(), name, result);
        }
    }

    /** Removes the areas in a directory that nobody holds, and returns how many. */
    static int sweep(Descriptor target) {
        int swept = 0;
        for (EntryName name : entries(target, PREFIX + "*")) {
            Inode inode = Inode.of(target, name);
            boolean ours =
                    inode.isDirectory() && inode.owner() == target.kernel().geteuid();
            if (ours && removeIfUnused(target, name)) {
                LOG.info("Removed stale staging directory {}/{}", target.path(), name);
                swept++;
            }
        }
        return swept;
    }

    private static boolean removeIfUnused(Descriptor target, EntryName name) {
        try (Descriptor area = target.openDirectory(name)) {
            if (!lock(area)) {
                return false;
            }
            for (EntryName room : entries(area, "*")) {
                removeRoom(area, room);
            }
            removeDirectory(target, name);
            return true;
        } catch (BtrfsException.NotFound e) {
            return false;
        }
    }

    private static void removeRoom(Descriptor area, EntryName name) {
        try (Descriptor room = area.openDirectory(name)) {
            for (EntryName snapshot : entries(room, "*")) {
                Deletion.of(room, snapshot, true).run();
            }
        }
        removeDirectory(area, name);
    }

    static List<EntryName> entries(Descriptor directory, String glob) {
        List<EntryName> names = new ArrayList<>();
        directory.use(fd -> {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(Path.of("/proc/self/fd/" + fd), glob)) {
                stream.forEach(path -> names.add(HostPath.of(path).name()));
                return 0;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot list " + directory.path(), e);
            }
        });
        return names;
    }
}
