package io.nspawn.local;

import io.nspawn.btrfs.BtrfsException;
import io.nspawn.btrfs.DataUsage;
import io.nspawn.btrfs.EntryName;
import io.nspawn.btrfs.Filesystem;
import io.nspawn.btrfs.ListedSubvolume;
import io.nspawn.btrfs.QuotaGroup;
import io.nspawn.btrfs.QuotaGroupId;
import io.nspawn.btrfs.Space;
import io.nspawn.btrfs.Space.Purpose;
import io.nspawn.btrfs.SubvolumeId;
import io.nspawn.model.Failure;
import io.nspawn.model.PoolUsage;
import io.nspawn.model.PoolUsage.Share;
import io.nspawn.model.QuotaMode;
import io.nspawn.model.Size;
import io.nspawn.model.UnsupportedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * Who takes how much of a pool, and how much they may.
 *
 * @param pool where it is
 */
record PoolAccounts(Path pool) {
    QuotaMode mode() {
        return with(
                "read the quota mode of",
                filesystem -> QuotaMode.valueOf(filesystem.quota().mode().name()));
    }

    /** What is free in the chunks of metadata, and what no chunk has yet, with as many copies as the safest has. */
    Size freeMetadata() {
        return with("measure", filesystem -> {
            Space space = filesystem.space();
            long data = free(space, Purpose.DATA) + free(space, Purpose.MIXED);
            long unallocated = space.estimate()
                    .map(estimate -> Math.max(0, estimate.minimum() - data))
                    .orElse(0L);
            return Size.ofBytes(free(space, Purpose.METADATA) + free(space, Purpose.MIXED) + unallocated);
        });
    }

    private static long free(Space space, Purpose purpose) {
        return space.total(purpose) - space.used(purpose);
    }

    void enableSimple() {
        with("enable quotas of", filesystem -> {
            filesystem.quota().enableSimple();
            return pool;
        });
    }

    void disable() {
        with("disable quotas of", filesystem -> {
            filesystem.quota().disable();
            return pool;
        });
    }

    void limit(String root, Optional<Size> size) {
        BtrfsImageStore.asking("limit", root, () -> {
            try (Filesystem filesystem = Filesystem.open(pool)) {
                OptionalLong bytes = size.map(s -> OptionalLong.of(s.bytes())).orElse(OptionalLong.empty());
                SubvolumeId id = id(filesystem, root);
                // What was counted for roots that are gone would keep their groups for ever.
                filesystem.quota().destroyStale();
                QuotaGroupId group = size.isPresent()
                        ? filesystem.quota().makeSubtree(id)
                        : filesystem.quota().subtree(id);
                filesystem.quota().limitReferenced(group, bytes);
                return root;
            } catch (BtrfsException.QuotaDisabled e) {
                throw new UnsupportedException(
                        Failure.of("limit", root, "quotas are not enabled in the pool")
                                .remedy("Enable them with pool().enableSimpleQuotas()."),
                        e);
            }
        });
    }

    Optional<Size> limit(String root) {
        return BtrfsImageStore.asking("read the limit of", root, () -> {
            try (Filesystem filesystem = Filesystem.open(pool)) {
                if (filesystem.quota().mode() == io.nspawn.btrfs.QuotaMode.NONE) {
                    return Optional.empty();
                }
                OptionalLong most = filesystem
                        .quota()
                        .group(filesystem.quota().subtree(id(filesystem, root)))
                        .map(QuotaGroup::maximumReferenced)
                        .orElse(OptionalLong.empty());
                return most.isPresent() ? Optional.of(Size.ofBytes(most.getAsLong())) : Optional.empty();
            }
        });
    }

    List<PoolUsage> usage(Collection<String> roots) {
        return with("measure", filesystem -> {
            Map<String, Set<SubvolumeId>> subvolumes = new LinkedHashMap<>();
            List<ListedSubvolume> all = filesystem.subvolumes();
            for (String root : roots) {
                find(filesystem, root).ifPresent(id -> subvolumes.put(root, withNested(id, all)));
            }
            List<DataUsage> usages = filesystem.dataUsage(List.copyOf(subvolumes.values()));
            List<PoolUsage> named = new ArrayList<>();
            for (String root : subvolumes.keySet()) {
                named.add(named(root, usages.get(named.size())));
            }
            return named;
        });
    }

    private static PoolUsage named(String root, DataUsage usage) {
        return new PoolUsage(
                root,
                new Share(usage.content(), usage.exclusiveContent()),
                new Share(usage.disk(), usage.exclusiveDisk()));
    }

    /** Subvolumes are listed by number, and one can lie in a younger one: a pass is made until none is added. */
    private static Set<SubvolumeId> withNested(SubvolumeId root, List<ListedSubvolume> all) {
        Set<SubvolumeId> found = new HashSet<>(Set.of(root));
        int before;
        do {
            before = found.size();
            all.stream()
                    .map(ListedSubvolume::info)
                    .filter(info -> info.parent().filter(found::contains).isPresent())
                    .forEach(info -> found.add(info.id()));
        } while (found.size() > before);
        return found;
    }

    private static SubvolumeId id(Filesystem filesystem, String root) {
        return filesystem.directory().info(EntryName.of(root)).id();
    }

    private static Optional<SubvolumeId> find(Filesystem filesystem, String root) {
        try {
            return Optional.of(filesystem.directory().info(EntryName.of(root)).id());
        } catch (BtrfsException.NotFound | BtrfsException.NotSubvolume | BtrfsException.NotDirectory e) {
            return Optional.empty();
        }
    }

    private <T> T with(String operation, Function<Filesystem, T> call) {
        return BtrfsImageStore.asking(operation, pool.toString(), () -> {
            try (Filesystem filesystem = Filesystem.open(pool)) {
                return call.apply(filesystem);
            }
        });
    }
}
