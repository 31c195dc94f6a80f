package io.nspawn.local;

import io.nspawn.model.Failure;
import io.nspawn.model.HostFailureException;
import io.nspawn.model.NotFoundException;
import io.nspawn.model.PoolCompression;
import io.nspawn.model.PoolState;
import io.nspawn.model.PoolUsage;
import io.nspawn.model.PoolUsage.Share;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import io.nspawn.spi.PoolBacking;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What a pool of plain directories stands on: a filesystem that is there, and is nobody's to make or to grow here. */
final class DirectoryBacking implements PoolBacking {
    private final Path pool;

    DirectoryBacking(Path pool) {
        this.pool = pool;
    }

    @Override
    public PoolState state() {
        PoolPlace place = new PoolPlace(pool, pool.resolveSibling(pool.getFileName() + ".raw"));
        if (!Files.isDirectory(pool, LinkOption.NOFOLLOW_LINKS)) {
            return place.look();
        }
        try {
            FileStore store = Files.getFileStore(pool);
            return new PoolState.Directories(
                    pool, store.type(), Size.ofBytes(store.getTotalSpace()), Size.ofBytes(store.getUsableSpace()));
        } catch (IOException e) {
            throw new HostFailureException(Failure.of("look at", pool.toString(), String.valueOf(e.getMessage())), e);
        }
    }

    @Override
    public void makeLoopback(Size size, PoolCompression compression) {
        throw unsupported("make a btrfs for");
    }

    @Override
    public void useDevice(Path device, PoolCompression compression) {
        throw unsupported("make a btrfs for");
    }

    @Override
    public void persist(PoolState.Ready ready, PoolCompression compression) {
        throw unsupported("mount at each boot");
    }

    @Override
    public void grow(PoolState.Ready ready, Optional<Size> size) {
        throw unsupported("grow");
    }

    /** There is no room apart for metadata. */
    @Override
    public Size freeMetadata() {
        return state() instanceof PoolState.Directories directories ? directories.free() : Size.ofBytes(0);
    }

    @Override
    public QuotaMode quotaMode() {
        return QuotaMode.NONE;
    }

    @Override
    public void enableSimpleQuotas() {
        throw unsupported("enable quotas of");
    }

    @Override
    public void disableQuotas() {}

    @Override
    public void limit(String root, Optional<Size> size) {
        if (!Files.isDirectory(pool.resolve(root), LinkOption.NOFOLLOW_LINKS)) {
            throw new NotFoundException(Failure.of("limit", root, "there is no such directory in " + pool)
                    .named("ENOENT"));
        }
        if (size.isPresent()) {
            throw unsupported("limit " + root + " in");
        }
    }

    @Override
    public Optional<Size> limit(String root) {
        return Optional.empty();
    }

    /** As if nothing were shared: that can be told of btrfs alone. */
    @Override
    public List<PoolUsage> usage(Collection<String> roots) {
        return roots.stream()
                .filter(root -> Files.isDirectory(pool.resolve(root), LinkOption.NOFOLLOW_LINKS))
                .map(root -> {
                    Trees.Bytes bytes = Trees.measure(pool.resolve(root));
                    return new PoolUsage(
                            root, new Share(bytes.content(), bytes.content()), new Share(bytes.disk(), bytes.disk()));
                })
                .toList();
    }

    private UnsupportedException unsupported(String operation) {
        return new UnsupportedException(Failure.of(operation, pool.toString(), "it is a pool of plain directories")
                .remedy("Use a pool on btrfs for that."));
    }
}
