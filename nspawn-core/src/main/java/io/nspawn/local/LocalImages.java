package io.nspawn.local;

import io.nspawn.dbus.Bus;
import io.nspawn.dbus.ImageStatus;
import io.nspawn.dbus.Importd;
import io.nspawn.dbus.Machined;
import io.nspawn.model.AlreadyExistsException;
import io.nspawn.model.Compression;
import io.nspawn.model.ConnectionLostException;
import io.nspawn.model.Failure;
import io.nspawn.model.ImageFormat;
import io.nspawn.model.ImageName;
import io.nspawn.model.ImageSource;
import io.nspawn.model.ImageUsage;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.Operation;
import io.nspawn.model.PoolState;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import io.nspawn.model.Verify;
import io.nspawn.spi.ImageStore;
import io.nspawn.spi.PoolBacking;
import io.nspawn.spi.RootFiles;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The pool: by its own means what is one's own, by machined and importd what belongs to everybody on the host. */
final class LocalImages implements ImageStore {
    private static final Duration CALL = Duration.ofMinutes(2);
    /** The kernel's answer to a limit where quotas are off, as machined hands it on; no connection was lost. */
    private static final String NO_QUOTAS = "System.Error.ENOTCONN";

    private final RootStore pool;
    private final PoolBacking backing;
    private final Machined machined;
    private final Transfers transfers;
    private final ImageTransfers byImportd;
    private final ImageSources sources;

    LocalImages(Native os, RootStore pool, PoolBacking backing, Bus bus) {
        this.pool = pool;
        this.backing = backing;
        this.machined = Machined.over(bus, CALL);
        Importd importd = Importd.over(bus, CALL);
        this.transfers = new Transfers(bus, importd);
        this.byImportd =
                new ImageTransfers(os, importd, transfers, name -> setReadOnly(name, true), new QuotaGuard(backing));
        this.sources = new ImageSources(os, pool);
    }

    @Override
    public ImageUsage usage(ImageName image) {
        ImageStatus status = machined.image(image.value());
        return new ImageUsage(status.usage(), status.usageExclusive(), status.limit());
    }

    @Override
    public void setReadOnly(ImageName image, boolean readOnly) {
        machined.markImageReadOnly(image.value(), readOnly);
    }

    @Override
    public void limit(ImageName image, OptionalLong bytes) {
        if (backing.state() instanceof PoolState.Directories) {
            backing.limit(
                    image.value(), bytes.isPresent() ? Optional.of(Size.ofBytes(bytes.getAsLong())) : Optional.empty());
            return;
        }
        try {
            machined.setImageLimit(image.value(), bytes.orElse(-1));
        } catch (ConnectionLostException e) {
            if (!e.errorName().equals(Optional.of(NO_QUOTAS))) {
                throw e;
            }
            throw new UnsupportedException(
                    Failure.of("limit", image.value(), "quotas are not enabled in the pool")
                            .named(NO_QUOTAS)
                            .remedy("Enable them with pool().enableSimpleQuotas()."),
                    e);
        }
    }

    @Override
    public void renameImage(ImageName from, ImageName to) {
        requireFree("rename " + from + " to", to);
        machined.renameImage(from.value(), to.value());
    }

    @Override
    public void removeImage(ImageName image) {
        machined.removeImage(image.value());
    }

    @Override
    public List<String> cleanHidden() {
        return machined.cleanHidden().keySet().stream().sorted().toList();
    }

    @Override
    public Operation<ImageName> pull(URI source, ImageName name, ImageFormat format, Verify verify) {
        requireFree("pull", name);
        return byImportd.pull(source, name, format, verify);
    }

    @Override
    public Operation<ImageName> importFrom(InputStream source, ImageName name, ImageFormat format) {
        requireFree("import", name);
        return byImportd.importFrom(source, name, format);
    }

    @Override
    public Operation<ImageName> exportTo(
            OutputStream target, ImageName image, ImageFormat format, Compression compression) {
        machined.image(image.value());
        return byImportd.exportTo(target, image, format, compression);
    }

    @Override
    public Optional<RootFiles> look(ImageSource source) {
        return sources.look(source);
    }

    @Override
    public String fingerprint(ImageSource source) {
        return sources.fingerprint(source);
    }

    @Override
    public List<String> nested(ImageSource source) {
        return sources.nested(source);
    }

    @Override
    public List<String> nested(String root) {
        return pool.nested(root);
    }

    @Override
    public void make(String name, ImageSource source, Consumer<String> log) {
        if (source instanceof ImageSource.Pull pull) {
            PulledRoot.make(this, name, pull, log);
        } else {
            sources.make(name, source, log);
        }
    }

    @Override
    public void seal(String name) {
        pool.seal(name);
    }

    @Override
    public void exchange(String one, String other) {
        pool.exchange(one, other);
    }

    @Override
    public PoolBacking backing() {
        return backing;
    }

    @Override
    public List<Root> list() {
        return pool.list();
    }

    @Override
    public Optional<Root> find(String name) {
        return pool.find(name);
    }

    @Override
    public Space space() {
        return pool.space();
    }

    @Override
    public OptionalLong ownBytes(String name) {
        return pool.ownBytes(name);
    }

    @Override
    public void cloneAll(ImageName image, Collection<String> names) {
        pool.cloneAll(image, names);
    }

    @Override
    public void snapshot(String from, String to, boolean readOnly) {
        pool.snapshot(from, to, readOnly);
    }

    @Override
    public void copy(String from, String to, Collection<String> paths) {
        pool.copy(from, to, paths);
    }

    @Override
    public RootFiles open(String name) {
        return pool.open(name);
    }

    @Override
    public void sync() {
        pool.sync();
    }

    @Override
    public void settle(Duration deadline) {
        pool.settle(deadline);
    }

    @Override
    public void rename(String from, String to) {
        pool.rename(from, to);
    }

    @Override
    public void remove(Collection<String> names) {
        pool.remove(names);
    }

    @Override
    public void close() {
        try (pool) {
            transfers.close();
        }
    }

    private void requireFree(String operation, ImageName name) {
        try {
            machined.image(name.value());
        } catch (NotFoundException e) {
            return;
        }
        throw new AlreadyExistsException(
                Failure.of(operation, name.value(), "the name is taken").named("EEXIST"));
    }
}
