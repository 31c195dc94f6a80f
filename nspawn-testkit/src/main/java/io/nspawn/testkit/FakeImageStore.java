package io.nspawn.testkit;

import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.BusyException;
import io.nspawn.model.Compression;
import io.nspawn.model.Failure;
import io.nspawn.model.ImageFormat;
import io.nspawn.model.ImageName;
import io.nspawn.model.ImageSource;
import io.nspawn.model.ImageUsage;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.NspawnException;
import io.nspawn.model.UnsupportedException;
import io.nspawn.model.Verify;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.PoolBacking;
import io.nspawn.spi.RootFiles;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The pool as the engine sees it. */
final class FakeImageStore implements ImageStore {
    private final FakePool pool;
    private final PoolBacking backing;
    private final FakeMachines machines;
    private final FakeFiles files;
    private final FakeTransfers transfers;
    private final FakeSources sources;
    private final VirtualClock clock;
    private final Faults faults;
    private final UnaryOperator<RootFiles> serialized;

    FakeImageStore(
            FakePool pool,
            PoolBacking backing,
            FakeMachines machines,
            FakeFiles files,
            FakeTransfers transfers,
            FakeSources sources,
            VirtualClock clock,
            Faults faults,
            UnaryOperator<RootFiles> serialized) {
        this.serialized = serialized;
        this.transfers = transfers;
        this.sources = sources;
        this.pool = pool;
        this.backing = backing;
        this.machines = machines;
        this.files = files;
        this.clock = clock;
        this.faults = faults;
    }

    @Override
    public List<Root> list() {
        pool.requireThere();
        List<Root> found = new ArrayList<>();
        faults.around(
                Operation.LIST_ROOTS,
                "pool",
                () -> pool.roots().forEach((name, root) -> {
                    if (!name.startsWith(IMAGE_STAGING_PREFIX)) {
                        found.add(root.described(name));
                    }
                }));
        return found;
    }

    @Override
    public Optional<Root> find(String name) {
        pool.requireThere();
        return pool.find(name).map(root -> root.described(name));
    }

    @Override
    public Space space() {
        pool.requireThere();
        return new Space(pool.size(), pool.used(), pool.free());
    }

    @Override
    public OptionalLong ownBytes(String name) {
        return pool.find(name).map(r -> OptionalLong.of(r.ownBytes())).orElse(OptionalLong.empty());
    }

    @Override
    public void cloneAll(ImageName image, Collection<String> names) {
        pool.requireThere();
        FakeRoot template = pool.get("clone image", image.value());
        names.forEach(name -> {
            if (pool.find(name).isPresent()) {
                throw new AlreadyExistsException(Failure.of("clone image", name, "the name is taken"));
            }
        });
        List<String> made = new ArrayList<>();
        try {
            for (String name : names) {
                faults.around(Operation.CLONE, name, () -> {
                    FakeRoot clone = template.cloned(clock.now());
                    pool.requireRoom("clone image", name, clone.ownBytes());
                    pool.roots().put(name, clone);
                    made.add(name);
                });
            }
        } catch (NspawnException e) {
            made.forEach(pool.roots()::remove);
            throw e;
        }
    }

    @Override
    public void snapshot(String from, String to, boolean readOnly) {
        pool.requireThere();
        faults.around(Operation.SNAPSHOT, from + " as " + to, () -> {
            FakeRoot snapshot = pool.get("take snapshot of", from).snapshot(readOnly, clock.now());
            requireFree("take snapshot of " + from + " as", to);
            pool.requireRoom("take snapshot of", from, snapshot.ownBytes());
            pool.roots().put(to, snapshot);
        });
    }

    @Override
    public void copy(String from, String to, Collection<String> paths) {
        FakeRoot source = pool.get("copy from", from);
        FakeRoot target = pool.get("copy to", to);
        for (String path : paths) {
            faults.around(
                    Operation.COPY_IN_POOL,
                    from + ":" + path,
                    () -> target.tree().copyFrom(source.tree(), path));
        }
    }

    @Override
    public RootFiles open(String name) {
        return serialized.apply(new FakeRootFiles(pool, pool.get("open", name), name, faults));
    }

    /** A removed root's space is free at once here. */
    @Override
    public void settle(Duration deadline) {
        sync();
    }

    @Override
    public void sync() {
        faults.around(Operation.SYNC, "pool", pool::sync);
    }

    @Override
    public void rename(String from, String to) {
        faults.around(Operation.RENAME, from + " to " + to, () -> {
            pool.get("rename", from);
            requireFree("rename " + from + " to", to);
            requireIdle("rename", from);
            pool.rename(from, to);
        });
    }

    @Override
    public void remove(Collection<String> names) {
        for (String name : names) {
            faults.around(Operation.REMOVE, name, () -> {
                requireIdle("remove", name);
                pool.remove(name);
            });
        }
    }

    @Override
    public ImageUsage usage(ImageName image) {
        return image("measure", image).usage();
    }

    @Override
    public void setReadOnly(ImageName image, boolean readOnly) {
        faults.around(Operation.SEAL, image, () -> {
            FakeRoot root = image("seal", image);
            requireUnused("seal", image.value());
            root.seal(readOnly);
        });
    }

    @Override
    public void limit(ImageName image, OptionalLong bytes) {
        faults.around(Operation.LIMIT_IMAGE, image, () -> {
            FakeRoot root = image("limit", image);
            if (pool.quotas().isEmpty()) {
                throw new UnsupportedException(Failure.of("limit", image.value(), "quotas are not enabled in the pool")
                        .named("System.Error.ENOTCONN")
                        .remedy("Enable them with pool().enableSimpleQuotas()."));
            }
            root.limit(bytes);
        });
    }

    @Override
    public void renameImage(ImageName from, ImageName to) {
        requireFree("rename " + from + " to", to.value());
        image("rename", from);
        requireUnused("rename", from.value());
        rename(from.value(), to.value());
        files.moveSettings(from.value(), to.value());
    }

    @Override
    public void removeImage(ImageName image) {
        image("remove", image);
        requireUnused("remove", image.value());
        remove(List.of(image.value()));
        files.deleteSettings(image.value());
    }

    /** Downloads keep no hidden copies here. */
    @Override
    public List<String> cleanHidden() {
        return List.of();
    }

    @Override
    public io.nspawn.model.Operation<ImageName> pull(URI source, ImageName name, ImageFormat format, Verify verify) {
        String scheme = String.valueOf(source.getScheme());
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("an image is downloaded from http://… or https://…, not " + source);
        }
        requireFree("pull", name.value());
        return begun(name, () -> transfers.pull(source, name, format, verify));
    }

    @Override
    public io.nspawn.model.Operation<ImageName> importFrom(InputStream source, ImageName name, ImageFormat format) {
        requireFree("import", name.value());
        return begun(name, () -> transfers.importFrom(source, name, format));
    }

    @Override
    public io.nspawn.model.Operation<ImageName> exportTo(
            OutputStream target, ImageName image, ImageFormat format, Compression compression) {
        image("export", image);
        return begun(image, () -> transfers.exportTo(target, image, format));
    }

    private io.nspawn.model.Operation<ImageName> begun(
            ImageName name, Supplier<io.nspawn.model.Operation<ImageName>> call) {
        List<io.nspawn.model.Operation<ImageName>> begun = new ArrayList<>();
        faults.around(Operation.TRANSFER, name, () -> begun.add(call.get()));
        return begun.get(0);
    }

    @Override
    public Optional<RootFiles> look(ImageSource source) {
        return sources.tree(source).map(tree -> {
            FakeRoot root = FakeRoot.made(tree, true, clock.now(), 0, MachineLife.NORMAL);
            return new FakeRootFiles(pool, root, source.description(), faults);
        });
    }

    @Override
    public String fingerprint(ImageSource source) {
        return sources.fingerprint(source);
    }

    /** There are none here. */
    @Override
    public List<String> nested(ImageSource source) {
        return List.of();
    }

    @Override
    public List<String> nested(String root) {
        return List.of();
    }

    @Override
    public void make(String name, ImageSource source, Consumer<String> log) {
        if (source instanceof ImageSource.Existing existing) {
            cloneAll(existing.image(), List.of(name));
            return;
        }
        requireFree("make", name);
        faults.around(Operation.MAKE, name, () -> {
            RootTree tree = sources.made(source, log);
            pool.requireRoom("make", name, FakeImage.BYTES);
            pool.roots().put(name, FakeRoot.made(tree, false, clock.now(), FakeImage.BYTES, MachineLife.NORMAL));
        });
    }

    @Override
    public void seal(String name) {
        faults.around(Operation.SEAL, name, () -> pool.get("seal", name).seal(true));
    }

    @Override
    public void exchange(String one, String other) {
        faults.around(Operation.EXCHANGE, one + " and " + other, () -> pool.exchange(one, other));
    }

    @Override
    public PoolBacking backing() {
        return backing;
    }

    @Override
    public void close() {}

    /** An image as machined looks for it. */
    private FakeRoot image(String operation, ImageName image) {
        return pool.find(image.value())
                .orElseThrow(() -> new NotFoundException(Failure.of(operation, image.value(), "there is no such image")
                        .named("org.freedesktop.machine1.NoSuchImage")));
    }

    private void requireFree(String operation, String name) {
        if (pool.find(name).isPresent()) {
            throw new AlreadyExistsException(
                    Failure.of(operation, name, "the name is taken").named("EEXIST"));
        }
    }

    /** As machined says it, which finds the lock of the container that runs. */
    private void requireUnused(String operation, String name) {
        if (machines.isRunning(name)) {
            throw new BusyException(
                    Failure.of(operation, name, "a container runs on it").named("System.Error.EBUSY"));
        }
    }

    private void requireIdle(String operation, String name) {
        if (machines.isRunning(name)) {
            throw new BusyException(
                    Failure.of(operation, name, "a container runs on it").named("EBUSY"));
        }
    }
}
