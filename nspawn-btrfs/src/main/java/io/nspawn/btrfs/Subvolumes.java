package io.nspawn.btrfs;

import java.nio.file.Path;
import java.util.function.BiConsumer;

/**
 * The operations on single subvolumes by path, for trees that nobody else changes. Symlinks in the path are
 * followed, except that the last name is never one for what creates or deletes. For several calls, and for trees
 * that are not trusted, hold a {@link Directory}.
 */
public final class Subvolumes {
    private Subvolumes() {}

    /** Whether there is a subvolume; false also if there is nothing or another filesystem. */
    public static boolean isSubvolume(Path path) {
        try (Subvolume subvolume = Subvolume.open(path)) {
            return Inode.of(subvolume.descriptor()).isSubvolume();
        } catch (BtrfsException.NotBtrfs
                | BtrfsException.NotSubvolume
                | BtrfsException.NotFound
                | BtrfsException.NotDirectory e) {
            return false;
        }
    }

    /** {@link Subvolume#info()}. */
    public static SubvolumeInfo info(Path path) {
        try (Subvolume subvolume = Subvolume.open(path)) {
            return subvolume.info();
        }
    }

    /** {@link Directory#createSubvolume}. */
    public static void create(Path path) {
        in(path, (directory, name) -> {
            directory.createSubvolume(name);
        });
    }

    /** {@link Directory#snapshot}. */
    public static void snapshot(Path source, Path target, SnapshotOption... options) {
        in(target, (directory, name) -> {
            try (Subvolume from = Subvolume.open(source)) {
                directory.snapshot(from, name, options);
            }
        });
    }

    /** {@link Directory#deleteSubvolume}. */
    public static void delete(Path path, DeleteOption... options) {
        in(path, (directory, name) -> {
            directory.deleteSubvolume(name, options);
        });
    }

    /** {@link Subvolume#isReadOnly()}. */
    public static boolean isReadOnly(Path path) {
        try (Subvolume subvolume = Subvolume.open(path)) {
            return subvolume.isReadOnly();
        }
    }

    /** {@link Subvolume#setReadOnly}. */
    public static void setReadOnly(Path path, boolean readOnly) {
        try (Subvolume subvolume = Subvolume.open(path)) {
            subvolume.setReadOnly(readOnly);
        }
    }

    private static void in(Path path, BiConsumer<Directory, EntryName> act) {
        HostPath host = HostPath.of(path);
        EntryName name = host.name();
        try (Directory directory = Directory.open(Kernel.system(), host.parent())) {
            act.accept(directory, name);
        }
    }
}
