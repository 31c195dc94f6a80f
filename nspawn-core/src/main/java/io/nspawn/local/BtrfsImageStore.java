package io.nspawn.local;

import io.nspawn.btrfs.BtrfsException;
import io.nspawn.btrfs.CloneOption;
import io.nspawn.btrfs.DeleteOption;
import io.nspawn.btrfs.Directory;
import io.nspawn.btrfs.EntryName;
import io.nspawn.btrfs.Filesystem;
import io.nspawn.btrfs.SnapshotOption;
import io.nspawn.btrfs.Space.Purpose;
import io.nspawn.btrfs.Subvolume;
import io.nspawn.btrfs.SubvolumeInfo;
import io.nspawn.local.RootLocks.RootLock;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.DeadlineExceededException;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.ImageName;
import io.nspawn.model.InterruptedOperationException;
import io.nspawn.model.NoSpaceException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.Outcome;
import io.nspawn.model.PermissionDeniedException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.ImageStore.Space;
import io.nspawn.spi.RootFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** The pool on btrfs: every root is a subvolume, a clone is a snapshot. */
final class BtrfsImageStore implements RootStore {
    private final Native os;
    private final Path pool;
    private final RootLocks locks;
    private final Object opening = new Object();
    /** Guarded by opening. */
    private Optional<Filesystem> opened = Optional.empty();

    BtrfsImageStore(Native os, Path pool) {
        this.os = os;
        this.pool = pool;
        this.locks = new RootLocks(os, pool);
    }

    @Override
    public List<Root> list() {
        return asking("list", pool.toString(), () -> {
            List<Root> roots = new ArrayList<>();
            for (SubvolumeInfo info : directory().subvolumes()) {
                root(info).ifPresent(roots::add);
            }
            return roots;
        });
    }

    @Override
    public Optional<Root> find(String name) {
        return asking("find", name, () -> {
            try {
                return Optional.of(root(name, directory().info(EntryName.of(name))));
            } catch (BtrfsException.NotFound | BtrfsException.NotSubvolume | BtrfsException.NotDirectory e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public Space space() {
        return asking("measure", pool.toString(), () -> {
            io.nspawn.btrfs.Space space = filesystem().space();
            long used = space.used(Purpose.DATA)
                    + space.used(Purpose.METADATA)
                    + space.used(Purpose.SYSTEM)
                    + space.used(Purpose.MIXED);
            return new Space(space.total(), used, space.available());
        });
    }

    @Override
    public OptionalLong ownBytes(String name) {
        return asking("measure", name, () -> {
            try (Subvolume root = directory().openSubvolume(EntryName.of(name))) {
                return OptionalLong.of(root.ownData().bytes());
            } catch (BtrfsException.NotFound | BtrfsException.NotSubvolume e) {
                return OptionalLong.empty();
            }
        });
    }

    @Override
    public void cloneAll(ImageName image, Collection<String> names) {
        List<EntryName> targets = names.stream().map(EntryName::of).toList();
        asking("clone", image.value(), () -> {
            try (Subvolume source = directory().openSubvolume(EntryName.of(image.value()))) {
                directory().cloneAll(source, targets, CloneOption.RECURSIVE);
            }
            return targets;
        });
    }

    @Override
    public void snapshot(String from, String to, boolean readOnly) {
        SnapshotOption[] options = readOnly
                ? new SnapshotOption[] {SnapshotOption.RECURSIVE, SnapshotOption.READ_ONLY}
                : new SnapshotOption[] {SnapshotOption.RECURSIVE};
        asking("take snapshot of", from, () -> {
            try (Subvolume source = directory().openSubvolume(EntryName.of(from))) {
                directory().snapshot(source, EntryName.of(to), options);
            }
            return to;
        });
    }

    @Override
    public void copy(String from, String to, Collection<String> paths) {
        try (RootDirectory source = RootDirectory.open(os, pool, from);
                RootDirectory target = RootDirectory.open(os, pool, to)) {
            TreeCopy copy = new TreeCopy(os);
            paths.forEach(path -> source.copyTo(target, path, copy));
        }
    }

    @Override
    public RootFiles open(String name) {
        return RootDirectory.open(os, pool, name);
    }

    @Override
    public void sync() {
        asking("sync", pool.toString(), () -> {
            filesystem().sync();
            return pool;
        });
    }

    @Override
    public void settle(Duration deadline) {
        asking("settle", pool.toString(), () -> {
            filesystem().sync();
            filesystem().awaitCleaned(filesystem().deletedNotCleaned(), deadline);
            filesystem().sync();
            return pool;
        });
    }

    @Override
    public void rename(String from, String to) {
        try (RootLock root = locks.root("rename", from);
                RootLock name = locks.name("rename " + from + " to", to)) {
            asking("rename", from, () -> {
                directory().rename(EntryName.of(from), EntryName.of(to));
                return to;
            });
        }
    }

    @Override
    public void exchange(String one, String other) {
        asking("exchange", one, () -> {
            directory().exchange(EntryName.of(one), EntryName.of(other));
            return other;
        });
    }

    @Override
    public Path path(String name) {
        return pool.resolve(name);
    }

    @Override
    public void create(String name) {
        asking("create", name, () -> {
            directory().createSubvolume(EntryName.of(name));
            return name;
        });
    }

    @Override
    public void seal(String name) {
        asking("seal", name, () -> {
            try (Subvolume root = directory().openSubvolume(EntryName.of(name))) {
                root.setReadOnly(true);
            }
            return name;
        });
    }

    /** What changes with the content of a root: which subvolume it is, and the transaction of its last change. */
    @Override
    public String version(String name) {
        return asking("look at", name, () -> {
            SubvolumeInfo info = directory().info(EntryName.of(name));
            return "btrfs " + info.uuid() + " " + info.lastChange();
        });
    }

    @Override
    public List<String> nested(String name) {
        return asking("look for subvolumes in", name, () -> {
            try (Subvolume root = directory().openSubvolume(EntryName.of(name))) {
                return root.descendants().stream()
                        .map(below -> below.path().toString())
                        .toList();
            }
        });
    }

    /** A root is hidden before it is deleted, so that one with nested subvolumes never shows in parts. */
    @Override
    public void remove(Collection<String> names) {
        for (String name : names) {
            asking("remove", name, () -> {
                if (name.startsWith(ImageStore.STAGING_PREFIX)) {
                    delete(EntryName.of(name));
                } else if (directory().exists(EntryName.of(name))) {
                    EntryName hidden = hidden(name);
                    try (RootLock root = locks.root("remove", name)) {
                        directory().rename(EntryName.of(name), hidden);
                    }
                    delete(hidden);
                }
                return name;
            });
        }
    }

    /** The name that it had while it was made; where another has that now, one that no machine's root can have. */
    private EntryName hidden(String name) {
        EntryName hidden = EntryName.of(ImageStore.STAGING_PREFIX + name);
        if (!directory().exists(hidden)) {
            return hidden;
        }
        EntryName second = EntryName.of(ImageStore.STAGING_PREFIX + "~" + name);
        delete(second);
        return second;
    }

    @Override
    public void close() {
        synchronized (opening) {
            opened.ifPresent(Filesystem::close);
        }
    }

    private void delete(EntryName name) {
        try {
            directory().deleteSubvolume(name, DeleteOption.RECURSIVE);
        } catch (BtrfsException.NotFound e) {
            // Somebody else was faster, or it was never there.
        }
    }

    private Directory directory() {
        return filesystem().directory();
    }

    /** Opened when it is first needed, as a pool may be made by then. */
    private Filesystem filesystem() {
        synchronized (opening) {
            if (opened.isEmpty()) {
                try {
                    opened = Optional.of(Filesystem.open(pool));
                } catch (BtrfsException.NotFound | BtrfsException.NotBtrfs | BtrfsException.NotDirectory e) {
                    throw new HostNotReadyException(
                            "use the pool of",
                            List.of(new Finding(
                                    pool.toString(),
                                    e instanceof BtrfsException.NotBtrfs
                                            ? "it is not on btrfs"
                                            : "there is no such directory",
                                    "make a pool with pool().ensureLoopback(size), mount a btrfs filesystem at " + pool
                                            + ", or open the host for plain directories")));
                }
            }
            return opened.orElseThrow();
        }
    }

    private static Optional<Root> root(SubvolumeInfo info) {
        EntryName entry = info.name().orElseThrow();
        String name = new String(entry.bytes(), StandardCharsets.UTF_8);
        boolean foreign = name.startsWith(".#") && !name.startsWith(ImageStore.STAGING_PREFIX);
        boolean text = Arrays.equals(name.getBytes(StandardCharsets.UTF_8), entry.bytes());
        return foreign || !text ? Optional.empty() : Optional.of(root(name, info));
    }

    private static Root root(String name, SubvolumeInfo info) {
        return new Root(name, info.readOnly(), Optional.of(info.created()));
    }

    /** Turns what btrfs throws into what this library throws. */
    static <T> T asking(String operation, String subject, Supplier<T> call) {
        try {
            return call.get();
        } catch (BtrfsException e) {
            throw translate(operation, subject, e);
        }
    }

    private static NspawnException translate(String operation, String subject, BtrfsException e) {
        Failure failure = new Failure(
                operation,
                subject,
                String.valueOf(e.getMessage()),
                Optional.of(e.errnoName()).filter(n -> !n.isEmpty()),
                Optional.of(e.remedy()).filter(r -> !r.isEmpty()),
                Outcome.valueOf(e.outcome().name()));
        if (e instanceof BtrfsException.NotFound || e instanceof BtrfsException.NotSubvolume) {
            return new NotFoundException(failure, e);
        }
        if (e instanceof BtrfsException.AlreadyExists) {
            return new AlreadyExistsException(failure, e);
        }
        if (e instanceof BtrfsException.NoSpace || e instanceof BtrfsException.QuotaExceeded) {
            return new NoSpaceException(failure, e);
        }
        if (e instanceof BtrfsException.PermissionDenied || e instanceof BtrfsException.ReadOnly) {
            return new PermissionDeniedException(failure, e);
        }
        if (e instanceof BtrfsException.Busy) {
            return new BusyException(failure, e);
        }
        if (e instanceof BtrfsException.NotBtrfs || e instanceof BtrfsException.Unsupported) {
            return new UnsupportedException(failure, e);
        }
        if (e instanceof BtrfsException.TimedOut) {
            return new DeadlineExceededException(failure, e);
        }
        if (e instanceof BtrfsException.Interrupted) {
            return new InterruptedOperationException(failure, e);
        }
        return new HostFailureException(failure, e);
    }
}
