package io.nspawn.btrfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The quota tree: struct btrfs_qgroup_info_item, struct btrfs_qgroup_limit_item and the relations. */
final class QuotaTree {
    static final int INFO_SIZE = 40;
    static final int INFO_REFERENCED = 8;
    static final int INFO_EXCLUSIVE = 24;

    static final int LIMIT_SIZE = 40;
    static final int LIMIT_FLAGS = 0;
    static final int LIMIT_REFERENCED = 8;
    static final int LIMIT_EXCLUSIVE = 16;

    static final long MAX_REFERENCED = 1;
    static final long MAX_EXCLUSIVE = 2;

    private final Map<QuotaGroupId, long[]> usage = new TreeMap<>();
    private final Map<QuotaGroupId, Limits> limits = new HashMap<>();
    private final Map<QuotaGroupId, List<QuotaGroupId>> parents = new HashMap<>();
    private final Map<QuotaGroupId, List<QuotaGroupId>> children = new HashMap<>();

    record Limits(OptionalLong referenced, OptionalLong exclusive) {
        static final Limits NONE = new Limits(OptionalLong.empty(), OptionalLong.empty());

        static Limits unpack(ByteBuffer item) {
            long flags = item.getLong(LIMIT_FLAGS);
            return new Limits(
                    limit(flags & MAX_REFERENCED, item.getLong(LIMIT_REFERENCED)),
                    limit(flags & MAX_EXCLUSIVE, item.getLong(LIMIT_EXCLUSIVE)));
        }

        /** All ones is how a limit is taken away. */
        private static OptionalLong limit(long flag, long value) {
            return flag == 0 || value == -1 ? OptionalLong.empty() : OptionalLong.of(value);
        }
    }

    static List<QuotaGroup> read(Descriptor fd) {
        QuotaTree tree = new QuotaTree();
        new TreeSearch(TreeSearch.QUOTA_TREE, SearchKey.first(0, 0), SearchKey.last(-1L, SearchKey.MAXIMUM_TYPE))
                .read(fd, tree::collect);
        return tree.groups();
    }

    boolean collect(TreeSearch.Item item) {
        SearchKey key = item.key();
        ByteBuffer data = item.data();
        switch (key.type()) {
            case SearchKey.QGROUP_INFO ->
                usage.put(
                        QuotaGroupId.ofKey(key.offset()),
                        new long[] {data.getLong(INFO_REFERENCED), data.getLong(INFO_EXCLUSIVE)});
            case SearchKey.QGROUP_LIMIT -> limits.put(QuotaGroupId.ofKey(key.offset()), Limits.unpack(data));
            case SearchKey.QGROUP_RELATION ->
                relate(QuotaGroupId.ofKey(key.objectid()), QuotaGroupId.ofKey(key.offset()));
            default -> {}
        }
        return true;
    }

    /** Each relation is there in both directions. */
    private void relate(QuotaGroupId from, QuotaGroupId to) {
        if (to.level() > from.level()) {
            parents.computeIfAbsent(from, id -> new ArrayList<>()).add(to);
        } else {
            children.computeIfAbsent(from, id -> new ArrayList<>()).add(to);
        }
    }

    List<QuotaGroup> groups() {
        List<QuotaGroup> groups = new ArrayList<>(usage.size());
        usage.forEach((id, bytes) -> {
            Limits limit = limits.getOrDefault(id, Limits.NONE);
            groups.add(new QuotaGroup(
                    id,
                    bytes[0],
                    bytes[1],
                    limit.referenced(),
                    limit.exclusive(),
                    parents.getOrDefault(id, List.of()),
                    children.getOrDefault(id, List.of())));
        });
        return List.copyOf(groups);
    }
}
