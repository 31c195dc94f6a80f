package io.nspawn.btrfs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The layout in which systemd-machined counts a subvolume together with all below it: beside its own group
 * {@code 0/ID} there is {@code LEVEL/ID}, one level below those that the subvolume around it is in, {@code 255/ID} at
 * the top (btrfs_subvol_auto_qgroup in systemd's btrfs-util.c).
 */
final class QuotaSubtree {
    private static final int ABOVE_ALL = 256;

    private final Quota quota;
    private final Descriptor fd;
    private final Map<QuotaGroupId, QuotaGroup> groups = new TreeMap<>();

    QuotaSubtree(Quota quota, Descriptor fd) {
        this.quota = quota;
        this.fd = fd;
        quota.groups().forEach(group -> groups.put(group.id(), group));
    }

    /** The group that a subvolume is counted in with all below it: the lowest with its number, else its own. */
    QuotaGroupId of(SubvolumeId subvolume) {
        return withNumber(subvolume).stream()
                .filter(group -> group.level() > 0)
                .min(Comparator.naturalOrder())
                .orElse(QuotaGroupId.of(subvolume));
    }

    private List<QuotaGroupId> withNumber(SubvolumeId subvolume) {
        return groups.keySet().stream()
                .filter(id -> id.id() == subvolume.value())
                .toList();
    }

    QuotaGroupId establish(SubvolumeId subvolume) {
        if (!require(QuotaGroupId.of(subvolume)).parents().isEmpty()) {
            return of(subvolume);
        }
        List<QuotaGroupId> around = around(subvolume);
        int lowest = around.stream().mapToInt(QuotaGroupId::level).min().orElse(ABOVE_ALL);
        if (lowest <= 1) {
            throw new BtrfsException.Busy(Failure.of(
                    "make subtree quota group",
                    "subvolume " + subvolume + " of " + fd.path(),
                    "no level is left below " + around));
        }
        QuotaGroupId subtree = new QuotaGroupId(lowest - 1, subvolume.value());
        build(subtree, QuotaGroupId.of(subvolume), around);
        return subtree;
    }

    /** The groups that the subvolume around this one is in. */
    private List<QuotaGroupId> around(SubvolumeId subvolume) {
        Optional<SubvolumeId> parent = SubvolumeTree.place(fd, subvolume).map(RootRef::parent);
        return parent.map(id -> groups.get(QuotaGroupId.of(id)))
                .map(QuotaGroup::parents)
                .orElse(List.of());
    }

    private void build(QuotaGroupId subtree, QuotaGroupId own, List<QuotaGroupId> around) {
        boolean created = !groups.containsKey(subtree);
        List<QuotaGroupId> joined = new ArrayList<>();
        try {
            if (created) {
                quota.create(subtree);
            }
            for (QuotaGroupId parent : around) {
                if (created || !require(subtree).parents().contains(parent)) {
                    quota.assign(subtree, parent);
                    joined.add(parent);
                }
            }
            quota.assign(own, subtree);
        } catch (BtrfsException e) {
            undo(subtree, created, joined, e);
            throw e;
        }
    }

    private void undo(QuotaGroupId subtree, boolean created, List<QuotaGroupId> joined, BtrfsException failed) {
        try {
            joined.forEach(parent -> quota.remove(subtree, parent));
            if (created) {
                quota.destroyIfThere(subtree);
            }
        } catch (BtrfsException undo) {
            BtrfsException.halfUndone(failed, undo);
        }
    }

    private QuotaGroup require(QuotaGroupId id) {
        QuotaGroup group = groups.get(id);
        if (group == null) {
            throw new BtrfsException.NotFound(Failure.of("look up quota group", id + " of " + fd.path(), ""));
        }
        return group;
    }

    /** Takes all groups with the number of a subvolume out of their relations and away; returns which. */
    List<QuotaGroupId> destroy(SubvolumeId subvolume) {
        List<QuotaGroupId> destroyed = new ArrayList<>();
        for (QuotaGroupId id : withNumber(subvolume)) {
            QuotaGroup group = require(id);
            group.parents().forEach(parent -> quota.removeIfThere(id, parent));
            group.children().forEach(child -> quota.removeIfThere(child, id));
            if (quota.destroyIfThere(id)) {
                destroyed.add(id);
            }
        }
        return List.copyOf(destroyed);
    }

    /** The groups of level 0 whose subvolume is gone. */
    List<SubvolumeId> stale() {
        return groups.keySet().stream()
                .filter(id -> id.level() == 0 && SubvolumeId.isSubvolume(id.id()))
                .map(id -> new SubvolumeId(id.id()))
                .filter(id -> !SubvolumeTree.isPresent(fd, id))
                .toList();
    }
}
