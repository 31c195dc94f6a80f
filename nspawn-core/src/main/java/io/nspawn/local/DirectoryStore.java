package io.nspawn.local;

import io.nspawn.local.MountTable.Mount;
import io.nspawn.local.RootLocks.RootLock;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.Failure;
import io.nspawn.model.Finding;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.HostNotReadyException;
import io.nspawn.model.ImageName;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.ImageStore.Root;
import io.nspawn.spi.ImageStore.Space;
import io.nspawn.spi.RootFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/**
 * The pool without btrfs: every root is a directory, a clone is a copy whose files share their blocks with the image's
 * where the filesystem can do that. As machined has it, a directory is sealed by its attribute "immutable".
 *
 * <p>What is copied is built under a hidden name, made durable and then renamed, so that no part of a root ever has its
 * name. A copy of what runs would hold files of different moments: it is refused.
 */
final class DirectoryStore implements RootStore {
    /** What a copy has before it is whole; no machine can have such a name. */
    private static final String UNFINISHED = "~";

    private final Native os;
    private final Path pool;
    private final RootLocks locks;
    private final Immutable immutable;

    DirectoryStore(Native os, Path pool) {
        this.os = os;
        this.pool = pool;
        this.locks = new RootLocks(os, pool);
        this.immutable = new Immutable(os);
    }

    @Override
    public List<Root> list() {
        requirePool();
        List<Root> roots = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(pool)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    root(Objects.requireNonNull(entry.getFileName())).ifPresent(roots::add);
                }
            }
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("list", pool.toString(), String.valueOf(e.getMessage())), e);
        }
        return roots;
    }

    @Override
    public Optional<Root> find(String name) {
        requirePool();
        return isThere(name)
                ? Optional.of(new Root(name, immutable.isSet(path(name)), Optional.empty()))
                : Optional.empty();
    }

    @Override
    public Space space() {
        requirePool();
        try {
            FileStore store = Files.getFileStore(pool);
            long total = store.getTotalSpace();
            return new Space(total, total - store.getUnallocatedSpace(), store.getUsableSpace());
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("measure", pool.toString(), String.valueOf(e.getMessage())), e);
        }
    }

    /** No filesystem tells at little cost which blocks of a directory's files others share. */
    @Override
    public OptionalLong ownBytes(String name) {
        return OptionalLong.empty();
    }

    @Override
    public void cloneAll(ImageName image, Collection<String> names) {
        copyAll("clone", image.value(), names, false);
    }

    @Override
    public void snapshot(String from, String to, boolean readOnly) {
        copyAll("take snapshot of", from, List.of(to), readOnly);
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
        requirePool();
        inPool(directory -> os.syncFilesystem(directory, pool.toString()));
    }

    /** What was removed is gone at once here. */
    @Override
    public void settle(Duration deadline) {
        sync();
    }

    @Override
    public void rename(String from, String to) {
        try (RootLock root = locks.root("rename", from);
                RootLock name = locks.name("rename " + from + " to", to)) {
            requireThere("rename", from);
            unsealed(List.of(from), List.of(to), () -> inPool(directory -> os.renameToFree(directory, from, to)));
        }
    }

    @Override
    public void exchange(String one, String other) {
        requireThere("exchange", one);
        requireThere("exchange", other);
        unsealed(
                List.of(one, other),
                List.of(other, one),
                () -> inPool(directory -> os.exchange(directory, one, other)));
    }

    @Override
    public Path path(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("no name of a root: \"" + name + '"');
        }
        return pool.resolve(name);
    }

    @Override
    public void create(String name) {
        requirePool();
        path(name);
        inPool(directory -> os.makeDirectory(directory, name, 0755));
    }

    @Override
    public void seal(String name) {
        requireThere("seal", name);
        immutable.set(path(name), true);
    }

    @Override
    public String version(String name) {
        requireThere("look at", name);
        return "tree " + DirectoryScan.of(path(name)).digest();
    }

    /** There are none: what a container made, on btrfs after all, is copied and removed as a directory is. */
    @Override
    public List<String> nested(String name) {
        requireThere("look at", name);
        return List.of();
    }

    /** A root is hidden before it is deleted, so that one never shows in parts. */
    @Override
    public void remove(Collection<String> names) {
        requirePool();
        for (String name : names) {
            if (!isThere(name)) {
                continue;
            }
            requireNoMounts(name);
            if (name.startsWith(ImageStore.STAGING_PREFIX)) {
                delete(name);
                continue;
            }
            String hidden = unfinished(name);
            delete(hidden);
            try (RootLock root = locks.root("remove", name)) {
                unsealed(List.of(name), List.of(), () -> inPool(directory -> os.renameToFree(directory, name, hidden)));
            }
            delete(hidden);
        }
    }

    @Override
    public void close() {}

    private void copyAll(String operation, String from, Collection<String> names, boolean readOnly) {
        requireThere(operation, from);
        for (String name : names) {
            if (Files.exists(path(name), LinkOption.NOFOLLOW_LINKS)) {
                throw new AlreadyExistsException(
                        Failure.of(operation, from, name + " is there already").named("EEXIST"));
            }
        }
        Map<String, String> copies = new LinkedHashMap<>();
        names.forEach(name -> copies.put(name, unfinished(name)));
        List<String> made = new ArrayList<>();
        try (RootLock source = locks.root(operation, from)) {
            for (String copy : copies.values()) {
                delete(copy);
                made.add(copy);
                Trees.copy(operation, path(from), path(copy));
            }
            sync();
            for (Map.Entry<String, String> copy : copies.entrySet()) {
                try (RootLock name = locks.name(operation, copy.getKey())) {
                    inPool(directory -> os.renameToFree(directory, copy.getValue(), copy.getKey()));
                }
                made.add(copy.getKey());
            }
            if (readOnly) {
                names.forEach(this::seal);
            }
        } catch (NspawnException e) {
            takeBack(made, e);
            throw e;
        }
    }

    private void takeBack(List<String> made, NspawnException cause) {
        for (String name : made) {
            try {
                delete(name);
            } catch (NspawnException e) {
                cause.addSuppressed(e);
            }
        }
    }

    /** The name that a copy has until it is whole, and a root while it is deleted: one that the sweeps of its kind find. */
    private static String unfinished(String name) {
        if (name.startsWith(ImageStore.IMAGE_STAGING_PREFIX)) {
            return ImageStore.IMAGE_STAGING_PREFIX
                    + UNFINISHED
                    + name.substring(ImageStore.IMAGE_STAGING_PREFIX.length());
        }
        return name.startsWith(ImageStore.STAGING_PREFIX)
                ? ImageStore.STAGING_PREFIX
                        + UNFINISHED
                        + UNFINISHED
                        + name.substring(ImageStore.STAGING_PREFIX.length())
                : ImageStore.STAGING_PREFIX + UNFINISHED + name;
    }

    private void delete(String name) {
        if (isThere(name)) {
            requireNoMounts(name);
            immutable.set(path(name), false);
            Trees.delete(path(name));
        }
    }

    /** The kernel renames no directory that is immutable; those that were are so again under their new names. */
    private void unsealed(List<String> before, List<String> after, Runnable action) {
        List<Boolean> sealed =
                before.stream().map(name -> immutable.isSet(path(name))).toList();
        List<String> now = before;
        for (int i = 0; i < before.size(); i++) {
            if (sealed.get(i)) {
                immutable.set(path(before.get(i)), false);
            }
        }
        try {
            action.run();
            now = after;
        } finally {
            for (int i = 0; i < now.size(); i++) {
                if (sealed.get(i)) {
                    immutable.set(path(now.get(i)), true);
                }
            }
        }
    }

    /** Else what is mounted there would be deleted with it. */
    private void requireNoMounts(String name) {
        Optional<Mount> mount = MountTable.read().below(path(name));
        if (mount.isPresent()) {
            throw new BusyException(Failure.of(
                            "remove",
                            name,
                            mount.get().source() + " is mounted at "
                                    + mount.get().point())
                    .named("EBUSY")
                    .remedy("Unmount it."));
        }
    }

    private boolean isThere(String name) {
        return Files.isDirectory(path(name), LinkOption.NOFOLLOW_LINKS);
    }

    private void requireThere(String operation, String name) {
        requirePool();
        if (!isThere(name)) {
            throw new NotFoundException(Failure.of(operation, name, "there is no such directory in " + pool)
                    .named("ENOENT"));
        }
    }

    private void requirePool() {
        if (!Files.isDirectory(pool, LinkOption.NOFOLLOW_LINKS)) {
            throw new HostNotReadyException(
                    "use the pool of",
                    List.of(new Finding(
                            pool.toString(),
                            "there is no such directory",
                            "Make it, on a filesystem with room for the images and all containers.")));
        }
    }

    private void inPool(IntConsumer action) {
        int directory = os.open(pool.toString(), Native.O_DIRECTORY, 0);
        try {
            action.accept(directory);
        } finally {
            os.close(directory);
        }
    }

    private Optional<Root> root(Path entry) {
        String name = entry.toString();
        boolean foreign = name.startsWith(".#") && !name.startsWith(ImageStore.STAGING_PREFIX);
        byte[] bytes = Native.bytes(pool.resolve(entry));
        byte[] text = (pool + "/" + name + "\0").getBytes(StandardCharsets.UTF_8);
        return foreign || !Arrays.equals(bytes, text) ? Optional.empty() : find(name);
    }
}
