package io.nspawn.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * What is at a pool's place. Only {@link Empty} is free to be built on; only {@link Ready} and
 * {@link Directories} hold containers.
 */
public sealed interface PoolState {
    /** Where the pool is, {@code /var/lib/machines}. */
    Path path();

    /**
     * A pool.
     *
     * @param filesystem the UUID of its btrfs
     * @param backing what its bytes lie on
     * @param size of the whole btrfs
     * @param free what new data can take, an estimate
     */
    record Ready(Path path, UUID filesystem, Backing backing, Size size, Size free) implements PoolState {
        public Ready {
            Objects.requireNonNull(path);
            Objects.requireNonNull(filesystem);
            Objects.requireNonNull(backing);
            Objects.requireNonNull(size);
            Objects.requireNonNull(free);
        }
    }

    /**
     * A pool of plain directories, on a host that was opened with {@link Storage#PLAIN_DIRECTORIES}.
     *
     * @param type the filesystem's type: {@code ext4}, {@code xfs}
     * @param size of the whole filesystem
     * @param free what new data can take
     */
    record Directories(Path path, String type, Size size, Size free) implements PoolState {
        public Directories {
            Objects.requireNonNull(path);
            Objects.requireNonNull(type);
            Objects.requireNonNull(size);
            Objects.requireNonNull(free);
        }
    }

    /**
     * Nothing is there: no entry at all, or a directory without entries that is no mount point.
     *
     * @param room the most that a loopback file can have: what is free on the filesystem below, or the size of a file
     *     that is there already and only has to be mounted
     */
    record Empty(Path path, Size room) implements PoolState {
        public Empty {
            Objects.requireNonNull(path);
            Objects.requireNonNull(room);
        }
    }

    /**
     * A directory with something in it, on a filesystem that is not btrfs.
     *
     * @param entries some of the names in it
     */
    record Populated(Path path, List<String> entries) implements PoolState {
        public Populated {
            Objects.requireNonNull(path);
            entries = List.copyOf(entries);
        }
    }

    /**
     * A mount point of a filesystem that is not btrfs.
     *
     * @param type the filesystem's type: {@code ext4}, {@code tmpfs}
     * @param source what is mounted, as the kernel names it
     */
    record Mounted(Path path, String type, String source) implements PoolState {
        public Mounted {
            Objects.requireNonNull(path);
            Objects.requireNonNull(type);
            Objects.requireNonNull(source);
        }
    }

    /**
     * Something that is no directory, or a link that leads to no pool.
     *
     * @param what it is
     */
    record Obstructed(Path path, String what) implements PoolState {
        public Obstructed {
            Objects.requireNonNull(path);
            Objects.requireNonNull(what);
        }
    }

    /** What the bytes of a pool lie on. */
    sealed interface Backing {
        /** A file of this library's or an older systemd's making, on a loop device: {@code /var/lib/machines.raw}. */
        record LoopFile(Path file) implements Backing {}

        /** A block device, or a logical volume. */
        record BlockDevice(Path device) implements Backing {}

        /** A directory of a btrfs that is mounted elsewhere, such as the host's own. */
        record Directory() implements Backing {}
    }
}
